// The named exports, for the entries that differ only in how they start the core.
import { begin, shared } from "./shared.js";
import { watcher } from "./watch.js";

export const version = ITERAS_VERSION;

/** Every method, around a function that gives the core's `ask` and is called when it is first needed. */
export function methods(start) {
  const documented =
    (name) =>
    (...given) =>
      begin(start).documented[name](...given);
  const extra =
    (name) =>
    (...given) =>
      begin(start).extras[name](...given);
  return {
    wall: documented("wall"),
    // Needs no core: a reader can log out where it can't run.
    logoutFromWall: (...given) => shared().iteras.documented.logoutFromWall(...given),
    selfserviceiframe: documented("selfserviceiframe"),
    orderingiframe: documented("orderingiframe"),
    paywalliframe: documented("paywalliframe"),
    signupiframe: documented("signupiframe"),
    configure: extra("configure"),
    pass: extra("pass"),
    isLoggedIn: extra("isLoggedIn"),
    frame: extra("frame"),
    carry: extra("carry"),
    watchWall: watcher(() => begin(start)),
  };
}
