// The occasions on which the pass may have changed, for those who follow it: watchers, elements, components.
import { doc } from "../page/document.js";
import { KEY } from "../page/doors.js";

// By us, or by another tab or a server while this one was not looked at.
const EVENTS = ["iteras:login", "iteras:renewed", "iteras:refused", "iteras:logout", "visibilitychange"];
// Milliseconds after the record that tells of a cookie until another tab sees the cookie, too.
const COOKIE_COMES = 100;

/**
 * Calls `look` with an event's type whenever the pass may have changed; gives the function that ends it. The store of
 * cookies is left out where somebody else tells of its changes.
 */
export function followChanges(look, isStoreHeard = true) {
  let ended;
  const again = () => ended || look("storage");
  const seen = ({ type }) => look(type);
  const stored = ({ key }) => {
    if (key != null && key != KEY) return;
    again();
    // Browsers write cookies without waiting, so the record may be here first.
    setTimeout(again, COOKIE_COMES);
  };
  // Tells of every change, also by servers; there is none in older browsers and on pages without TLS.
  const { cookieStore } = window;
  const listen = (method) => {
    for (const type of EVENTS) doc[method](type, seen);
    window[method]("pageshow", seen);
    window[method]("storage", stored);
    if (isStoreHeard && cookieStore && typeof cookieStore[method] == "function") cookieStore[method]("change", seen);
  };
  listen("addEventListener");
  return () => {
    ended = true;
    listen("removeEventListener");
  };
}
