// The common part of the entries for all runtimes; they differ in where they get the compiled module.
export { expressGate } from "./express.js";
export { makeGate } from "./gate.js";
export { expressLogin } from "./express-login.js";
export { makeLogin } from "./login.js";
export { mark } from "./mark.js";
export { pathOf } from "./paths.js";
