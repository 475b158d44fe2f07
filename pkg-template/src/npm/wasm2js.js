// The core as JavaScript, for pages and browsers that refuse WebAssembly. It starts when it is first asked, not at import.
import engine from "iteras:wasm2js";

import { connect } from "../engine.js";
import { codec } from "./utf8.js";

export const start = () => connect(engine(), ...codec());
