// `iteras.meter.js`: the meter of free articles for the script tag, in front of `iteras.js` or `iteras.companion.js`;
// and `iteras/meter` of the package. Its core is so small that it is JavaScript everywhere: no page's policy is asked.
import engine from "iteras:wasm2js";

import { connect } from "../engine.js";
import { codec } from "../npm/utf8.js";
import { install } from "./meter.js";

if (typeof document != "undefined") install(connect(engine(), ...codec()));
