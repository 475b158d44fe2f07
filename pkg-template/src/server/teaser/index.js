// `iteras/teaser` where a program may compile WebAssembly from bytes: Node, Deno, Bun.
import bytes from "iteras:teaser-bytes";

import { compiled } from "../compile.js";
import { makeTeaser } from "./make.js";

const compile = () => compiled("teaser", bytes);

export const teaser = (options) => makeTeaser(compile, options);
