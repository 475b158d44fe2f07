// `iteras/server` in Workers, which get their modules compiled and may compile none themselves.
import wasm from "./server.wasm";

import { makeGate, pathOf } from "./shared.js";

export { expressGate, mark, teaser } from "./shared.js";

const compile = () => wasm;

export const createGate = (options) => makeGate(compile, options);
export const normalPath = (path) => pathOf(compile, path);
