// Verdicts of all calls of `wall`: told at once, or when what they wait for has come, and again when they change.
import { allowed, goTo, loadAgain } from "./again.js";
import { guard } from "./core.js";
import { decide, giveUp } from "./decisions.js";
import { here } from "./doors.js";
import { SENTENCES, emit, fail, report, warnOnce } from "./events.js";
import * as core from "./questions.js";
import { calls } from "./state.js";

let waiting;

export function settle(call) {
  const decided = decide(call);
  const { named } = decided;
  const ids = `${call.ids}`;
  if (!ids && /,/.test(named)) warnOnce(`no paywallid: any of ${named} will do`);
  if (decided.verdict.reason == "wrongpaywall" && ids > " ")
    warnOnce(`this pass is for ${named}, the wall wants ${ids}`);
  if ((call.waits = decided.awaits)) wait();
  else show(call, decided.verdict, decided.value);
  return decided;
}

export function settleAll() {
  for (const call of calls) settle(call);
}

// After a log-out on this page nothing else is decided again.
export function settleWaiting() {
  for (const call of calls) if (call.waits) settle(call);
}

// A verdict waits 3 seconds at most.
function wait() {
  if (!waiting)
    waiting = setTimeout(
      () =>
        guard(() => {
          waiting = 0;
          for (const call of calls) if (call.waits) stopWaiting(decide(call));
        }),
      3000,
    );
}

// Nothing more is to be had from the service: a page that was cut is loaded again, and where that may not be, the
// verdict falls. Watchers and elements load no page again. Each call is decided afresh: its verdict may be older than
// the marker, which came with a later piece of the page.
export function stopWaiting({ value, awaits }) {
  const isCut = (call) => !call.watched && decide(call).awaits == "page";
  if (awaits == "page" && calls.some(isCut) && loadAgain(value)) return;
  giveUp(value);
  settleAll();
}

// A decided verdict: event when it is the first or has changed, then handler or redirect, once. `value` is the pass
// that it is about, where the service has not just refused it.
export function show(call, shown, value) {
  call.waits = "";
  if (call.shown === shown.reason) return;
  call.shown = shown.reason;
  emit(shown.authorized ? "authorized" : "unauthorized", shown);
  if (shown.authorized || call.acted) return;
  if (call.handler) {
    call.acted = call.shut = true;
    const requested = { paywallid: call.ids.length ? call.ids.slice() : null, access: call.access || null };
    run(call.handler, Object.assign({}, shown, { requested }));
  } else if (call.target) {
    // Cut by a server: the pass may be good all the same.
    if (shown.reason == "refused" && value && !allowed(true, value)) return;
    call.acted = true;
    const { target, calledOn, access, ids } = call;
    const { url, loops } = core.landing({ target, calledOn, page: here(), access, ids });
    if (url) goTo(url);
    else if (loops) {
      warnOnce(SENTENCES.redirect_loop);
      fail("redirect_loop");
    }
  }
}

// A verdict that is no decision about the cookie: the service's refusal. A meter may open the page all the same.
export const refuse = (call, refused) => show(call, (call.meter || Object)(refused));

export function run(callback, verdict) {
  try {
    callback(verdict);
  } catch (error) {
    report(error);
  }
}

// The page may have opened, by log-in, renewal, or coming back (wire protocol, "Opened").
export function opened() {
  const own = calls.filter((call) => !call.watched);
  const decided = own.map(decide);
  const cut = decided.find(({ awaits }) => awaits == "page");
  const { step } = core.opened({
    calls: own.map(({ shut, opens }, at) =>
      [decided[at].verdict.authorized || decided[at].awaits == "page", shut, opens].map((is) => +!!is).join(""),
    ),
    marker: !!cut,
  });
  if (step == "load") {
    if (cut) stopWaiting(cut);
    else loadAgain(decided[0].value);
  }
  if (step == "call") {
    for (let i = 0; i < own.length; i++) {
      const { shut, opens } = own[i];
      own[i].shut = false;
      if (shut) run(opens, decided[i].verdict);
    }
  }
}
