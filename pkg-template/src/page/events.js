// Events on `document` for the page, and errors where nobody can be thrown to.
import { doc } from "./document.js";
import { state } from "./state.js";

export const SENTENCES = {
  cookie_unreadable: "this page may not read cookies",
  cookie_not_stored: "the browser did not keep the pass",
  cookie_not_deleted: "the browser did not delete the pass",
  redirect_loop: "the redirect would lead back here: redirect to a page without a wall",
  frame_silent: "a frame loaded but says nothing: open its address in a tab to see why",
  internal: "Iteras has failed and stops on this page",
};

const reported = {};

export function emit(type, detail) {
  doc.dispatchEvent(new CustomEvent(`iteras:${type}`, { detail }));
}

export function fail(code) {
  emit("error", { code, message: SENTENCES[code] });
}

export function once(code) {
  if (!reported[code]) {
    reported[code] = true;
    fail(code);
  }
}

export function warnOnce(text) {
  if (!reported[text]) {
    reported[text] = true;
    console.warn(`Iteras: ${state.explain(text)}`);
  }
}

export function report(error) {
  if (typeof reportError == "function") reportError(error);
  else
    setTimeout(() => {
      throw error;
    });
}
