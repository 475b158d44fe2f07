// Must compile: hooks and the component of `iteras/react`, on their own and beside the official script.
import { Wall, usePass, useWall } from "iteras/react";
import { useWall as useCompanionWall } from "iteras/companion/react";
import type { GateVerdict } from "iteras/server";
import type { FirstVerdict, Pass, Verdict } from "iteras";

declare const ofServer: GateVerdict;
declare const ofJson: { authorized: boolean; reason: string | null; expires: string };

export function Article() {
  const verdict: Verdict = useWall({ paywallid: ["a", "b"], access: "sub" }, ofServer);
  const same: Verdict = useCompanionWall({ paywallid: "a" }, ofJson);
  const undecided: boolean = useWall().pending;
  const pass: Pass | null = usePass();
  const given: FirstVerdict | null = ofServer.authorized ? ofServer : null;
  return (
    <Wall paywallid="a" firstVerdict={given} pending="…" fallback={({ reason }) => <p>{reason}</p>}>
      {verdict.expires?.getTime()} {same.subscriber} {undecided && pass?.ip}
    </Wall>
  );
}

// @ts-expect-error there is no such level
useWall({ access: "subs" });
// @ts-expect-error a verdict says whether
useWall({}, { reason: null });
// @ts-expect-error there is no such option
export const wrong = <Wall paywallId="a" />;
