// `watchWall`: one wall's verdicts, the first and every later one, until nobody wants them any more.
//
// It serves the components of an app, to which `wall` leaves this open: an event on `document` does not say which call
// it is about, and a call lasts as long as the page.
import { RefusedOption } from "../page/options.js";

const OPTIONS = ["paywallid", "access", "redirect", "server"];
const EVENTS = ["iteras:authorized", "iteras:unauthorized"];

export function watcher(begin) {
  return (options, listener) => {
    const { calls, documented } = begin();
    if (typeof listener != "function") throw new RefusedOption("watchWall", "listener", listener, "function");
    // Getters run here: no page code comes between now and the new call's place in the list.
    const own = plain(options);
    const place = calls.length;
    let call;
    let shown;
    const hear = (event) => {
      // Each event follows upon the change of one call (`show` in page/verdicts.js): this one's or another's.
      if (call.shown === shown) return;
      shown = call.shown;
      listener(event.detail);
    };
    const stop = () => {
      if (!call) return;
      for (const type of EVENTS) document.removeEventListener(type, hear);
      call.acted = true;
      // Not now: verdicts.js may just be walking through the list.
      Promise.resolve().then(() => {
        const at = calls.indexOf(call);
        if (at >= 0) calls.splice(at, 1);
      });
    };
    try {
      const verdict = documented.wall(own);
      // None on a server, and none when Iteras has stopped working on this page.
      call = calls[place];
      if (call) {
        call.watched = true;
        shown = call.shown;
        for (const type of EVENTS) document.addEventListener(type, hear);
      }
      listener(verdict);
    } catch (error) {
      call = call || calls[place];
      stop();
      throw error;
    }
    return stop;
  };
}

// Anything else than an object is for `wall` to refuse.
function plain(options) {
  if (!options || typeof options != "object" || Array.isArray(options)) return options;
  const values = {};
  for (const name of OPTIONS) values[name] = options[name];
  return values;
}
