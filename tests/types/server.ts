// Must compile without the library "dom", as programs for servers are.
import { wall } from "iteras";
import type { Verdict } from "iteras";

export const verdict: Verdict = wall({ paywallid: "a" });
