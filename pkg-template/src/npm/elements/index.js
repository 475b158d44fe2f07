// `iteras/elements`: the frames and the wall as elements, for pages without a framework and for all
// frameworks alike. Importing it defines them; on a server it does nothing.
import { IterasLogin, IterasOrder, IterasSelfservice } from "./frames.js";
import { IterasWall } from "./wall.js";

const ELEMENTS = {
  "iteras-login": IterasLogin,
  "iteras-order": IterasOrder,
  "iteras-selfservice": IterasSelfservice,
  "iteras-wall": IterasWall,
};

if (typeof customElements != "undefined") {
  for (const name of Object.keys(ELEMENTS)) {
    // Another copy of the package may have been first; its elements ask the same Iteras.
    if (!customElements.get(name)) customElements.define(name, ELEMENTS[name]);
  }
}

export { IterasLogin, IterasOrder, IterasSelfservice, IterasWall };
