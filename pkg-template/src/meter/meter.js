// The meter of free articles, for `wall({ meter })`: what it makes of a verdict. The core decides (src/meter.rs); here
// stand the page's doors.
import { counted, now } from "../page/doors.js";
import { doc } from "../page/document.js";
import { mark } from "../page/mark.js";
import { METER } from "../page/state.js";

const FIELD = "\x1f";
const WANTED = '"3/30", or { free: 1 to 50, days: 1 to 366 }, with a key of at most 256 bytes';

/** Puts the meter, around its core's `ask`, where the calls of `wall` look for it. */
export function install(ask) {
  // Without a prototype: pages have put `get` and `set` on Object.prototype.
  const descriptor = Object.assign(Object.create(null), { value: meter(ask), configurable: true });
  Object.defineProperty(window, METER, descriptor);
}

// For the option as it was given: a function from verdict to verdict, or a complaint where it makes no sense. The class
// of complaints is the caller's, who knows them by it.
const meter = (ask) => (given, bad, RefusedOption) => {
  const isText = typeof given == "string";
  const { free, days, key } = isText ? {} : given;
  const limits = isText ? given : `${free}/${days}`;
  const name = key == null ? "" : key;
  // The page on which `wall` was called: an app may show another one by the time of a later verdict.
  const address = location.href;
  const decide = (record) => ask([limits, address, name, record].join(FIELD), now()).split(FIELD);
  // A separator in a field makes more fields than there are: refused with all else that makes no sense.
  if (typeof name != "string" || decide("")[0]) {
    bad.push(new RefusedOption("wall", "meter", given, WANTED));
    return;
  }
  return (verdict) => {
    if (verdict.authorized || verdict.pending || doc.prerendering || mark()) return verdict;
    const [, opens, used, free, until, record] = decide(counted() || "");
    if (opens) counted(record);
    const metered = { used: +used, free: +free, until: new Date(until * 1000) };
    return Object.assign({}, verdict, opens && { authorized: true, reason: null }, { metered });
  };
};
