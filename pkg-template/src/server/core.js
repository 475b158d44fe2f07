// The compiled core of the servers' entry: started by the first gate, the same for all of them.
import { initSync, rules as table } from "iteras:server";

export { badOption } from "./errors.js";

/** The header rules, statuses and public reasons, as the core has them; empty until a gate is made. */
export let rules = {};
let started = false;

/** Starts the core with the module that `compile` gives, unless that was done before. */
export function begin(compile) {
  if (started) return;
  initSync({ module: compile() });
  rules = table();
  started = true;
}
