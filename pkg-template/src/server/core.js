// The compiled core of the servers' entry: started by the first gate, the same for all of them.
import { initSync, table as constants } from "iteras:server";

export { badOption } from "./errors.js";

/** The core's constants by which plans are carried out; empty until a gate is made. */
export let table = {};
let started = false;

/** Starts the core with the module that `compile` gives, unless that was done before. */
export function begin(compile) {
  if (started) return;
  initSync({ module: compile() });
  table = constants();
  started = true;
}
