// `iteras`: the calls of the classic script as functions. Importing it does nothing.
import { methods, version } from "./core.js";
import { start } from "./wasm.js";

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
