// `iteras/teaser` where a program may compile WebAssembly from bytes: Node, Deno, Bun.
import bytes from "iteras:teaser-bytes";

import { makeTeaser } from "./make.js";

const compile = () => new WebAssembly.Module(bytes());

export const teaser = (options) => makeTeaser(compile, options);
