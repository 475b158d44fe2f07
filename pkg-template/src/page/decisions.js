// The decision about a call of `wall`, the verdict that tells it, and what both know of this page view.
import { now, readCookie } from "./doors.js";
import * as core from "./questions.js";

// A pass that the service vouched for, whatever the reader's clock says; and an expired one that a renewal did
// not save, so that no verdict waits for it any more.
let confirmed = "";
let givenUp = "";
export const confirm = (pass) => (confirmed = pass);
export const giveUp = (pass) => (givenUp = pass);

// What nobody asked for in particular: any paywall, any level.
export const ANY = { ids: [], access: "" };

export const verdict = (reason, pending, level, paywallid, expires, subscriber) => ({
  authorized: reason === "",
  pending: !!pending,
  reason: reason || null,
  level: level || null,
  paywallid: paywallid || null,
  subscriber: expires ? subscriber : null,
  expires: expires ? new Date(expires * 1000) : null,
});

// The reason by which a gate in front of the page has marked it, if it has.
function marked() {
  if (document.querySelector('meta[name="iteras-gate"][content="open"]')) return "";
  return (
    document.querySelector(".iteras-content-truncated.iteras-no-pass,.iteras-content-truncated.iteras-invalid-pass") &&
    "refused"
  );
}

// The verdict, the value of the pass it is about, and whether it waits for the service. The gate's mark is
// believed where the call says that there is a gate.
export function decide(call) {
  const mark = call.server ? marked() : null;
  if (mark != null) return { verdict: verdict(mark) };
  const { reason, value, level, paywallid, expires, subscriber } = core.decide(
    { cookie: readCookie(), access: call.access, confirmed, ids: call.ids },
    now(),
  );
  const waits = reason == "expired" && value != givenUp;
  return { value, waits, verdict: verdict(reason, waits, level, paywallid, expires, subscriber) };
}
