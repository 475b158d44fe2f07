// Must compile without the library "dom", as programs for servers are.
import { wall } from "iteras";
import type { Verdict } from "iteras";
import { createGate } from "iteras/server";

export const verdict: Verdict = wall({ paywallid: "a" });
export const isIn: boolean = createGate({ keys: "j8kau2v3lzp0n12ilw1d0hurr6059gyo", paywallid: "a" }).check(
  null,
).authorized;
