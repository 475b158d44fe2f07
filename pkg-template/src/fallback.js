// `iteras.fallback.js`: the same module as JavaScript, for pages and engines where WebAssembly can't run.
import engine from "iteras:wasm2js";

import { connect } from "./engine.js";
import { install } from "./global.js";
import { createIteras } from "./page/iteras.js";

const ask = connect(engine());
install(createIteras(() => ask, ITERAS_VERSION));
