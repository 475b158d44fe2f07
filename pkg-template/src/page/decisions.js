// The decision about a call of `wall`, the verdict that tells it, and what both know of this page view.
import { now, readCookie } from "./doors.js";
import { mark } from "./mark.js";
import * as core from "./questions.js";

// A pass that the service vouched for, whatever the reader's clock says; and one for which no verdict waits any
// more, since neither a renewal nor a further view of the page has helped.
export let confirmed = "";
let givenUp = "";
export const confirm = (pass) => (confirmed = pass);
export const giveUp = (pass) => (givenUp = pass);

// A call that asks for nothing in particular: any paywall, any level.
export const ANY = { ids: [], access: "", server: false };

export const verdict = (reason, pending, level, paywallid, expires, subscriber) => ({
  authorized: reason === "",
  pending: !!pending,
  reason: reason || null,
  level: level || null,
  paywallid: paywallid || null,
  subscriber: expires ? subscriber : null,
  expires: expires ? new Date(expires * 1000) : null,
});

// The verdict, the value of the pass it is about, the paywalls that are named there, and what the verdict waits for:
// `renewal`, or a further view of the `page`. A meter may open what is decided against; without one a verdict stays what
// it is.
export function decide({ ids, access, server, meter = Object }) {
  const { reason, awaits, value, level, paywallid, expires, subscriber, named } = core.decide(
    { cookie: readCookie(), access, confirmed, givenUp, mark: server === false ? "" : mark(), ids },
    now(),
  );
  return { value, awaits, named, verdict: meter(verdict(reason, awaits, level, paywallid, expires, subscriber)) };
}
