// An app under a policy without wasm: `iteras/js` and nothing else.
import * as iteras from "iteras/js";

window.iteras = iteras;
