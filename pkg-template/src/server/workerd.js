// `iteras/server` in Workers, which get their modules compiled and may compile none themselves.
import wasm from "./server.wasm";

import { makeGate, makeLogin, pathOf } from "./shared.js";

export { expressGate, expressLogin, mark } from "./shared.js";

const compile = () => wasm;

export const createGate = (options) => makeGate(compile, options);
export const createLogin = (options) => makeLogin(compile, options);
export const normalPath = (path) => pathOf(compile, path);
