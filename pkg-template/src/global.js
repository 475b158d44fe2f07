// The global `Iteras`: merged into what the page has put there, started by the tag's attributes and by
// the queue. Documented surface, section 1.

import { doc } from "./page/document.js";

// The member in which the main script leaves its tag's attributes for the fallback, which never looks at its own tag.
const BOOT = "iterasBoot";

// The page's object, made where there is none. An element or a frame that is called Iteras counts as none; of a
// foreign frame's window nothing but `window` may be asked.
export function globalObject() {
  const found = window.Iteras;
  const kept =
    found &&
    /^(object|function)$/.test(typeof found) &&
    found.window != found &&
    !found.nodeType &&
    !(found instanceof HTMLCollection);
  if (kept && Object.isExtensible(found)) return found;
  if (ITERAS_COMPANION) return put(kept ? Object.assign({}, found) : {}, found);
  return (window.Iteras = kept ? Object.assign({}, found) : {});
}

// Beside the official script: of which object another one is the copy; and ours, where the global can't be had.
export const copied = new Map();
let apart;

function put(made, found) {
  try {
    window.Iteras = made;
    copied.set(made, found);
    return made;
  } catch (error) {
    return (apart = apart || made);
  }
}

// The tag's attributes: `undefined` before the main script has run.
export const boot = (object) => object[BOOT];
// An own descriptor without a prototype: pages have put `get` and `set` on Object.prototype.
export const setBoot = (object, value) =>
  Object.defineProperty(object, BOOT, { __proto__: null, value, configurable: true, writable: true });

export function install(iteras) {
  const object = globalObject();
  const tag = boot(object) || {};
  if (tag.loaded) return;
  // The npm package's entries look here, so that they and the script are one (npm/shared.js).
  tag.loaded = iteras;
  iteras.place(tag.base || "", tag.src || "");
  // Beside the official script `place` has put them where they can be put.
  if (!ITERAS_COMPANION) Object.assign(object, iteras.documented);
  const names = Object.keys(iteras.extras);
  for (const name of names) if (!(name in object)) object[name] = iteras.extras[name];

  // Nobody to throw to: a mistake in the tag or in the queue goes to the console and to an event.
  const attempt = (work) => {
    try {
      return work();
    } catch (error) {
      iteras.complain(error);
    }
  };
  const methods = Object.assign({}, iteras.extras, iteras.documented);
  const push = (call) => attempt(() => methods[call[0]](...Array.prototype.slice.call(call, 1)));
  const queue = object.q;
  object.q = { push };
  if (tag.paywallid || tag.redirect) {
    attempt(() =>
      iteras.documented.wall({
        paywallid: tag.paywallid && tag.paywallid.split(",").map((id) => id.trim()),
        redirect: tag.redirect,
        access: tag.access,
        server: tag.server,
        meter: tag.meter,
      }),
    );
  }
  if (queue) for (let i = 0; i < queue.length; i++) push(queue[i]);
  if (/[?&]iteras/.test(location.search)) {
    if (doc.readyState == "loading") doc.addEventListener("DOMContentLoaded", () => methods.carry());
    else methods.carry();
  }
}
