// The program iteras-gate as other servers and supervisors see it: start, probes, rotation, reload.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import * as checks from "./checks.mjs";
import {
  ARTICLE,
  ask,
  editor,
  fill,
  freePort,
  gift,
  HOST,
  KEY,
  keyFolder,
  OLD_KEY,
  programs,
  startGate,
  startOrigin,
  WALL,
  withPass,
} from "./harness.mjs";

const forNginx = (keys, port = 0) =>
  fill("examples/nginx/gate.toml", { GATE: `127.0.0.1:${port}`, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys });

const asProxy = (keys, origin) =>
  forNginx(keys)
    .replace(
      'mode = "forward-auth"',
      `mode = "proxy"\norigin = "http://127.0.0.1:${origin.port}"\nadmin = "127.0.0.1:0"\norigin_timeout = 5`,
    )
    .replace('trusted_peers = ["127.0.0.1"]', "trusted_peers = []");

const original = "X-Original-URI: /articles/1";

test("C19 it refuses to start without usable keys and names the setting", (t) => {
  const keys = keyFolder(t);
  const config = forNginx(keys);
  const file = join(keys, "gate.toml");
  const started = (text) => {
    writeFileSync(file, text);
    const { status, stderr, stdout } = spawnSync(programs.gate, ["--config", file], {
      encoding: "utf8",
      timeout: 10_000,
    });
    assert.equal(status, 1, stderr);
    return stdout + stderr;
  };
  for (const [name, setting] of [
    ["pass-key", "keys.2026"],
    ["gift-key", "gifts"],
    ["editor-key", "editors"],
  ]) {
    const key = readFileSync(join(keys, name), "utf8");
    for (const odd of ["", "\n", "short", ` ${key}`, `${key}\n`]) {
      writeFileSync(join(keys, name), odd);
      const said = started(config);
      assert.ok(said.includes(`gate.toml: ${setting}: `), said);
      assert.ok(!said.includes(key.trim()), "the key");
    }
    writeFileSync(join(keys, name), key);
  }
  assert.match(started(config.replace("editor-key", "gift-key")), /: editors: the same key as gifts;/);
  assert.match(started(config.replace(/\[\[keys\]\]\nid.*\nfile.*\n/, "")), /: keys: no signing key/);
  assert.match(started(config.replace(`file = "${keys}/pass-key"`, 'env = "ITERAS_NOT_SET"')), /: keys.2026.env: /);
  assert.match(started(config.replace(`"${WALL}"`, "")), /paywalls: /);
});

test("C18 F28 an old key counts in its window, is reported, and ends", async (t) => {
  const keys = keyFolder(t, {
    "pass-key": KEY,
    "old-key": OLD_KEY,
    "gift-key": "g".repeat(32),
    "editor-key": "e".repeat(32),
  });
  const single = forNginx(keys);
  const both = (until) => `${single}\n[[keys]]\nid = "2025"\nfile = "${keys}/old-key"\nuntil = "${until}"\n`;
  const gate = await startGate(t, both("2999-01-01T00:00:00Z"), { keys });
  const old = () => ask(gate.port, { headers: [original, withPass({ key: OLD_KEY })] });
  const fresh = async () => (await ask(gate.port, { headers: [original, withPass()] })).status;
  assert.deepEqual([(await old()).status, await fresh()], [204, 204]);
  const metrics = await ask(gate.port, { path: "/metrics" });
  assert.match(metrics.body, /iteras_gate_old_key_total\{key="2025"\} 1\n/);
  for (const later of [both("2020-01-01T00:00:00Z"), single]) {
    await reload(gate, later);
    const answer = await old();
    assert.deepEqual([answer.status, answer.header("x-iteras-reason"), await fresh()], [401, "invalid", 204]);
  }
});

async function reload(gate, config) {
  writeFileSync(gate.file, config);
  const reloaded = gate.next((line) => (JSON.parse(line).message == "reloaded" ? true : undefined));
  gate.child.kill("SIGHUP");
  await reloaded;
}

test("SIGHUP: requests under way end as they began, new ones get the new configuration", async (t) => {
  const keys = keyFolder(t);
  const held = [];
  const origin = await startOrigin(t, (request, response) => {
    if (!request.url.endsWith("/slow")) return response.end(ARTICLE);
    response.write("first, ");
    held.push(response);
    origin.asked?.();
  });
  const gate = await startGate(t, asProxy(keys, origin), { keys });
  const asked = new Promise((done) => {
    origin.asked = done;
  });
  const slow = ask(gate.port, { path: "/articles/slow", headers: [withPass()] });
  await asked;
  writeFileSync(join(keys, "pass-key"), OLD_KEY);
  await reload(gate, asProxy(keys, origin));
  const now = await Promise.all(
    [withPass(), withPass({ key: OLD_KEY })].map((cookie) =>
      ask(gate.port, { path: "/articles/1", headers: [cookie, "Sec-Fetch-Dest: image"] }),
    ),
  );
  assert.deepEqual(
    now.map(({ status }) => status),
    [401, 200],
  );
  held[0].end(ARTICLE);
  const answer = await slow;
  assert.deepEqual([answer.status, answer.body], [200, `first, ${ARTICLE}`]);
  // The mistake in a new file is logged, and the old one holds.
  writeFileSync(gate.file, "mode = 1");
  const refused = gate.next((line) => (JSON.parse(line).message?.startsWith("not reloaded") ? true : undefined));
  gate.child.kill("SIGHUP");
  await refused;
  assert.equal((await ask(gate.port, { path: "/articles/1", headers: [withPass({ key: OLD_KEY })] })).status, 200);
});

test("healthz and metrics: beside forward-auth, apart from a proxied site", async (t) => {
  const gate = await startGate(t, forNginx("KEYS").replaceAll("KEYS", keyFolder(t)));
  assert.equal((await ask(gate.port, { path: "/healthz" })).body, "ok\n");
  await ask(gate.port, { headers: [original] });
  assert.match(
    (await ask(gate.port, { path: "/metrics" })).body,
    /judgements_total\{verdict="denied",reason="nopass"\} 1\n/,
  );
  const keys = keyFolder(t);
  const origin = await startOrigin(t, (_, response) => response.end("the site's own"));
  const proxy = await startGate(t, asProxy(keys, origin), { keys });
  assert.equal((await ask(proxy.port, { path: "/healthz" })).body, "the site's own");
  assert.equal((await ask(proxy.admin, { path: "/healthz" })).body, "ok\n");
});

test("as a reverse proxy it keeps the same promises", async (t) => {
  const keys = keyFolder(t);
  const origin = await startOrigin(t);
  const gate = await startGate(t, asProxy(keys, origin), { keys });
  await checks.allows(gate.port, origin);
  await checks.denies(gate.port, origin);
  await checks.everyMethodIsJudged(gate.port, origin);
  await checks.everySpellingIsWalled(gate.port);
  await checks.nobodyForwardsForOthers(gate.port, origin);
  await checks.nobodySpeaksInOurName(gate.port, origin);
  await checks.nothingForgedArrives(gate.port, origin);
  await checks.neighboursDoNoHarm(gate.port);
  await checks.opensOtherwise(gate.port, origin, { marks: true });
});

test("C79 as a reverse proxy it gives so many pages away, and no more", async (t) => {
  const keys = keyFolder(t);
  const origin = await startOrigin(t);
  const gate = await startGate(t, checks.withMeter(asProxy(keys, origin), keys), { keys });
  await checks.givesSoManyAway(gate.port, origin, { marks: true });
  await checks.tabsAtOnce(gate.port);
  const { body } = await ask(gate.admin, { path: "/metrics" });
  assert.match(body, /^iteras_gate_judgements_total\{verdict="meter",reason=""\} \d+$/m);
  const read = (...headers) =>
    ask(gate.port, { path: "/articles/1", headers: ["Sec-Fetch-Dest: document", ...headers] });
  const old = `Cookie: ${(await read()).header("set-cookie").split("; ")[0]}`;
  assert.equal((await read(old)).header("set-cookie"), "");
  // Another key: what was counted by the old one is none, and nobody is shut out.
  writeFileSync(join(keys, "meter-key"), "another key that is for meters\n");
  const reloaded = gate.next((line) => (line.includes("reloaded") ? true : undefined));
  gate.child.kill("SIGHUP");
  await reloaded;
  const anew = await read(old);
  assert.deepEqual([anew.status, anew.header("x-iteras-meter")], [200, "1/2"]);
});

test("editors: forward-auth says who came in, and logs nothing of it", async (t) => {
  const keys = keyFolder(t);
  const gate = await startGate(t, `log = "trace"\n${forNginx(keys)}`, { keys });
  const [cookie, token] = [editor(), gift("/articles/1")];
  const asked = await ask(gate.port, { headers: [original, cookie] });
  assert.deepEqual(
    [asked.status, asked.header("x-iteras-verdict"), asked.header("x-iteras-level")],
    [204, "editor", ""],
  );
  const judged = gate.next((line) => (/"gift"/.test(line) ? true : undefined));
  await ask(gate.port, { headers: [`${original}?${token}`] });
  await judged;
  const two = await ask(gate.port, { headers: [original, cookie.replace("Cookie: ", "Cookie: iteraseditor=old; ")] });
  assert.equal(two.status, 204, "one of several cookies");
  for (const secret of [cookie.split(".")[1], token.split(".")[1]])
    assert.ok(!gate.said().includes(secret), gate.said());
});

test("forward-auth answers only configured peers and says nothing without the address", async (t) => {
  const keys = keyFolder(t);
  const gate = await startGate(t, forNginx(keys).replace('["127.0.0.1"]', '["192.0.2.1"]'), { keys });
  assert.equal((await ask(gate.port, { headers: [original, withPass()] })).status, 403);
  const port = await freePort();
  const taken = await startGate(t, forNginx(keys, port), { keys });
  assert.equal(taken.port, port);
  assert.equal((await ask(port, { headers: [withPass()] })).status, 403);
});
