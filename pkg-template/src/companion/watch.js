// The occasions on which the cookie may have changed, and the official script may have come (companion, steps 1 and 5).
import { doc } from "../page/document.js";
import { guard } from "../page/core.js";
import { look } from "./changes.js";
import { takeUp } from "./official.js";
import { lookAgain, schedule } from "./renewal.js";

// Milliseconds between two looks because of messages, and until the one that comes after them.
const SPACING = 250;
const AFTERWARDS = 1000;

let begun;
let lookedAt = -SPACING;
let planned;
let later;
let more;

export function watch() {
  if (begun || typeof document == "undefined") return;
  begun = true;
  doc.addEventListener("DOMContentLoaded", come);
  // Any script may be the official one, after a consent, say.
  doc.addEventListener("load", ({ target }) => target.tagName == "SCRIPT" && come(), true);
  window.addEventListener("load", come);
  // The rest can wait for the verdict.
  setTimeout(() => guard(begin));
}

function come() {
  guard(() => {
    takeUp();
    schedule();
  });
}

function begin() {
  look();
  const occasion = () => guard(lookAgain);
  doc.addEventListener("prerenderingchange", occasion);
  doc.addEventListener("visibilitychange", occasion);
  window.addEventListener("pageshow", occasion);
  window.addEventListener("focus", occasion);
  window.addEventListener("message", ({ source }) => {
    if (!source || source == window) return;
    plan();
    if (later) more = true;
    else afterwards();
  });
  // The store of cookies, in browsers that have one and on pages that left it alone. A script that deletes a refused
  // pass and calls back a task later is let finish.
  const { cookieStore } = window;
  if (cookieStore && typeof cookieStore.addEventListener == "function") {
    cookieStore.addEventListener("change", () => setTimeout(occasion, 100));
  }
}

// In a task of its own: the official script hears the message, too, and may write the cookie after us.
function plan() {
  if (planned) return;
  planned = setTimeout(
    () => {
      planned = 0;
      lookedAt = performance.now();
      guard(lookAgain);
    },
    Math.max(0, lookedAt + SPACING - performance.now()),
  );
}

function afterwards() {
  more = false;
  later = setTimeout(() => {
    later = 0;
    plan();
    if (more) afterwards();
  }, AFTERWARDS);
}
