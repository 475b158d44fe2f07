// The calls that the elements make: those of `iteras`, or of `iteras/js` where WebAssembly can't run.
import * as wasm from "../index.js";

let entry = wasm;
let fallback;

/** Does `work(calls)`; where it needs the core as JavaScript first, `again()` is called once that is there. */
export function withCalls(work, again, complain) {
  try {
    work(entry);
  } catch (error) {
    if (error.code != "wasm_blocked") return complain(error);
    // Elements can wait, other than the functions: this page gets along without a permission for wasm.
    fallback = fallback || import("../js.js");
    fallback.then(
      (calls) => {
        entry = calls;
        again();
      },
      () => complain(error),
    );
  }
}
