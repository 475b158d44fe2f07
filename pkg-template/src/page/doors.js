// The page's doors: clock, addresses, cookies, storage. Any of them may throw, or be the page's own.
import { doc } from "./document.js";
import { once } from "./events.js";
import { state } from "./state.js";

// The name of our record in storage, and of the lock under which a tab asks.
export const KEY = "iteras.renewal";

const listening = {};

export const hasPage = () => typeof document != "undefined";
export const now = () => Date.now();

// A URL as the core gets it: its parts in this order, nothing where it does not resolve.
export const parts = (url) => [
  url.href,
  url.origin,
  url.protocol,
  (url.username || "") + (url.password || ""),
  url.pathname,
  url.hostname,
];
export const here = () => parts(location);

export function resolve(text, base) {
  try {
    return parts(new URL(text, base));
  } catch (error) {
    return []; // not a URL: the core takes it as such
  }
}

// js-cookie writes the commas of a pass as `%2C` (rules, "Extracting the pass from cookies"); of our values none holds
// one of another meaning, and the others' are not looked at.
export function readCookie() {
  try {
    return doc.cookie.replace(/%2c/gi, ",");
  } catch (error) {
    once("cookie_unreadable");
    return "";
  }
}

export function write(text) {
  try {
    doc.cookie = text;
  } catch (error) {
    // Not written: that is seen when it is read back.
  }
}

// The text that the browser keeps under a name, null where it can't; a given text is written first, an empty one
// removes what there is.
function kept(storage, name, text) {
  try {
    const found = window[storage];
    if (text) found.setItem(name, text);
    else if (text === "") found.removeItem(name);
    return found.getItem(name) || "";
  } catch (error) {
    return null; // works without: nothing is known then
  }
}

// The record of renewals, and this tab's memory of loading pages again.
export const readRecord = () => (state.forgetful ? null : kept("localStorage", KEY));
export const remember = (text) => kept("localStorage", KEY, text);
export const memory = (text) => kept("sessionStorage", "iteras.again", text);
// The meter's record of free articles.
export const counted = (text) => kept("localStorage", "iteras.meter", text);

// The record as the core gets it: nothing where storage can't be used.
export function stored() {
  const text = readRecord();
  return text == null ? [] : ["stored", text];
}

// Once for each type. `document.open` takes all listeners away, and the root element: they are put back then.
export function listen(target, type, listener) {
  if (listening[type]) return;
  const add = () => target.addEventListener(type, listener, (listening[type] = true));
  add();
  new MutationObserver(add).observe(document, { childList: true });
}
