// `iteras/testing`: passes, a service and verdicts for tests of your own. Never a part of what readers are sent.
import type { Access, Pass, Reason, Verdict, WallOptions } from "./index.js";

/** What a pass is to say. What is absent is that of a subscriber whose pass is good until the end of 2099. */
export interface PassFields {
  /** The paywall, or several. Default: `n8fsoupukhv3`. */
  paywallid?: string | readonly string[] | null | undefined;
  /** The level at all of them, or one for each. Default: `sub`. */
  level?: Access | (string & {}) | readonly string[] | null | undefined;
  /** The last second at which it is valid: a Date, a time stamp, or milliseconds since 1970. */
  expires?: Date | string | number | null | undefined;
  /** Whose it is. Default: `31168`. */
  subscriber?: string | null | undefined;
  /** Where it was given out. Default: empty. */
  ip?: string | null | undefined;
}

/** A pass for pages, which check no signature: the value of the cookie `iteraspass`. */
export function makePass(fields?: PassFields | null): string;

/** A pass for servers, signed with the key that their gate is made with. */
export function signPass(fields: PassFields & { key: string }): string;

/** The answer to a renewal: the same pass, a refusal, an outage, or what a function makes of the pass (null refuses). */
export type Renewal = "ok" | "refuse" | "503" | ((pass: string) => string | null);

/** The settings of `fakeService`. */
export interface FakeServiceOptions {
  /** The address that pages know it by. Default: the real service's. */
  base?: string | undefined;
  /** Default: `ok`. */
  renewal?: Renewal | undefined;
  /** The pass that frames give to whoever presses their button. Default: one for the frame's paywalls. */
  pass?: string | undefined;
}

/** A request as test tools have it. */
export interface FakeRequest {
  readonly url: string;
  readonly method?: string | undefined;
  readonly body?: string | null | undefined;
}

/** An answer as test tools take it. */
export interface FakeAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A service in the place of the real one, in this process: it renews passes and has frames with a button. */
export interface FakeService {
  /** Everything that it was asked, in order. */
  readonly requests: { readonly url: string; readonly method: string; readonly body: string | null }[];
  /** What renewal does from now on. */
  renewal: Renewal;
  /** The answer to a request; 404 to what the service does not have. */
  answer(request: FakeRequest): FakeAnswer;
  /** The same for tools that hand over fetch's Request and take its Response. */
  fetch: typeof globalThis extends { fetch: infer Fetch } ? Fetch : never;
}

/** Makes a service for tests. */
export function fakeService(options?: FakeServiceOptions | null): FakeService;

/** A verdict of which what is absent is filled in. */
export interface StubVerdict {
  authorized: boolean;
  pending?: boolean | undefined;
  /** Default of one that lets nobody in: `nopass`. */
  reason?: Reason | null | undefined;
  level?: Access | null | undefined;
  paywallid?: string | null | undefined;
  subscriber?: string | null | undefined;
  expires?: Date | null | undefined;
}

/** An Iteras that says what a test wants. */
export interface Stub {
  /** The options of each wall, hooks' and elements' among them. */
  readonly walls: WallOptions[];
  /** Where walls and log-outs would have sent the reader; nobody is sent. */
  readonly redirects: string[];
  /** Lets every wall say this from now on, with the events and calls that go with it. */
  show(verdict: StubVerdict): void;
  /** Takes the stub away. */
  restore(): void;
}

/**
 * Puts an Iteras into the page that says this verdict to every wall: those of `iteras`, of `iteras/react` and
 * `iteras/vue`, and of the elements. Nothing is decided, asked, stored or followed.
 */
export function stubIteras(
  verdict: StubVerdict | Verdict,
  options?: {
    /** What `pass` and `usePass` give. Default: null. */
    pass?: Pass | null | undefined;
    /** True where the code under test imports from `iteras/companion`. */
    companion?: boolean | undefined;
  },
): Stub;
