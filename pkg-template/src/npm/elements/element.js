// The base of all elements: options from attributes, one update for many changes, errors as events.
//
// Everything is light DOM and nothing is written as markup or as a style, so that no Trusted Types policy
// and no style-src is in the way.
import { doc, suggest } from "../core.js";
import { sheetFor } from "./sheet.js";

// A server that renders an app imports the elements, too, and has no such class.
const Base = typeof HTMLElement == "undefined" ? class {} : HTMLElement;

export class IterasElement extends Base {
  #planned = false;
  #watcher;

  connectedCallback() {
    // Properties that were set before the element was defined hide the accessors.
    for (const name of Object.keys(this)) {
      if (!(name in this.constructor.prototype)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    sheetFor(this.getRootNode());
    this.#watcher = this.#watcher || new MutationObserver(() => this.plan());
    this.#watcher.observe(this, this.constructor.watched);
    this.plan();
  }

  disconnectedCallback() {
    this.#watcher.disconnect();
    this.plan();
  }

  // Moved by `moveBefore`: nothing was lost, so there is nothing to do.
  connectedMoveCallback() {}

  /** Has `update` called once for all that changes in this turn: a move is a removal and an insertion. */
  plan() {
    if (this.#planned) return;
    this.#planned = true;
    Promise.resolve().then(() => {
      this.#planned = false;
      suggest(this.getAttributeNames(), this.constructor.names);
      this.update();
    });
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** Nobody to throw to: console, an event here and the page's event for errors. */
  complain(error) {
    const message = error.message.replace(/^Iteras\.\w+(?=:)/, `<${this.localName}>`);
    const detail = { code: error.code || "internal", message };
    console.error(message);
    this.tell("iteras-error", detail);
    doc.dispatchEvent(new CustomEvent("iteras:error", { detail }));
  }
}

/** The ids of an attribute: split at commas, as in the script's `data-paywallid`. */
export const ids = (text) => text.split(",").map((id) => id.trim());

/** Properties for attributes, as frameworks set them; arrays become lists with commas. */
export function reflect(element, names) {
  for (const name of names) {
    Object.defineProperty(element.prototype, name, {
      configurable: true,
      enumerable: true,
      get() {
        return this.getAttribute(name);
      },
      set(value) {
        if (value == null) this.removeAttribute(name);
        else this.setAttribute(name, Array.isArray(value) ? value.join(",") : value);
      },
    });
  }
}
