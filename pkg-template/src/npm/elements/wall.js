// `<iteras-wall>`: shows those of its parts that go with the verdict, and hides the others.
//
//   <iteras-wall paywallid="n8fsoupukhv3">
//     <div data-when="pending" hidden>…</div>
//     <div data-when="open" hidden>the article</div>
//     <div data-when="closed">the offer</div>
//   </iteras-wall>
//
// It hides and does not protect: what the page was sent can be read in its source.
import { IterasElement, ids, reflect } from "./element.js";
import { withCalls } from "./engine.js";

const OPTIONS = ["paywallid", "access", "redirect", "server", "meter"];

export class IterasWall extends IterasElement {
  static watched = { attributeFilter: [...OPTIONS, "data-when"], childList: true, subtree: true };
  static names = OPTIONS;
  #verdict = null;
  #state = "pending";
  #asked;
  #stop;

  /** The last verdict; null before the first. */
  get verdict() {
    return this.#verdict;
  }

  /** `open`, `closed` or `pending`. */
  get state() {
    return this.#state;
  }

  update() {
    if (!this.isConnected) return this.#end();
    const options = this.#options();
    const wanted = JSON.stringify(options);
    if (wanted !== this.#asked) {
      this.#end();
      this.#asked = wanted;
      this.#become("pending", null);
      withCalls(
        (calls) => (this.#stop = calls.watchWall(options, (verdict) => this.#hear(verdict))),
        () => this.#again(),
        (error) => this.#break(error),
      );
    }
    // Also where only the parts have changed.
    this.#show();
  }

  #options() {
    const options = { server: this.server };
    for (const name of ["access", "redirect", "meter"]) options[name] = this.getAttribute(name);
    const paywallid = this.getAttribute("paywallid");
    if (paywallid) options.paywallid = ids(paywallid);
    return options;
  }

  #again() {
    this.#asked = undefined;
    this.update();
  }

  #end() {
    if (this.#stop) this.#stop();
    this.#stop = this.#asked = undefined;
  }

  #hear(verdict) {
    this.#verdict = verdict;
    if (verdict.pending) this.#become("pending", null);
    // A fault of ours must not blank a site.
    else if (verdict.authorized || verdict.reason == "internal") this.#become("open", verdict.reason);
    else this.#become("closed", verdict.reason);
    this.#show();
    this.tell("iteras-verdict", verdict);
  }

  // Attributes that make no sense close the wall, as `wall` reads them: in the strictest way. Where there
  // is no core to be had, it opens.
  #break(error) {
    this.#become(error.code == "bad_option" ? "closed" : "open", null);
    this.#show();
    this.complain(error);
  }

  #become(state, reason) {
    this.#state = state;
    this.setAttribute("data-state", state);
    if (reason) this.setAttribute("data-reason", reason);
    else this.removeAttribute("data-reason");
    if (state == "pending") this.setAttribute("aria-busy", "true");
    else this.removeAttribute("aria-busy");
  }

  #show() {
    const now = [this.#state, this.getAttribute("data-reason")];
    for (const part of this.querySelectorAll("[data-when]")) {
      // Parts of a wall within this one are that one's.
      if (part.parentElement.closest("iteras-wall") != this) continue;
      const when = part.getAttribute("data-when").trim().split(/\s+/);
      part.hidden = !when.some((word) => now.includes(word));
    }
  }
}

reflect(IterasWall, ["paywallid", "access", "redirect", "meter"]);
// As a property of this kind is set by frameworks: true or false.
Object.defineProperty(IterasWall.prototype, "server", {
  configurable: true,
  enumerable: true,
  get() {
    return this.getAttribute("server") != "false";
  },
  set(value) {
    if (value) this.removeAttribute("server");
    else this.setAttribute("server", "false");
  },
});
