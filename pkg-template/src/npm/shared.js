// The one Iteras of a page, however many copies of this package it has loaded.
//
// An app may get the package twice, as an ES module and as CommonJS, and the classic script besides.
// Each copy on its own would ask the service and decide for itself, and a log-in in a frame of one would
// not open the walls of the other. So whoever calls first makes the page's Iteras and the others find
// it: below a registered symbol, and not before there was a call.
import { boot } from "../global.js";
import { createIteras } from "../page/iteras.js";
import { state } from "../page/state.js";
import { explain } from "./explain.js";

// Raised when a later version's Iteras could not stand in for an earlier one's.
const KEY = Symbol.for("iteras.1");
state.explain = explain;
let server;
let warned;

/** `{ version, iteras, ask }` of this page; `ask` is missing until the core was needed. */
export function shared() {
  // Nothing is kept for a whole server: there every caller gets the same answers anyway.
  if (typeof document == "undefined") {
    server = server || { version: ITERAS_VERSION, iteras: createIteras(null, ITERAS_VERSION) };
    return server;
  }
  const page = globalThis[KEY] || register(ofScript() || made());
  const named = (version, isCompanion) => version + (isCompanion ? " beside the official script" : "");
  const [own, first] = [named(ITERAS_VERSION, ITERAS_COMPANION), named(page.version, page.iteras.isCompanion)];
  if (own != first && !warned) {
    warned = true;
    console.warn(`Iteras ${own} was loaded after ${first}, which stays in charge`);
  }
  return page;
}

/** This page's Iteras with its core started, by `start` where nobody has done it. */
export function begin(start) {
  const page = shared();
  if (!page.ask && page != server) page.ask = start();
  return page.iteras;
}

// That of the classic script, if it was here first.
function ofScript() {
  try {
    const tag = boot(window.Iteras);
    return tag.loaded.calls && { version: tag.version, iteras: tag.loaded, ask: true };
  } catch (error) {
    // No script, an element or another site's frame of that name, or a script that waits for its fallback.
  }
}

function made() {
  const page = { version: ITERAS_VERSION };
  page.iteras = createIteras(() => page.ask, ITERAS_VERSION);
  return page;
}

function register(page) {
  // Without a prototype: pages have put `get` and `set` on Object.prototype.
  const descriptor = Object.assign(Object.create(null), { value: page, configurable: true });
  Object.defineProperty(globalThis, KEY, descriptor);
  return page;
}
