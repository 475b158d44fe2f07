// `iteras/elements`: the frames and the wall as custom elements.
import type { Notice, Prefill, Verdict } from "./index.js";

/** Attributes of every frame element; each is a property as well. */
export interface FrameAttributes {
  /** The short id of the publisher's account. Needed. */
  profile?: string | null;
  /** A class for the `<body>` inside the frame. */
  cssclass?: string | null;
  /** A token that logs the customer in. */
  preauth?: string | null;
  /** The page to go to when the visitor is done. */
  next?: string | null;
  /** The frame's accessible name; absent: English, such as "Log in". */
  title?: string;
}

/** Attributes of `<iteras-login>`. */
export interface LoginAttributes extends FrameAttributes {
  /** The paywall to log in to, or several with commas between them. Needed. */
  paywallid?: string | null;
  /** The level that is needed to be done: `user` or `sub`. */
  access?: string | null;
}

/** Attributes of `<iteras-order>`; besides them there is `prefill-…` for each field of the form. */
export interface OrderAttributes extends FrameAttributes {
  /** The id of the order form. Needed. */
  orderingid?: string | null;
  /** Fields of the form and their values; only as a property. */
  prefill?: Prefill | null;
}

/** Attributes of `<iteras-selfservice>`. */
export interface SelfserviceAttributes extends FrameAttributes {}

/** Attributes of `<iteras-wall>`. */
export interface WallAttributes {
  /** A pass for this paywall is enough, or for any one of several with commas between them; absent: any paywall. */
  paywallid?: string | null;
  /** The level that is needed: `user` or `sub`; absent: any. */
  access?: string | null;
  /** The address that a visitor without a fitting pass is sent to; absent: nowhere. */
  redirect?: string | null;
  /** `"false"` or `false`: marks of a server in front of the page are not looked at; they are believed otherwise. */
  server?: boolean | string;
  /** Free articles, and the days for which they are: `3/30`; `iteras/meter` counts them. */
  meter?: string | null;
}

/** The attributes of all elements, by name: what typings for a framework's templates are made of. */
export interface IterasElementAttributes {
  "iteras-login": LoginAttributes;
  "iteras-order": OrderAttributes;
  "iteras-selfservice": SelfserviceAttributes;
  "iteras-wall": WallAttributes;
}

/** The elements' own events, by name. All bubble. */
export interface IterasElementEvents {
  /** On `<iteras-wall>`: its verdict, the first and every later one. */
  "iteras-verdict": CustomEvent<Verdict>;
  /** On a frame: the visitor has logged in there. */
  "iteras-login": CustomEvent<Verdict>;
  /** Attributes make no sense, or Iteras can't run; the same goes to `document` as `iteras:error`. */
  "iteras-error": CustomEvent<Notice | { readonly code: "wasm_blocked"; readonly message: string }>;
}

declare class FrameElement extends HTMLElement {
  profile: string | null;
  cssclass: string | null;
  preauth: string | null;
  next: string | null;
}

/** `<iteras-login>`: the log-in to one or several paywalls. */
export class IterasLogin extends FrameElement {
  get paywallid(): string | null;
  set paywallid(ids: string | readonly string[] | null);
  access: string | null;
}

/** `<iteras-order>`: an order form. */
export class IterasOrder extends FrameElement {
  orderingid: string | null;
  prefill: Prefill | null;
}

/** `<iteras-selfservice>`: a customer's own pages. */
export class IterasSelfservice extends FrameElement {}

/** `<iteras-wall>`: shows those of its parts that go with the verdict. It hides and does not protect. */
export class IterasWall extends HTMLElement {
  get paywallid(): string | null;
  set paywallid(ids: string | readonly string[] | null);
  access: string | null;
  redirect: string | null;
  server: boolean;
  meter: string | null;
  /** The last verdict; null before the first. */
  readonly verdict: Verdict | null;
  /** The state whose parts are shown: those whose `data-when` names it. */
  readonly state: "open" | "closed" | "pending";
}

declare global {
  interface HTMLElementTagNameMap {
    "iteras-login": IterasLogin;
    "iteras-order": IterasOrder;
    "iteras-selfservice": IterasSelfservice;
    "iteras-wall": IterasWall;
  }
  interface HTMLElementEventMap extends IterasElementEvents {}
  interface DocumentEventMap extends IterasElementEvents {}
}
