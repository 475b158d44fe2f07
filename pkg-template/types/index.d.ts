// `iteras`: paywall and frames of the Iteras subscription service. Types of the entries `iteras` and
// `iteras/js`, of the global `Iteras` and of the events on `document`.

/** What a pass may be asked for: a log-in (`"user"`) or a subscription (`"sub"`, which includes it). */
export type Access = "user" | "sub";

/**
 * Why a visitor is not let in.
 * - `nopass`: there is no pass
 * - `malformed`: there is something in its place that is none
 * - `expired`: the pass lacks nothing but time
 * - `wrongpaywall`: the pass is for other paywalls
 * - `accesslevel`: the pass is for too low a level
 * - `refused`: the service or the page's server refused the visitor
 * - `internal`: Iteras met an error of its own; nobody is redirected and no handler called
 */
export type Reason = "nopass" | "malformed" | "expired" | "wrongpaywall" | "accesslevel" | "refused" | "internal";

/** `code` of the errors that are thrown. */
export type ErrorCode = "bad_option" | "wasm_blocked" | "internal";

/** `code` in the event `iteras:error`. */
export type NoticeCode =
  | "cookie_unreadable"
  | "cookie_not_stored"
  | "cookie_not_deleted"
  | "redirect_loop"
  | "frame_silent"
  | "bad_option"
  | "internal";

/** An error that is thrown by the calls here. */
export interface IterasError extends Error {
  /**
   * - `bad_option`: an option makes no sense; the message says what was expected and what came
   * - `wasm_blocked`: WebAssembly can't run on this page (not from `iteras/js`)
   * - `internal`: Iteras met an error of its own
   */
  code: ErrorCode;
}

interface VerdictFacts {
  /** Whether the visitor may be let in. A wall in the browser hides and does not protect. */
  readonly authorized: boolean;
  /** Whether a later verdict is on its way: the service is asked, the page is rendered on a server or in advance. */
  readonly pending: boolean;
  /** Why not; null when authorized, and on a server while nothing is decided. */
  readonly reason: Reason | null;
  /** The level that satisfies, else that for a wanted paywall, else null. */
  readonly level: Access | (string & {}) | null;
  /** The paywall of that level. */
  readonly paywallid: string | null;
  /** The subscriber of the pass; null without one. */
  readonly subscriber: string | null;
  /** When the pass runs out; null without one. */
  readonly expires: Date | null;
  /** The free articles of a wall with `meter`, where no pass opens it; absent otherwise. */
  readonly metered?: Metered;
}

/** What a meter has counted. */
export interface Metered {
  /** The different pages that were opened so far, this one included; at most `free`. */
  readonly used: number;
  /** The pages that are free. */
  readonly free: number;
  /** When counting begins anew. */
  readonly until: Date;
}

/** The visitor is let in. */
export interface AuthorizedVerdict extends VerdictFacts {
  readonly authorized: true;
  readonly reason: null;
}

/** The visitor is not let in. */
export interface UnauthorizedVerdict extends VerdictFacts {
  readonly authorized: false;
  readonly reason: Reason;
}

/** Nothing is decided yet: what `wall` gives on a server. */
export interface UndecidedVerdict extends VerdictFacts {
  readonly authorized: false;
  readonly pending: true;
  readonly reason: null;
}

/** What a wall has decided. Never changes: a later decision is a new object. */
export type Verdict = AuthorizedVerdict | UnauthorizedVerdict | UndecidedVerdict;

/** A server's verdict for `useWall`: that of `gate.check` of `iteras/server`, also from JSON. */
export interface FirstVerdict {
  readonly authorized: boolean;
  readonly pending?: boolean | undefined;
  /** Reasons that only servers have become `refused`. */
  readonly reason: string | null;
  readonly level?: string | null | undefined;
  readonly paywallid?: string | null | undefined;
  readonly subscriber?: string | null | undefined;
  readonly expires?: Date | string | null | undefined;
}

/** What the handler `unauthorized` gets: the verdict, and what its wall had asked for. */
export type RefusedVerdict = UnauthorizedVerdict & {
  readonly requested: {
    /** The paywalls of which one was wanted; null for any. */
    readonly paywallid: string[] | null;
    /** The level that was wanted; null for any. */
    readonly access: Access | null;
  };
};

/** What a wall asks for. In all options `""`, `null` and `undefined` count as absent. */
export interface Requirement {
  /**
   * A pass for this paywall is enough, or for any one of several; absent: for any paywall. Pages that print it from PHP
   * may give whole numbers, and an object, whose values are the list.
   */
  paywallid?: string | readonly string[] | null | undefined;
  /** The level that is needed; absent: any level. */
  access?: Access | "" | null | undefined;
  /** Where a visitor without a fitting pass is sent: http or https, absolute or relative to the page. */
  redirect?: string | null | undefined;
  /**
   * `false`: the marks of a server in front of the page are not looked at, by which it says that it has truncated the
   * article or opened it itself. They are believed otherwise.
   */
  server?: boolean | null | undefined;
  /**
   * So many different pages open without a pass, in so many days from the first: `{ free: 3, days: 30 }`, or `"3/30"`.
   * Counted in this browser by the meter, which is a file of its own: `iteras.meter.js`, or `iteras/meter`. Without it
   * the wall is an ordinary one.
   */
  meter?: MeterOptions | string | null | undefined;
}

/** Free articles. */
export interface MeterOptions {
  /** The pages that are free: 1 to 50. */
  free: number;
  /** The days for which they are: 1 to 366. */
  days: number;
  /** Names the page in the place of its address, in at most 256 bytes: one article at several addresses counts once. */
  key?: string | null | undefined;
}

/** Options of `wall`. */
export interface WallOptions extends Requirement {
  /** Called instead of redirecting, at most once; during the call or long after it. */
  unauthorized?: ((verdict: RefusedVerdict) => void) | "" | null | undefined;
  /**
   * Called when the page was shut (`unauthorized` had run) and is open now, by log-in, order or renewal. Without it the
   * page is loaded again, at most once in ten minutes for the same page and rights.
   */
  authorized?: ((verdict: Verdict) => void) | "" | null | undefined;
}

/** Options of `logoutFromWall`. */
export interface LogoutOptions {
  /** Where to go afterwards; `null` to stay here; absent: the page is loaded anew. */
  redirect?: string | null | undefined;
}

/** Options of every frame. */
export interface FrameOptions {
  /** The short id of the publisher's account, as in the service's addresses. */
  profile: string;
  /** A class for the `<body>` inside the frame. */
  cssclass?: string | null | undefined;
  /** A token that logs the customer in; taken from the page's parameter `iteraspreauth` when absent. */
  preauth?: string | null | undefined;
  /** The page to go to when the visitor is done, unless the page has a parameter `iterasnext`. */
  next?: string | null | undefined;
  /** The frame's accessible name; absent: English, such as "Log in". */
  title?: string | null | undefined;
}

/** Options of the frame with a customer's own pages. */
export interface SelfserviceOptions extends FrameOptions {}

/** Options of the frame with an order form. */
export interface OrderingOptions extends FrameOptions {
  /** The id of the order form. */
  orderingid: string;
  /** Fields of the form and their values; an array fills in several. */
  prefill?: Prefill | null | undefined;
}

/** Fields of an order form and their values. */
export interface Prefill {
  readonly [field: string]: PrefillValue | readonly PrefillValue[] | null | undefined;
}

/** A value of a field in an order form. */
export type PrefillValue = string | number | boolean;

/** Options of the frame with a log-in to paywalls. */
export interface PaywallOptions extends FrameOptions {
  /** The paywall to log in to, or several at once. */
  paywallid: string | readonly string[];
  /** The level that is needed to be done. */
  access?: Access | "" | null | undefined;
}

/** Options of the deprecated sign-up frame. */
export interface SignupOptions extends FrameOptions {
  /** The id of the sign-up form. */
  signupid: string;
}

/** The kinds of frames and their options, for `frame`. */
export interface FrameKinds {
  selfservice: SelfserviceOptions;
  ordering: OrderingOptions;
  paywall: PaywallOptions;
  signup: SignupOptions;
}

/** URL templates with `{base}`, `{profile}` and `{id}`. */
export interface Endpoints {
  /** The customer's own pages; `{base}/{profile}/selfservice/?iframe=1`. */
  selfservice?: string | null | undefined;
  /** The order form; `{base}/{profile}/order/{id}/?iframe=1`. */
  ordering?: string | null | undefined;
  /** The deprecated sign-up form; `{base}/{profile}/signup/{id}/?iframe=1`. */
  signup?: string | null | undefined;
  /** The log-in to paywalls; `{base}/{profile}/paywall/{id}/?iframe=1`. */
  paywall?: string | null | undefined;
  /** Where passes are renewed; `{base}/api/paywall/renew/`. */
  renew?: string | null | undefined;
}

/** Options of `configure`. */
export interface Configuration {
  /** The address of the service; absent: `https://app.iteras.dk`. */
  base?: string | null | undefined;
  /** Where single things are, when not below `base` in the usual way. */
  endpoints?: Endpoints | null | undefined;
  /** A parent of the page's domain, when the pass is to be good for all its subdomains; as people write it, or in ASCII. */
  cookieDomain?: string | null | undefined;
  /** How many seconds the service's last word on a pass is good for; absent: 86 400, a day. */
  renewAfter?: number | null | undefined;
}

/** What a stored pass says. */
export interface Pass {
  /** One level for each paywall of `paywallids`. */
  readonly levels: string[];
  /** The paywalls that the pass is for. */
  readonly paywallids: string[];
  /** When it runs out. */
  readonly expires: Date;
  /** Whose it is; may be empty. */
  readonly subscriber: string;
  /** Where it was given out; may be empty. */
  readonly ip: string;
}

/** What `iteras:error` tells. */
export interface Notice {
  readonly code: NoticeCode;
  /** A sentence for the console. */
  readonly message: string;
}

/** The events on `document`, by name. */
export interface IterasEvents {
  /** A wall has decided to let the visitor in, for the first time or after it had not. */
  "iteras:authorized": CustomEvent<AuthorizedVerdict>;
  /** A wall has decided not to let the visitor in, for the first time or after it had. */
  "iteras:unauthorized": CustomEvent<UnauthorizedVerdict>;
  /** A frame has logged the visitor in. */
  "iteras:login": CustomEvent<Verdict>;
  /** The service has renewed the pass. */
  "iteras:renewed": CustomEvent<Verdict>;
  /** The service has refused the pass, which is deleted. */
  "iteras:refused": CustomEvent<UnauthorizedVerdict>;
  /** `logoutFromWall` has deleted the pass. */
  "iteras:logout": CustomEvent<UnauthorizedVerdict>;
  /** Something is wrong that nobody could be told by an exception. */
  "iteras:error": CustomEvent<Notice>;
}

declare global {
  interface DocumentEventMap extends IterasEvents {}
  // Also for programs that are compiled without the library "dom", on servers for example.
  interface HTMLIFrameElement {}
  interface CustomEvent<T = any> {
    readonly detail: T;
  }
}

/**
 * Decides whether the visitor may be let in, and sees to it that the pass is renewed from time to time.
 *
 * Without a fitting pass the handler `unauthorized` is called or the visitor is sent to `redirect`; with
 * neither nothing visible happens. On a server: undecided.
 * @throws {IterasError} `bad_option`, after the strictest reading of the options has been acted on
 */
export function wall(options?: WallOptions | null): Verdict;

/** Deletes the pass at once, then loads the page anew or goes to `redirect`. Does nothing on a server. */
export function logoutFromWall(options?: LogoutOptions | null): void;

/** The HTML of a frame with a customer's own pages; `""` on a server. */
export function selfserviceiframe(options: SelfserviceOptions): string;

/** The HTML of a frame with an order form; `""` on a server. */
export function orderingiframe(options: OrderingOptions): string;

/** The HTML of a frame with the log-in to one or several paywalls; `""` on a server. */
export function paywalliframe(options: PaywallOptions): string;

/**
 * The HTML of a frame with a sign-up form; `""` on a server.
 * @deprecated `orderingiframe` is its successor.
 */
export function signupiframe(options: SignupOptions): string;

/** A frame as an element, for pages that enforce Trusted Types; null on a server. */
export function frame<Kind extends keyof FrameKinds>(kind: Kind, options: FrameKinds[Kind]): HTMLIFrameElement | null;

/** Says where the service is and how long its word is good for; before the first wall and the first frame. */
export function configure(options: Configuration): void;

/** What the stored pass says; null without one, and on a server. */
export function pass(): Pass | null;

/** Whether there is a pass that has not run out, for whatever paywall; false on a server. */
export function isLoggedIn(): boolean;

/**
 * Adds the page's `iteras…` parameters to its links with the attribute `data-iteras-carry`, or to those
 * that lead to one of the paths.
 */
export function carry(paths?: string | readonly string[] | null): void;

// In the npm package only.

/**
 * Tells the listener the verdict of a wall of its own, at once and whenever it changes: by log-in, renewal and log-out
 * at once, by another tab when the page is looked at again. The function it gives ends that. For components that come
 * and go. `redirect` is for the first verdicts and refusals: after a log-out nobody is sent away.
 *
 * On a server the listener gets the undecided verdict and nothing else.
 */
export function watchWall(options: Requirement | null | undefined, listener: (verdict: Verdict) => void): () => void;

/** The version of this package. */
export const version: string;
