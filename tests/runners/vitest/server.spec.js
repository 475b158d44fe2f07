// A server's code, whose gate believes the passes of the test.
// @vitest-environment node
import { expect, test } from "vitest";

import { createGate } from "iteras/server";
import { signPass } from "iteras/testing";

const key = "the key of the gate under test";
const gate = createGate({ keys: [key], paywallid: "n8fsoupukhv3" });
const check = (fields) => gate.check(`iteraspass=${signPass({ key, ...fields })}`);

test("the gate believes what its key has signed", () => {
  expect(check().authorized).toBe(true);
  expect(check({ level: "user" }).reason).toBe("accesslevel");
  expect(check({ key: "another key than the gate's" }).reason).toBe("signature");
});
