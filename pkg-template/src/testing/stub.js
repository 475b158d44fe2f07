// An Iteras that says what a test wants, in the place of a page's own: hooks, elements and functions find it there.
import { doc } from "../page/document.js";
import { badOption } from "../server/errors.js";

// The place in which every entry of the package looks (npm/shared.js).
const KEY = Symbol.for("iteras.1");
const NOTHING = { level: null, paywallid: null, subscriber: null, expires: null };

export function stubIteras(verdict, { pass = null, companion = false } = {}) {
  if (typeof document == "undefined") throw badOption("stubIteras: expected a page, such as jsdom makes");
  const before = Object.getOwnPropertyDescriptor(globalThis, KEY);
  const walls = [];
  const calls = [];
  const redirects = [];
  let now = whole(verdict);
  let shown = 0;
  const tell = (type, detail) => doc.dispatchEvent(new CustomEvent(`iteras:${type}`, { detail }));
  // As a page does: handler or redirect once a wall, and `authorized` for one that its handler had shut.
  const act = (call) => {
    const { paywallid = null, access = null, redirect, unauthorized, authorized } = call.options;
    if (now.authorized && call.shut) {
      call.shut = false;
      if (authorized) authorized(now);
    }
    if (now.authorized || now.pending || call.acted) return;
    call.acted = true;
    if (unauthorized) {
      call.shut = true;
      unauthorized({ ...now, requested: { paywallid: paywallid && [].concat(paywallid), access } });
    } else if (redirect) redirects.push(redirect);
  };
  const stub = {
    walls,
    redirects,
    show(verdict) {
      const next = whole(verdict);
      if (next.pending)
        throw badOption("stubIteras: show: expected a decided verdict: a page tells its listeners no other");
      now = next;
      for (const call of calls) call.shown = ++shown;
      tell(now.authorized ? "authorized" : "unauthorized", now);
      calls.forEach(act);
    },
    restore() {
      if (before) Object.defineProperty(globalThis, KEY, before);
      else delete globalThis[KEY];
    },
  };
  const frame = (kind) => `<iframe title="${kind}" data-iteras-stub="${kind}"></iframe>`;
  const iteras = {
    calls,
    look: () => ({ verdict: now }),
    isCompanion: companion,
    place() {},
    complain(error) {
      throw error;
    },
    documented: {
      wall(options) {
        const call = { options: { ...options }, shown: ++shown };
        walls.push(call.options);
        calls.push(call);
        if (!now.pending) tell(now.authorized ? "authorized" : "unauthorized", now);
        act(call);
        return now;
      },
      logoutFromWall(options) {
        pass = null;
        tell("logout", whole({ authorized: false, reason: "nopass" }));
        if (options?.redirect) redirects.push(options.redirect);
        stub.show({ authorized: false, reason: "nopass" });
      },
      selfserviceiframe: () => frame("selfservice"),
      orderingiframe: () => frame("ordering"),
      signupiframe: () => frame("signup"),
      paywalliframe: () => frame("paywall"),
    },
    extras: {
      configure() {},
      pass: () => pass,
      isLoggedIn: () => pass !== null,
      frame(kind) {
        const element = doc.createElement("iframe");
        element.title = element.dataset.iterasStub = kind;
        return element;
      },
      carry() {},
      version: ITERAS_VERSION,
    },
  };
  const value = { version: ITERAS_VERSION, iteras, ask: true };
  Object.defineProperty(globalThis, KEY, { value, configurable: true });
  return stub;
}

// A verdict with all its members.
function whole(verdict) {
  if (typeof verdict?.authorized != "boolean") {
    throw badOption("stubIteras: verdict: expected at least { authorized: true } or { authorized: false, reason }");
  }
  const { authorized, pending = false } = verdict;
  const reason = authorized || pending ? null : "nopass";
  return Object.freeze({ ...NOTHING, ...(authorized && { level: "sub" }), reason, ...verdict, pending });
}
