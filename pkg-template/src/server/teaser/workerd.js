// `iteras/teaser` in Workers, which get their modules compiled, and have less memory than a server.
import wasm from "./teaser.wasm";

import { makeTeaser } from "./make.js";

const compile = () => wasm;

export const teaser = (options) => makeTeaser(compile, options, (core) => core.fitWorkers());
