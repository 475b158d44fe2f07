// Must compile: passes, the fake service and the stub of `iteras/testing`.
import { fakeService, makePass, signPass, stubIteras } from "iteras/testing";
import type { FakeAnswer, FakeService, Renewal, Stub } from "iteras/testing";
import type { Verdict } from "iteras";

declare const verdict: Verdict;

export const passes: string[] = [
  makePass(),
  makePass({ paywallid: ["a", "b"], level: ["sub", "user"], expires: new Date(0), subscriber: "", ip: null }),
  signPass({ key: "the key of the gate under test", expires: "2026-02-01T00:00:00Z" }),
];
const refusing: Renewal = () => null;
const service: FakeService = fakeService({ base: "http://127.0.0.1:4802", renewal: refusing });
service.renewal = "503";
export const answer: FakeAnswer = service.answer({ url: "https://app.iteras.dk/api/paywall/renew/", method: "POST" });
export const asked: string[] = service.requests.map(({ method }) => method);
const stub: Stub = stubIteras(verdict);
stub.show({ authorized: false, reason: "expired" });
stubIteras({ authorized: true, level: "user" }, { companion: true }).restore();
export const sent: (string | undefined)[] = stub.redirects;

// @ts-expect-error servers believe no pass without a key
signPass({ paywallid: "a" });
// @ts-expect-error everybody knows the key of these
makePass({ key: "the key of the gate under test" });
// @ts-expect-error there is no such answer
service.renewal = "500";
// @ts-expect-error a verdict says whether
stub.show({ reason: "expired" });
