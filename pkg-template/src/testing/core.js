// The compiled core of the tests' entry, started when it is first needed: it makes passes and knows the addresses.
import bytes from "iteras:testing-bytes";
import * as glue from "iteras:testing";

import { compiled } from "../server/compile.js";

let started;

/** The functions of `crates/edge/src/testing.rs`. */
export function core() {
  started = started || glue.initSync({ module: compiled("testing", bytes) });
  return glue;
}
