// The cost of one check of a pass in Node: ours, the same written with node:crypto, a JWT verified by jose, and a session
// unsealed by iron-session.
//   cargo xtask pack && node xtask/bench/check.mjs [--json]
//
// It needs what the package tests need (`cargo xtask test package` puts it below target/). Each of five rounds runs
// all of them in turn, so that what else the machine does meets all alike; printed are the medians. With
// --json it is one line: `{ name, unit, rounds, ours, crypto, jose, iron, hostile }`, in microseconds a check.
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { install } from "../../tests/consumers/harness.mjs";
import { checkByHand } from "./by-hand.mjs";
import { median } from "./median.mjs";

const asJson = process.argv.includes("--json");
const from = createRequire(join(await install("server"), "package.json"));
const { createGate } = from("iteras/server");
const { SignJWT, jwtVerify } = await import(pathToFileURL(from.resolve("jose")));
const { sealData, unsealData } = await import(pathToFileURL(from.resolve("iron-session")));

const ROUNDS = 5;
const MILLISECONDS = 300;
const KEY = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
const WALL = "n8fsoupukhv3";
const sign = (text) => `${text}/sha256:${createHmac("sha256", KEY).update(text).digest("hex")}`;
const pass = sign(`sub|${WALL}|2099-12-31T23:59:59Z|311|192.0.2.7`);
const header = `iteraspass=${pass}`;
const gate = createGate({ keys: [KEY], paywallid: WALL });

// The fastest way of jose: the key imported once. The token says what the pass says, in 144 bytes.
const joseKey = await crypto.subtle.importKey("raw", Buffer.from(KEY), { name: "HMAC", hash: "SHA-256" }, false, [
  "sign",
  "verify",
]);
const claims = new SignJWT({ l: "sub", w: WALL, s: "311" }).setProtectedHeader({ alg: "HS256" });
const token = await claims.setExpirationTime("10y").sign(joseKey);

// The same claims, encrypted, in a cookie of iron-session.
const seal = await sealData({ l: "sub", w: WALL, s: "311" }, { password: KEY });

const checks = {
  ours: () => gate.check(header).authorized,
  crypto: () => checkByHand(header, { key: KEY, paywallid: WALL, access: "sub", leeway: 60 }, Date.now()).authorized,
  jose: async () => (await jwtVerify(token, joseKey, { algorithms: ["HS256"] })).payload.w == WALL,
  iron: async () => (await unsealData(seal, { password: KEY })).w == WALL,
};
const HOSTILE = 16_384;
const hostileHeaders = {
  semicolons: `iteraspass=x;${";".repeat(HOSTILE)}`,
  blanks: " ".repeat(HOSTILE),
  "our cookie": "iteraspass=x;".repeat(HOSTILE),
  "values to hash": `iteraspass=${`|${"a".repeat(3990)}`}/sha256:${"0".repeat(64)};`.repeat(9),
  "values to hash, Latin-1": `iteraspass=${"\u00e5a".repeat(2000)}/sha256:${"0".repeat(64)};`.repeat(9),
  "values to decode": `iteraspass=${"%7c".repeat(1360)};`.repeat(9),
};
for (const name in hostileHeaders) {
  const hostile = hostileHeaders[name].slice(0, HOSTILE);
  hostileHeaders[name] = () => !gate.check(hostile).authorized;
}

async function microseconds(check, milliseconds) {
  const isLater = check() instanceof Promise;
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < milliseconds) {
    for (let batch = 0; batch < 50; batch++) {
      if (!(isLater ? await check() : check())) throw new Error("a check came out wrong");
    }
    count += 50;
    elapsed = performance.now() - start;
  }
  return (elapsed * 1000) / count;
}

async function measure(all, milliseconds) {
  const rounds = Object.fromEntries(Object.keys(all).map((name) => [name, []]));
  for (const check of Object.values(all)) await microseconds(check, milliseconds);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, check] of Object.entries(all)) rounds[name].push(await microseconds(check, milliseconds));
  }
  return { rounds, medians: Object.fromEntries(Object.entries(rounds).map(([name, times]) => [name, median(times)])) };
}

const { rounds, medians } = await measure(checks, MILLISECONDS);
const hostile = (await measure(hostileHeaders, MILLISECONDS / 10)).medians;
if (asJson) {
  console.log(JSON.stringify({ name: "check", unit: "us", bytes: pass.length, rounds, ...medians, hostile }));
} else {
  const line = (name, time, note) => console.log(`${name.padEnd(44)} ${time.toFixed(2).padStart(8)} us  ${note}`);
  line(`gate.check of a pass of ${pass.length} bytes`, medians.ours, "");
  line("the same by node:crypto", medians.crypto, `${(medians.crypto / medians.ours).toFixed(1)} times ours`);
  line("jwtVerify of jose, HS256", medians.jose, `${(medians.jose / medians.ours).toFixed(1)} times ours`);
  line("unsealData of iron-session", medians.iron, `${(medians.iron / medians.ours).toFixed(1)} times ours`);
  for (const [name, time] of Object.entries(hostile)) line(`16 KiB of ${name}`, time, "");
}
