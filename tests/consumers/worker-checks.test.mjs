// The verdict table in workerd: every case that all runtimes share, by verdict and exact reason.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { install } from "./harness.mjs";
import { cookie, vectors } from "./server-helpers.mjs";
import { headerText } from "../shared/headers.mjs";
import { startWorker } from "./workerd.mjs";

const PASSES = vectors("pass_cases.json").cases.map((one) => ({ ...one, reason: one.gate ?? one.reason }));

let worker;
before(async () => (worker = await startWorker(await install("workerd"), "checks.js")));
after(() => worker?.close());

async function verdicts(cases) {
  const { status, body } = await worker.ask("/", { method: "POST", body: JSON.stringify(cases) });
  assert.equal(status, 200, body);
  return JSON.parse(body);
}

const optionsOf = ({ keys, want_ids, want_access, leeway_s }) => ({
  keys,
  paywallid: want_ids,
  access: want_access ?? "any",
  leeway: leeway_s ?? 0,
});

test("every pass case", async () => {
  // A value that would not be one in a Cookie line can't be asked about here.
  const fits = (value) => !/[;\0\r\n]/.test(value) && value.trim() == value;
  const cases = PASSES.filter((one) => fits(one.pass ?? "") || one.reason == "configuration");
  const answers = await verdicts(
    cases.map((one) => ({ options: optionsOf(one), cookies: cookie(one.pass), now: one.now })),
  );
  const counts = { allow: 0, deny: 0, configuration: 0 };
  for (const [at, one] of cases.entries()) {
    const answer = answers[at];
    if (answer.code) {
      assert.deepEqual([one.reason, answer.code], ["configuration", "bad_option"], `${one.id}: ${answer.message}`);
      counts.configuration += 1;
      continue;
    }
    assert.deepEqual([answer.authorized, answer.reason], [one.expect == "allow", one.reason], `${one.id}: ${one.note}`);
    counts[one.expect] += 1;
  }
  assert.ok(counts.allow > 0 && counts.deny > 0 && counts.configuration > 0);
});

test("every cookie header", async () => {
  const { cases } = vectors("cookie_header_cases.json");
  const [valid] = PASSES;
  const asked = cases.map((one) => ({
    options: optionsOf(one.want_ids ? { ...valid, want_ids: one.want_ids, want_access: one.want_access } : valid),
    cookies: headerText(one.header, valid.pass),
    now: valid.now,
  }));
  const answers = await verdicts(asked);
  for (const [at, one] of cases.entries()) {
    const { authorized, reason } = answers[at];
    assert.equal(authorized, one.expect == "allow", `${one.id}: ${reason} ${one.note}`);
    if (one.reason) assert.equal(reason, one.reason, one.id);
  }
});

test("signed passes, with what they say", async () => {
  const { key, vectors: all } = vectors("pass-vectors.json");
  const ids = ["n8fsoupukhv3", "AAAA1111", "CEru2uMu"];
  const asked = all.map(({ signed, sha256 }) => ({
    options: { keys: ["another key of enough bytes", { id: "2026", key }], paywallid: ids, access: "user" },
    cookies: cookie(`${signed}/sha256:${sha256}`),
    now: "2026-01-15T12:00:00Z",
  }));
  const answers = await verdicts(asked);
  for (const [at, { note, signed }] of all.entries()) {
    const [levels, paywalls, expires, subscriber] = signed.split("|");
    const reason = note.startsWith("expired") ? "expired" : note.startsWith("lists of unequal") ? "malformed" : null;
    const says =
      reason == "malformed"
        ? { level: null, paywallid: null, subscriber: null, expires: null, keyId: null }
        : {
            level: levels.split(",")[0],
            paywallid: paywalls.split(",")[0],
            subscriber,
            expires: expires.replace("Z", ".000Z"),
            keyId: "2026",
          };
    assert.deepEqual(answers[at], { authorized: reason === null, reason, ...says }, note);
  }
});
