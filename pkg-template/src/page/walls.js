// `wall` and its verdicts: decided at once from the cookie, and again whenever the pass changes.
import { read } from "../options.js";
import { DECIDE, LANDING } from "../questions.js";
import { core, guard, lines } from "./core.js";
import { cookie, hasPage, here, listen, now, parts } from "./doors.js";
import { emit, fail, report } from "./events.js";
import { schedule, wait } from "./renewal.js";
import { calls, state } from "./state.js";

// What nobody asked for in particular: any paywall, any level.
export const ANY = { ids: [], access: "" };

export function verdict(reason, pending, level, paywallid, expires, subscriber) {
  return {
    authorized: reason === "",
    pending: !!pending,
    reason: reason || null,
    level: level || null,
    paywallid: paywallid || null,
    subscriber: expires ? subscriber : null,
    expires: expires ? new Date(expires * 1000) : null,
  };
}

// What a gate in front of the page marked it with; believed where the call says that there is one.
function saidByServer() {
  if (document.querySelector('meta[name="iteras-gate"][content="open"]')) return "";
  return (
    document.querySelector(".iteras-content-truncated.iteras-no-pass,.iteras-content-truncated.iteras-invalid-pass") &&
    "refused"
  );
}

// The verdict, the value of the pass it is about, and whether it waits for the service.
export function decide(call) {
  const said = !call.server || saidByServer();
  if (typeof said == "string") return { verdict: verdict(said) };
  const [reason, value, level, paywallid, expires, subscriber] = core(
    DECIDE,
    now(),
    cookie(),
    call.access,
    state.confirmed,
    lines(call.ids),
  );
  const waits = reason == "expired" && value != state.givenUp;
  return { value, waits, verdict: verdict(reason, waits, level, paywallid, expires, subscriber) };
}

export function settle(call) {
  const decided = decide(call);
  if ((call.waits = decided.waits)) wait();
  else show(call, decided.verdict);
  return decided;
}

export function settleAll() {
  for (let i = 0; i < calls.length; i++) settle(calls[i]);
}

// A decided verdict: event when it is the first or has changed, then handler or redirect, once.
export function show(call, shown) {
  call.waits = false;
  if (call.shown === shown.reason) return;
  call.shown = shown.reason;
  emit(shown.authorized ? "authorized" : "unauthorized", shown);
  if (shown.authorized || call.acted) return;
  if (call.handler) {
    call.acted = true;
    const requested = { paywallid: call.ids.length ? call.ids.slice() : null, access: call.access || null };
    try {
      call.handler(Object.assign({}, shown, { requested }));
    } catch (error) {
      report(error);
    }
  } else if (call.target) {
    call.acted = true;
    const [url] = core(LANDING, 0, call.target, here(), call.access);
    if (url) location.replace(url);
    else fail("redirect_loop");
  }
}

export function wall(options) {
  const bad = [];
  const o = read(
    "wall",
    options,
    { paywallid: "list", access: "level", redirect: "url", unauthorized: "function", server: "boolean" },
    bad,
  );
  if (!hasPage()) return verdict(null, true);
  return guard(
    () => {
      state.configUsed = true;
      const call = {
        ids: o.paywallid,
        access: o.access,
        handler: o.unauthorized,
        server: o.server,
        target: o.redirect && parts(o.redirect),
      };
      calls.push(call);
      listen(window, "pageshow", (event) => event.persisted && guard(shownAgain));
      let result;
      if (document.prerendering) {
        listen(document, "prerenderingchange", () => guard(shownAgain));
        result = Object.assign(decide(call).verdict, { pending: true });
      } else {
        const decided = settle(call);
        if (decided.value) schedule();
        result = decided.verdict;
        // The mark may stand further down.
        if (o.server && document.readyState == "loading") {
          document.addEventListener("DOMContentLoaded", () => guard(() => settle(call)));
        }
      }
      if (bad.length) throw bad[0];
      return result;
    },
    () => verdict("internal"),
  );
}

// Out of prerendering, or back out of the back/forward cache.
function shownAgain() {
  state.givenUp = "";
  settleAll();
  schedule();
}
