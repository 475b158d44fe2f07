// `iteras/server` where a program may compile WebAssembly from bytes: Node, Deno, Bun.
import bytes from "iteras:server-bytes";

import { compiled } from "./compile.js";
import { makeGate, makeLogin, pathOf } from "./shared.js";

export { expressGate, expressLogin, mark } from "./shared.js";

const compile = () => compiled("server", bytes);

export const createGate = (options) => makeGate(compile, options);
export const createLogin = (options) => makeLogin(compile, options);
export const normalPath = (path) => pathOf(compile, path);
