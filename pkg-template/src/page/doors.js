// The page's doors: clock, addresses, cookies, storage. Any of them may throw, or be the page's own.
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

export function readCookie() {
  try {
    return document.cookie;
  } catch (error) {
    once("cookie_unreadable");
    return "";
  }
}

export function write(text) {
  try {
    document.cookie = text;
  } catch (error) {
    // Whether it was written is seen when it is read back.
  }
}

// The text of the record, null where storage can't be used.
export function readRecord() {
  try {
    return state.forgetful ? null : localStorage.getItem(KEY) || "";
  } catch (error) {
    return null;
  }
}

export function remember(text) {
  try {
    if (text) localStorage.setItem(KEY, text);
    else localStorage.removeItem(KEY);
  } catch (error) {
    // Works without: the next page then asks as if nothing were known.
  }
}

// The record as the core gets it: nothing where storage can't be used.
export function stored() {
  const text = readRecord();
  return text == null ? [] : ["stored", text];
}

export function listen(target, type, listener) {
  if (!listening[type]) target.addEventListener(type, listener, (listening[type] = true));
}
