// The global `Iteras`: of the classic script, and of `iteras/global`, which does the same from a bundle.
//
// Pages that include the script by a tag get the types by
//   /// <reference types="iteras/global" />
// or by "types": ["iteras/global"] in their tsconfig.json.
import type * as iteras from "./index.js";

/** A call that waits in `Iteras.q` for the script: the name of a method, and what it is called with. */
export type QueuedCall = {
  [Name in Method]: [Name, ...Parameters<IterasGlobal[Name]>];
}[Method];

type Method =
  | "wall"
  | "logoutFromWall"
  | "selfserviceiframe"
  | "orderingiframe"
  | "paywalliframe"
  | "signupiframe"
  | "configure"
  | "carry";

/** The global's methods. Members that a page adds of its own are declared by merging into this interface. */
export interface IterasGlobal {
  wall: typeof iteras.wall;
  logoutFromWall: typeof iteras.logoutFromWall;
  selfserviceiframe: typeof iteras.selfserviceiframe;
  orderingiframe: typeof iteras.orderingiframe;
  paywalliframe: typeof iteras.paywalliframe;
  /** @deprecated `orderingiframe` is its successor. */
  signupiframe: typeof iteras.signupiframe;
  configure: typeof iteras.configure;
  pass: typeof iteras.pass;
  isLoggedIn: typeof iteras.isLoggedIn;
  frame: typeof iteras.frame;
  carry: typeof iteras.carry;
  readonly version: string;
  /** For pages that load the script `async`: calls that are made when it is there, or at once. */
  q: { push(call: QueuedCall): void };
}

declare global {
  var Iteras: IterasGlobal;
}
