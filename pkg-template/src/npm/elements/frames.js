// `<iteras-login>`, `<iteras-order>`, `<iteras-selfservice>`: a frame that follows its attributes.
import { doc } from "../core.js";
import { IterasElement, ids, reflect } from "./element.js";
import { withCalls } from "./engine.js";

const COMMON = ["profile", "cssclass", "preauth", "next"];
const PREFILL = "prefill-";

// Whose message is being handled. Capturing, so that it is known when the page's listener gets it.
let speaker;
const noteSpeaker = (event) => (speaker = event.source);

class IterasFrame extends IterasElement {
  static watched = { attributes: true, childList: true };
  static get names() {
    return [...this.options, "title"];
  }

  #made;
  #frame;
  #fields;

  /** Fields and values of the order form; beside the attributes `prefill-…`, and for any name and type. */
  get prefill() {
    return this.#fields || null;
  }

  set prefill(fields) {
    this.#fields = fields;
    if (this.isConnected) this.plan();
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("message", noteSpeaker, true);
    doc.addEventListener("iteras:login", this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    doc.removeEventListener("iteras:login", this);
  }

  // Of all frames it was this one's.
  handleEvent(event) {
    if (speaker && this.#frame && this.#frame.contentWindow == speaker) this.tell("iteras-login", event.detail);
  }

  update() {
    if (!this.isConnected) return;
    const options = this.#options();
    const wanted = JSON.stringify(options);
    // A frame that came along with a clone, or out of a stored page: it has lost its listener, or its script.
    for (const child of [...this.children]) {
      if (child !== this.#frame && child.matches("iframe[data-iteras-frame]")) child.remove();
    }
    // Moved, or changed in what is no option: a frame that was made anew would lose what was typed. One that somebody
    // took away, such as a library that makes the page like the server's, is made anew.
    if (wanted === this.#made && (!this.#frame || this.#frame.parentNode == this)) return;
    this.#made = wanted;
    withCalls(
      (calls) => {
        // A frame that the new attributes don't make is not left standing with the old ones.
        const old = this.#frame;
        this.#frame = undefined;
        if (old) old.remove();
        this.#frame = calls.frame(this.constructor.kind, options);
        this.append(this.#frame);
      },
      () => {
        this.#made = undefined;
        this.update();
      },
      (error) => this.complain(error),
    );
  }

  #options() {
    const options = {};
    for (const name of this.constructor.names) {
      const value = this.getAttribute(name);
      if (value) options[name] = name == "paywallid" ? ids(value) : value;
    }
    if (this.constructor.options.includes("orderingid")) options.prefill = this.#prefill();
    return options;
  }

  #prefill() {
    const fields = {};
    for (const { name, value } of this.attributes) {
      if (name.startsWith(PREFILL)) fields[name.slice(PREFILL.length)] = value;
    }
    return Object.assign(fields, this.#fields);
  }
}

export class IterasLogin extends IterasFrame {
  static kind = "paywall";
  static options = [...COMMON, "paywallid", "access"];
}

export class IterasOrder extends IterasFrame {
  static kind = "ordering";
  static options = [...COMMON, "orderingid"];
}

export class IterasSelfservice extends IterasFrame {
  static kind = "selfservice";
  static options = COMMON;
}

for (const element of [IterasLogin, IterasOrder, IterasSelfservice]) reflect(element, element.options);
