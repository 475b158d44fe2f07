// `iteras/server` in Workers, which get their modules compiled and may compile none themselves.
import wasm from "./server.wasm";

import { makeGate } from "./shared.js";

export { expressGate, mark, teaser } from "./shared.js";

export const createGate = (options) => makeGate(() => wasm, options);
