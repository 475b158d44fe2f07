// The core as WebAssembly, carried as text and compiled when it is first needed.
import bytes from "iteras:bytes";

import { connect } from "../engine.js";
import { codec } from "./utf8.js";

const SENTENCE =
  "Iteras: WebAssembly can't run on this page. Either the page's Content-Security-Policy does not allow it (add " +
  "'wasm-unsafe-eval' to its script-src) or the browser has it switched off; \"iteras/" +
  (ITERAS_COMPANION ? "companion/" : "") +
  'js" has the same functions and does without';

/** The core's `ask`; throws an error with code `wasm_blocked` where there can be none. */
export function start() {
  try {
    const [encoder, decoder] = codec();
    const core = new WebAssembly.Module(bytes(encoder));
    const ask = connect(new WebAssembly.Instance(core).exports, encoder, decoder);
    ask("", 0);
    return ask;
  } catch (error) {
    throw Object.assign(new Error(SENTENCE), { code: "wasm_blocked", cause: error });
  }
}
