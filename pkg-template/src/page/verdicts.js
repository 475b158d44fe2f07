// Verdicts of all calls of `wall`: told at once, or when the service has answered, and again when they change.
import { guard } from "./core.js";
import { decide, giveUp } from "./decisions.js";
import { here } from "./doors.js";
import { emit, fail, report } from "./events.js";
import * as core from "./questions.js";
import { calls } from "./state.js";

let waiting;

export function settle(call) {
  const decided = decide(call);
  if ((call.waits = decided.waits)) wait();
  else show(call, decided.verdict);
  return decided;
}

export function settleAll() {
  for (let i = 0; i < calls.length; i++) settle(calls[i]);
}

// A verdict waits for the service, 3 seconds at most.
function wait() {
  if (!waiting)
    waiting = setTimeout(
      () =>
        guard(() => {
          waiting = 0;
          for (let i = 0; i < calls.length; i++) {
            if (!calls[i].waits) continue;
            giveUp(decide(calls[i]).value);
            settle(calls[i]);
          }
        }),
      3000,
    );
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
    const { url } = core.landing({ target: call.target, page: here(), access: call.access });
    if (url) location.replace(url);
    else fail("redirect_loop");
  }
}
