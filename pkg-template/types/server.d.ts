// `iteras/server`: the pass is checked where it can't be tricked. For Node, Deno, Bun and Workers.

// fetch's own types where the program has them, whichever library they come from.
type FetchRequest = typeof globalThis extends { Request: { prototype: infer Type } }
  ? Type
  : { readonly headers: unknown };
type FetchResponse = typeof globalThis extends { Response: { prototype: infer Type } }
  ? Type
  : { readonly headers: unknown };

type MaybeResponse = FetchResponse | null | undefined;

/** A signing key, for the time in which keys are rotated. */
export interface SigningKey {
  /** A name for verdicts and the hook `onOldKey`: printable ASCII without spaces. */
  id: string;
  /** The signing key of the account settings. Never an API key, which reads every customer. */
  key: string;
  /** The last second at which the key counts: a Date or a time stamp such as `2026-02-01T00:00:00Z`. Absent: it
   * always does. */
  until?: Date | string | null | undefined;
}

/** The level that a pass may be asked for; `"any"` is a pass of whatever level. */
export type GateAccess = "sub" | "user" | "any";

/** The algorithm of a signature. */
export type Algorithm = "sha256" | "sha1";

/**
 * The reason for which a visitor is not let in.
 * - `nopass`: there is no pass
 * - `malformed`: there is something in its place that is none
 * - `algorithm`: its signature is of a kind that is not allowed here
 * - `signature`: none of the keys made its signature
 * - `wrongpaywall`: the pass is for other paywalls
 * - `accesslevel`: the pass is for too low a level
 * - `expired`: the pass lacks nothing but time
 */
export type GateReason =
  "nopass" | "malformed" | "algorithm" | "signature" | "wrongpaywall" | "accesslevel" | "expired";

/** The decision about one request. Of a pass whose signature does not match, nothing is told. */
export type GateVerdict = AdmittedVerdict | DeniedVerdict;

/** The visitor has a pass that opens the page. */
export interface AdmittedVerdict {
  readonly authorized: true;
  readonly reason: null;
  /** The level that satisfies. */
  readonly level: "sub" | "user" | (string & {});
  /** The paywall of that level. */
  readonly paywallid: string;
  /** The subscriber's id; may be empty. */
  readonly subscriber: string;
  /** The last second at which the pass is valid, leeway not counted. */
  readonly expires: Date;
  /** The key that made the pass: its id, or its position ("0", "1"…) for a key that was given as a string. */
  readonly keyId: string;
}

/** The verdict about a visitor without a pass that opens the page. */
export interface DeniedVerdict {
  readonly authorized: false;
  /** The exact reason: for logs and metrics. Visitors are shown `invalid` for `malformed`, `algorithm` and
   * `signature`. */
  readonly reason: GateReason;
  /** The level for a wanted paywall; null without one. */
  readonly level: "sub" | "user" | (string & {}) | null;
  /** The paywall of that level; null without one. */
  readonly paywallid: string | null;
  /** The subscriber's id; null where no signed pass could be read. */
  readonly subscriber: string | null;
  /** The last second at which the pass is or was valid; null where no signed pass could be read. */
  readonly expires: Date | null;
  /** The key that made the pass; null where no signed pass could be read. */
  readonly keyId: string | null;
}

/** Pages, and what they ask for. */
export interface GateRule {
  /** A pattern such as `"/articles/*"`: `*` stands for any characters, slashes too; `/a/*` fits `/a` as well. */
  path: string;
  /** Only with a parameter of this name in the query or a form, as PHP reads names. */
  parameter?: string | null | undefined;
  /** True for pages that ask for nothing; letter case counts then. Default: false. */
  open?: boolean | null | undefined;
  /** Other paywalls than the gate's. */
  paywallid?: string | readonly string[] | null | undefined;
  /** Another level than the gate's. */
  access?: GateAccess | null | undefined;
  /** True for pages that may be among the free ones of the gate's `meter`. Default: false. */
  meter?: boolean | null | undefined;
}

/** Free pages: so many different ones in so many days, counted in a signed cookie `iterasmeter`. */
export interface GateMeter {
  /** The key of the cookie, another one than any other. At least 16 bytes, without white space at the ends. */
  key: string;
  /** How many different pages open without a pass: 1 to 50. */
  free: number;
  /** In how many days from the first one: 1 to 366. */
  days: number;
}

/** The option `teaser` of a gate. */
export interface GateTeaser {
  (response: FetchResponse, verdict: DeniedVerdict): FetchResponse | null | Promise<FetchResponse | null>;
  label?: ((response: FetchResponse) => FetchResponse | Promise<FetchResponse>) | undefined;
}

/** A search engine that is known by its address. */
export interface GateCrawler {
  /** A word of its user agent, such as `"Googlebot"`. */
  agent: string;
  /** Its addresses: the object in the file that it publishes, or several. */
  ranges: PublishedRanges | readonly PublishedRanges[];
}

/** A list of addresses as search engines publish it. */
export interface PublishedRanges {
  readonly prefixes: readonly { readonly ipv4Prefix?: string | undefined; readonly ipv6Prefix?: string | undefined }[];
}

/** A named list of rules. */
export type GatePreset = "basics" | "wordpress" | "ghost";

/** The settings of a gate. Senseless ones throw an Error with `code: "bad_option"` that names the setting. */
export interface GateOptions {
  /** The signing keys, newest first; strings, or with ids. At least 16 bytes each, without white space at the ends. */
  keys: string | readonly (string | SigningKey)[];
  /** A pass for any one of these paywalls is enough. */
  paywallid: string | readonly string[];
  /** The level asked for; `"sub"` includes `"user"`. Default: `"sub"`. */
  access?: GateAccess | null | undefined;
  /**
   * The rules of pages and what they ask for: the first rule that fits counts. With rules, `default` has to be written.
   * Absent: every page that the gate is in front of asks for `paywallid`.
   */
  rules?: readonly GateRule[] | null | undefined;
  /** The treatment of pages that no rule names: `"protected"` asks for `paywallid`. */
  default?: "open" | "protected" | null | undefined;
  /**
   * Named lists of rules, which count where no rule of your own does, in the order given. `"basics"` opens
   * `/robots.txt`, `/favicon.ico`, `/ads.txt`, `/sitemap*.xml` and `/.well-known/*`; `"wordpress"` and `"ghost"` shut
   * feeds, REST and whatever else hands out the text of articles, and open log-in, forms and files.
   */
  preset?: GatePreset | readonly GatePreset[] | null | undefined;
  /**
   * `handle` only: bytes up to which a form is read, where a rule names a parameter; a longer one counts as naming it.
   * Default: 1 MiB. Express can't see bodies.
   */
  formLimit?: number | null | undefined;
  /** Seconds after its expiry for which a pass still counts. Default: 60. */
  leeway?: number | null | undefined;
  /** Signatures that count. `"sha1"` may be added for older passes. Default: `["sha256"]`. */
  algorithms?: readonly Algorithm[] | null | undefined;
  /** The key of gift links; none of the signing keys. Absent: gift links open nothing. */
  gifts?: string | null | undefined;
  /** The key of editors' cookies (`iteraseditor`), another one than any other. Absent: they open nothing. */
  editors?: string | null | undefined;
  /**
   * Free pages for readers without a pass, under rules with `meter: true`; without rules, on every page of the gate. Only a
   * `GET` by which a reader opens a page counts and opens. Absent: none.
   */
  meter?: GateMeter | null | undefined;
  /**
   * Search engines that see pages whole: those whose user agent has this word and whose address, `peer` of `handle` and
   * `expressGate`, is in their published ranges. Absent: none.
   */
  crawlers?: readonly GateCrawler[] | null | undefined;
  /**
   * The landing page of readers without a pass, called with `iterasnext` and `iterasaccess`: a path or a http(s) URL.
   * Only navigations are sent there; images, scripts and what would go round in circles get the status.
   */
  landing?: string | null | undefined;
  /** Answers 402 instead of 401 and 403. Default: false. */
  paymentRequired?: boolean | null | undefined;
  /** `handle` only: makes the answer for a visitor who is not let in; nothing = the usual one. */
  reject?:
    ((verdict: DeniedVerdict, request: FetchRequest) => MaybeResponse | Promise<MaybeResponse>) | null | undefined;
  /**
   * `handle` only: makes a teaser of the whole page; null = it can't be made, so the visitor gets the denial. Its member
   * `label` puts into a page that a search engine gets what says that it is not free.
   */
  teaser?: GateTeaser | null | undefined;
  /**
   * `handle` only: puts `<meta name="iteras-gate" content="open">` into a page that something else than a pass opened;
   * `element` is the one for a page of the meter, with `data-used` and `data-free`.
   */
  mark?: ((response: FetchResponse, element?: string) => FetchResponse | Promise<FetchResponse>) | null | undefined;
  /** Told the id of the key for each pass that another key than the first one made: while it is, that key can't go. */
  onOldKey?: ((keyId: string) => void) | null | undefined;
}

/** The source of a pass: a fetch Request, a request of Node's or Express', the text of a Cookie header;
 * null = no cookie. */
export type WithCookies =
  | string
  | null
  | undefined
  | { readonly headers: { get(name: string): string | null } }
  | { readonly headers: { readonly cookie?: string | undefined; get?: undefined } };

/** Checks passes. Keeps nothing of one request for the next. */
export interface Gate {
  /** Decides about one request, at once. `now` is for tests; default: the clock. */
  check(request: WithCookies, options?: { readonly now?: Date | undefined } | null): GateVerdict;
  /**
   * Stands in front of whatever answers fetch's Requests. `next` gets the request with `X-Iteras-Verdict` and what the
   * pass says, or is not called. An error of the gate itself is answered with 503; one of `next` is thrown.
   */
  handle(
    request: FetchRequest,
    next: (request: FetchRequest) => FetchResponse | Promise<FetchResponse>,
    options?: HandleOptions,
  ): Promise<FetchResponse>;
}

/** The options of `handle` for one request. */
export interface HandleOptions {
  /** A page for everybody: only what a client sent in the gate's name is deleted. Default: false. */
  readonly open?: boolean | undefined;
  /** True for a request that came by a proxy of yours, so that what it says of it (`X-Forwarded-…`) is handed on.
   * Default: false. */
  readonly trustedPeer?: boolean | undefined;
  /**
   * The reader's address, for `crawlers`: of the connection, or what a proxy of yours says (in a Worker
   * `CF-Connecting-IP`). Never a header that readers can send themselves. Absent: no search engine is known.
   */
  readonly peer?: string | null | undefined;
  /** The URL that `next` is asked for instead of the request's own: the page at the origin behind a Worker. */
  readonly url?: string | { readonly href: string } | undefined;
}

/** Makes a gate; the first one starts the WebAssembly module. */
export function createGate(options: GateOptions): Gate;

/** The option `mark` of a gate. */
export function mark(response: FetchResponse, element?: string): FetchResponse;

/**
 * The path of a request in the one form that protecting rules compare: slashes collapsed, `;…` cut, in NFC and lower
 * case. Null where servers disagree about which page it is: that is to be protected.
 */
export function normalPath(path: string): string | null;

/** The part of a request of Node's that is read. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: { [name: string]: string | string[] | undefined };
  readonly rawHeaders: string[];
}

/** The part of a response of Node's that is written. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  getHeader(name: string): number | string | string[] | readonly string[] | undefined;
  getHeaderNames(): string[];
  removeHeader(name: string): unknown;
  end(): unknown;
}

/** The settings of `expressGate`; those of the gate hold as well. */
export interface ExpressGateOptions<Request = any, Response = any> {
  /** Answers a visitor who is not let in, instead of the gate. The header rules are kept all the same. */
  reject?: ((verdict: DeniedVerdict, req: Request, res: Response) => unknown) | null | undefined;
  /**
   * True for a request that came by a proxy of yours, so that handlers see what it says of it (`X-Forwarded-…`).
   * Default: as Express' `trust proxy` says; elsewhere nobody is trusted.
   */
  trustedPeer?: ((req: Request) => boolean) | null | undefined;
  /**
   * The reader's address, for the gate's `crawlers`: `(req) => req.ip` where Express' `trust proxy` lists your proxies
   * (never where it is `true`: readers write the address themselves then). Absent: no search engine is known.
   */
  peer?: ((req: Request) => string | null | undefined) | null | undefined;
}

/**
 * Middleware of Express, Connect and whatever else is called `(req, res, next)`. Handlers behind it find the verdict in
 * `req.iteras`, and in `X-Iteras-Verdict` whether a pass (`pass`), a gift link (`gift`) or the meter (`meter`) opened the
 * page.
 */
export function expressGate(
  gate: Gate,
  options?: ExpressGateOptions | null,
): (req: NodeRequest, res: NodeResponse, next: (error?: any) => void) => void;

/** The store of failed log-ins. Counters are texts that say neither who nor where from. */
export interface Tries {
  /**
   * Notes an attempt with all its counters (three, or five for a customer whose names are known), or with none where
   * one has reached its limit, at the same place in `limits`, within the last `window` seconds; at once, so that
   * attempts at the same time see each other. `wait`: 0, or the seconds until there is room. Its errors are
   * outages. Keep counters at their limit longest when there is no room for all.
   */
  begin(
    counters: string[],
    limits: number[],
    window: number,
  ): { wait: number; entry?: unknown } | Promise<{ wait: number; entry?: unknown }>;
  /** Takes back the attempt that `begin` gave this `entry` for, since it was no failure. */
  takeBack(counters: string[], entry: unknown): void | Promise<void>;
}

/** The settings of a log-in form's other end. */
export interface LoginOptions {
  /** The API key of the account settings. It reads every customer: keep it on the server. */
  key: string;
  /** The address of the service. Default: `https://app.iteras.dk`; http only on this machine, for tests. */
  base?: string | undefined;
  /** The page that a plain form leads to after a log-in, with the self-service frame. Default: `/`. */
  accountPage?: string | undefined;
  /** The page that a plain form leads to otherwise, with `login=wrong`, `badform` or `outage`. Default: `/`. */
  formPage?: string | undefined;
  /** Origins of the publisher's other than the request's own, whose pages may post: `https://www.pub.example`. */
  origins?: readonly string[] | undefined;
  /** Seconds for which the token is good, 1 to 86400. Default: 120. */
  preauthSeconds?: number | undefined;
  /** The store of failed log-ins. Default: in this process, which is not enough for several, nor for Workers. */
  tries?: Tries | undefined;
}

/** A log-in form's other end. */
export interface Login {
  /**
   * Answers a post of the form (`email` or `id`, and `password`): redirects for a plain form; for a script (`Accept:
   * application/json`) `{ authenticated: true, id, preauth }` or `{ authenticated: false, error }`. 429 after too
   * many failures,
   * 413 for a body over 16 KiB.
   */
  handle(
    request: FetchRequest,
    about: {
      /** The reader's IP address, as the server has it: with a port or a zone too; null for a Unix socket. */
      peer: string | null;
    },
  ): Promise<FetchResponse>;
}

/** Makes a log-in form's other end: single sign-on to self-service. The service limits no attempts; this does. */
export function createLogin(options: LoginOptions): Login;

/** The same for Express and its like; behind a proxy set Express' `trust proxy`, or all readers share one address. */
export function expressLogin(logIn: Login): (req: NodeRequest, res: NodeResponse, next: (error?: any) => void) => void;

declare global {
  namespace Express {
    interface Request {
      /** The verdict of the `expressGate` in front of the handler. */
      iteras?: GateVerdict;
    }
  }
}
