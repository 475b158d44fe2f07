// The page's doors: clock, addresses, cookies, storage. Any of them may throw, or be the page's own.
import { once } from "./events.js";
import { state } from "./state.js";

// The name of our record in storage, and of the lock under which a tab asks.
export const KEY = "iteras.renewal";

const listening = {};

export const hasPage = () => typeof document != "undefined";
export const now = () => Date.now();

export const parts = (url) =>
  `${url.href}\n${url.origin}\n${url.protocol}\n${url.username || ""}${url.password || ""}\n${url.pathname}\n${url.hostname}`;
export const here = () => parts(location);

export function resolve(text, base) {
  try {
    return parts(new URL(text, base));
  } catch (error) {
    return ""; // not a URL: the core takes it as such
  }
}

export function cookie() {
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

// Nothing where storage can't be used.
export function record() {
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

export const usable = () => {
  const text = record();
  return text == null ? ["", ""] : [1, text];
};

export function listen(target, type, listener) {
  if (!listening[type]) target.addEventListener(type, listener, (listening[type] = true));
}
