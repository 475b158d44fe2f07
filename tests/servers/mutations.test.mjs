// A million random changes to signed passes, judged natively and in WebAssembly: the same verdict and reason for each,
// nothing opened by what was changed after signing, nobody locked out by what does no harm.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import test from "node:test";
import { programs } from "./harness.mjs";

const CASES = Number(process.env.ITERAS_MUTATIONS || 1_000_000);
const SEED = process.env.ITERAS_SEED || "20261122";

test("native and WebAssembly judge every mutation alike", async (t) => {
  t.diagnostic(`seed ${SEED}, ${CASES} cases`);
  const { instance } = await WebAssembly.instantiate(readFileSync(programs.mutationsWasm));
  const inWasm = (from, count) =>
    BigInt.asUintN(64, instance.exports.digest(BigInt(SEED), BigInt(from), BigInt(count)));
  const native = spawn(programs.mutations, [SEED, String(CASES)], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => native.once("close", done));
  t.after(() => native.kill());
  let blocks = 0;
  for await (const line of createInterface({ input: native.stdout })) {
    const found = /^(\d+) ([0-9a-f]{16})$/.exec(line);
    if (!found) {
      t.diagnostic(line);
      continue;
    }
    const [from, digest] = [Number(found[1]), BigInt(`0x${found[2]}`)];
    if (inWasm(from, Math.min(1000, CASES - from)) != digest) assert.fail(firstDifference(inWasm, from));
    blocks += 1;
  }
  assert.equal(await ended, 0, "see above: a false allow or a false denial");
  assert.equal(blocks, Math.ceil(CASES / 1000));
});

// One case at a time; the native program says what it makes of it.
function firstDifference(inWasm, from) {
  const nativeDigest = (at) =>
    spawnSync(programs.mutations, [SEED, "digest", String(at)], { encoding: "utf8" }).stdout.trim();
  for (let at = from; at < from + 1000; at += 1) {
    if (inWasm(at, 1).toString(16).padStart(16, "0") != nativeDigest(at)) {
      return `WebAssembly differs: ${spawnSync(programs.mutations, [SEED, "case", String(at)], { encoding: "utf8" }).stdout}`;
    }
  }
  return `the digests from case ${from} on differ, and yet no single one does`;
}
