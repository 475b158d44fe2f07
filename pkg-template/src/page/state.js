// The state of one page's script between calls; the core keeps none.

export const config = { base: "", cookieDomain: "", renewAfter: 86400, endpoints: {} };

// Every call of `wall`, in order.
export const calls = [];

// Every frame that was made here, by its id.
export const frames = new Map();

export const state = {
  // Gives the core's `ask`, when it is first needed.
  start: null,
  ask: null,
  // Lines on the console as they stand; the package, which developers use, says more (npm/explain.js).
  explain: String,
  // The core has failed: nothing is done on this page any more.
  dead: false,
  configUsed: false,
  // Storage that keeps nothing counts as none.
  forgetful: false,
  // The page's own log-in token, once it is gone from the address bar.
  preauth: "",
};

// The name below which the meter of free articles, a file of its own, is found (meter/meter.js): a symbol, which no
// element's id can be.
export const METER = Symbol.for("iteras.meter");
