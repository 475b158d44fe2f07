// `iteras/server` where a program may compile WebAssembly from bytes: Node, Deno, Bun.
import bytes from "iteras:server-bytes";

import { makeGate } from "./shared.js";

export { expressGate, mark, teaser } from "./shared.js";

export const createGate = (options) => makeGate(() => new WebAssembly.Module(bytes()), options);
