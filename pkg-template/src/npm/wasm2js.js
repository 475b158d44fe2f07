// The core as JavaScript, for pages and browsers that refuse WebAssembly.
import { connect } from "../engine.js";
import { codec } from "./utf8.js";

// `require` makes the bundler wrap the module, so that its memory is set up now and not at import.
export const start = () => connect(require("iteras:wasm2js"), ...codec());
