// `watchWall`: one wall's verdicts, the first and every later one, until nobody wants them any more.
//
// It serves the components of an app, to which `wall` leaves this open: an event on `document` does not say which call
// it is about, a call lasts as long as the page, and is not decided again after a log-out.
import { doc } from "../page/document.js";
import { readCookie } from "../page/doors.js";
import { RefusedOption, suggest } from "../page/options.js";
import { followChanges } from "./changes.js";

const OPTIONS = ["paywallid", "access", "redirect", "server", "meter"];
const VERDICTS = ["iteras:authorized", "iteras:unauthorized"];

const passes = () => String(readCookie().match(/iteraspass=[^;]*/g));

export function watcher(begin) {
  return (options, listener) => {
    const { calls, documented, look, isCompanion } = begin();
    if (typeof listener != "function") throw new RefusedOption("watchWall", "listener", listener, "function");
    // Getters run here: no page code comes between now and the new call's place in the list.
    const own = plain(options);
    const place = calls.length;
    let call;
    let shown;
    let told;
    let stored;
    let endChanges;
    const tell = (verdict) => {
      const { reason, pending, level, paywallid, subscriber, expires } = verdict;
      const facts = [reason, pending, level, paywallid, subscriber, +expires].join("|");
      if (facts === told) return;
      told = facts;
      listener(verdict);
    };
    const hear = (event) => {
      // Each event follows upon the change of one call (`show` in page/verdicts.js): this one's or another's.
      if (call.shown === shown) return;
      shown = call.shown;
      tell(event.detail);
    };
    const check = (type) => {
      const found = passes();
      if (found === stored) return;
      stored = found;
      // The verdict of a refusal is on its way.
      if (type == "iteras:refused") return;
      // The listener is told; nobody is sent away, by `logoutFromWall({ redirect: null })` least of all.
      const { target } = call;
      call.target = "";
      const decided = look(call);
      if (!stop.done) {
        call.target = target;
        if (decided && !decided.awaits) tell(decided.verdict);
      }
    };
    const listen = (method) => {
      for (const type of VERDICTS) doc[method](type, hear);
    };
    const stop = () => {
      if (!call) return;
      listen("removeEventListener");
      if (endChanges) endChanges();
      stop.done = call.acted = true;
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
        stored = passes();
        listen("addEventListener");
        // The companion tells of a changed cookie once it knows why it has changed.
        endChanges = followChanges(check, !isCompanion);
      }
      tell(verdict);
    } catch (error) {
      call = call || calls[place];
      stop();
      // The name that was called.
      if (error instanceof RefusedOption) error.message = error.message.replace("Iteras.wall", "Iteras.watchWall");
      throw error;
    }
    return stop;
  };
}

// Anything else than an object is for `wall` to refuse.
function plain(options) {
  if (!options || typeof options != "object" || Array.isArray(options)) return options;
  suggest(Object.keys(options), OPTIONS);
  const values = {};
  for (const name of OPTIONS) values[name] = options[name];
  return values;
}
