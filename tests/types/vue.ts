// Must compile: the composables of `iteras/vue`, on their own and beside the official script.
import { ref, type Ref } from "vue";
import { usePass, useWall } from "iteras/vue";
import { useWall as useCompanionWall } from "iteras/companion/vue";
import type { GateVerdict } from "iteras/server";
import type { Requirement } from "iteras";

declare const ofServer: GateVerdict;
const options = ref<Requirement>({ paywallid: "a" });

export const reasons: (string | null)[] = [
  useWall(options, ofServer).value.reason,
  useWall(() => ({ paywallid: ["a"], access: "user" })).value.reason,
  useCompanionWall({ paywallid: "a" }, { authorized: false, reason: "nopass" }).value.reason,
  useWall().value.reason,
];
export const pass: Readonly<Ref<{ subscriber: string } | null>> = usePass();

// @ts-expect-error verdicts are the page's to change
useWall().value = useWall().value;
// @ts-expect-error there is no such level
useWall(() => ({ access: "subs" }));
