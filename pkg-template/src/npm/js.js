// `iteras/js`: the same as `iteras` without WebAssembly, for pages whose policy forbids it.
import { methods, version } from "./core.js";
import { start } from "./wasm2js.js";

export { version };
export const {
  wall,
  logoutFromWall,
  selfserviceiframe,
  orderingiframe,
  paywalliframe,
  signupiframe,
  configure,
  pass,
  isLoggedIn,
  frame,
  carry,
  watchWall,
} = /* @__PURE__ */ methods(start);
