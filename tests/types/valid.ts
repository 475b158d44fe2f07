// Must compile, as an ES module and as CommonJS, with the oldest and the newest compiler that we name.
import {
  carry,
  configure,
  frame,
  isLoggedIn,
  logoutFromWall,
  orderingiframe,
  pass,
  paywalliframe,
  selfserviceiframe,
  signupiframe,
  version,
  wall,
  watchWall,
} from "iteras";
import type {
  Access,
  AuthorizedVerdict,
  Configuration,
  ErrorCode,
  FrameKinds,
  IterasError,
  IterasEvents,
  LogoutOptions,
  Notice,
  NoticeCode,
  OrderingOptions,
  Pass,
  PaywallOptions,
  Prefill,
  Reason,
  RefusedVerdict,
  Requirement,
  SelfserviceOptions,
  SignupOptions,
  UnauthorizedVerdict,
  UndecidedVerdict,
  Verdict,
  WallOptions,
} from "iteras";
import * as withoutWasm from "iteras/js";
import type { IterasGlobal, QueuedCall } from "iteras/global";
import "iteras/global";
import "iteras/elements";
import { IterasLogin, IterasWall } from "iteras/elements";
import type { IterasElementAttributes, IterasElementEvents } from "iteras/elements";

// Calls as integrators write them.
wall();
wall(null);
wall({});
wall({ redirect: "/log-in", paywallid: ["n8fsoupukhv3"], access: "sub" });
wall({ redirect: "", paywallid: "", access: "" });
wall({ unauthorized: (verdict) => console.log(verdict.requested.paywallid, verdict.requested.access) });
wall({ unauthorized() {}, server: true });
wall({ unauthorized() {}, authorized: (verdict) => void verdict.level });
const ids = ["a", "b"] as const;
const options: WallOptions = { paywallid: ids, redirect: null, access: undefined };
const verdict: Verdict = wall(options);

// A verdict tells by `authorized` and `pending` what the rest may be.
if (verdict.authorized) {
  const let_in: AuthorizedVerdict = verdict;
  const nothing: null = let_in.reason;
} else if (verdict.reason) {
  const kept_out: UnauthorizedVerdict = verdict;
  const reason: Reason = kept_out.reason;
} else {
  const later: UndecidedVerdict = verdict;
  const pending: true = later.pending;
}
const level: string | null = verdict.level;
const day: number | undefined = verdict.expires?.getUTCDay();
const spoken: Record<Reason, string> = {
  nopass: "",
  malformed: "",
  expired: "",
  wrongpaywall: "",
  accesslevel: "",
  refused: "",
  internal: "",
};

const requirement: Requirement = { paywallid: "a", access: "user", server: false };
const stop: () => void = watchWall(requirement, (now: Verdict) => console.log(now.authorized));
watchWall(null, () => {});

logoutFromWall();
logoutFromWall({ redirect: "/goodbye" });
const stay: LogoutOptions = { redirect: null };
logoutFromWall(stay);

const selfservice: SelfserviceOptions = { profile: "lumen", preauth: "a:b:c" };
const order: OrderingOptions = {
  profile: "lumen",
  orderingid: "1",
  prefill: { products: "12MPro", copies: 2, gift: true },
};
const prefill: Prefill = { ":company": ["a", "b"], name: null };
const login: PaywallOptions = { profile: "lumen", paywallid: ["a", "b"], access: "sub", next: "/", title: "Log ind" };
const signup: SignupOptions = { profile: "lumen", signupid: "1" };
document.write(
  selfserviceiframe(selfservice) + orderingiframe({ ...order, prefill }) + paywalliframe(login) + signupiframe(signup),
);
document.body.append(frame("paywall", login)!);
frame("ordering", order)?.contentWindow;
const kind: keyof FrameKinds = "selfservice";

const configuration: Configuration = {
  base: "https://iteras.example",
  endpoints: { renew: "{base}/renew/" },
  renewAfter: 3600,
};
configure(configuration);
const stored: Pass | null = pass();
const subscribers: string[] = stored?.levels.map((_, index) => stored.paywallids[index]!) ?? [];
const known: boolean = isLoggedIn();
carry();
carry("/log-in");
carry(["/log-in", "/order"]);
const text: string = version;

try {
  withoutWasm.wall({ paywallid: "a" });
} catch (thrown) {
  const { code } = thrown as IterasError;
  const one: ErrorCode = code;
}
const same: typeof wall = withoutWasm.wall;

// Events.
document.addEventListener("iteras:authorized", ({ detail }) => {
  const nothing: null = detail.reason;
});
document.addEventListener("iteras:unauthorized", ({ detail }) => {
  const reason: Reason = detail.reason;
});
document.addEventListener("iteras:login", (event) => {
  const at: Date | null = event.detail.expires;
});
document.addEventListener("iteras:renewed", (event: IterasEvents["iteras:renewed"]) => event.detail.subscriber);
document.addEventListener("iteras:refused", ({ detail }) => detail.pending);
document.addEventListener("iteras:logout", ({ detail }) => detail.authorized);
document.addEventListener("iteras:error", ({ detail }) => {
  const notice: Notice = detail;
  const code: NoticeCode = notice.code;
});

// The global.
Iteras.wall({ paywallid: "a" });
window.Iteras.paywalliframe(login);
Iteras.q.push(["wall", { paywallid: "a" }]);
const queued: QueuedCall = ["logoutFromWall"];
const iteras: IterasGlobal = Iteras;
declare module "iteras/global" {
  interface IterasGlobal {
    themeSays(): string;
  }
}
Iteras.themeSays();

// Elements.
const element: IterasWall = document.createElement("iteras-wall");
element.paywallid = ids;
element.access = "sub" satisfies Access;
const shown: "open" | "closed" | "pending" = element.state;
element.addEventListener("iteras-verdict", ({ detail }) => detail.authorized);
document.addEventListener("iteras-login", ({ detail }) => detail.subscriber);
document.querySelector("iteras-order")!.prefill = { products: "12MPro" };
const form: IterasLogin | null = document.querySelector("iteras-login");
const attributes: IterasElementAttributes["iteras-wall"] = { paywallid: "a,b", server: true };
const told = (event: IterasElementEvents["iteras-error"]) => event.detail.code;
const refused = (one: RefusedVerdict): Reason => one.reason;

export {
  day,
  element,
  form,
  known,
  kind,
  level,
  queued,
  refused,
  same,
  shown,
  spoken,
  stop,
  subscribers,
  text,
  told,
  attributes,
  iteras,
};
