// The verdict table through axum, reason for reason, and through nginx, where only the public five show.
import assert from "node:assert/strict";
import test from "node:test";
import { statusOf, verdicts } from "../shared/verdicts.mjs";
import { ask, fill, freePort, keyFolder, programs, start, startGate, startNginx, startOrigin } from "./harness.mjs";

const cookies = ({ lines }) => lines.map((line) => `Cookie: ${line}`);

test("axum: verdict and exact reason of every case", async (t) => {
  const cases = verdicts();
  const now = `${cases[0].now.toISOString().slice(0, 19)}Z`;
  assert.ok(
    cases.every((one) => one.now.getTime() == cases[0].now.getTime()),
    "one clock for all",
  );
  const input = JSON.stringify({ now, cases });
  const { told } = await start(
    t,
    programs.verdicts,
    [],
    (line) => (line.startsWith("{") ? JSON.parse(line) : undefined),
    { input },
  );
  const port = Number(told.address.split(":").pop());
  const refused = [];
  for (const [at, one] of cases.entries()) {
    if (one.expect.reason == "configuration") {
      refused.push(at);
      continue;
    }
    const answer = await ask(port, { path: `/${at}`, headers: cookies(one) });
    const came = {
      authorized: answer.status == 200,
      reason: answer.header("exact-reason") || null,
      publicReason: answer.header("x-iteras-reason") || null,
    };
    assert.deepEqual(came, one.expect, one.id);
    assert.equal(answer.status, statusOf(one.expect.publicReason), one.id);
    assert.equal(answer.body.includes("article of"), one.expect.authorized, one.id);
  }
  assert.deepEqual(told.refused, refused);
  t.diagnostic(`${cases.length} cases, ${refused.length} of them refused at the start`);
  assert.ok(refused.length > 0 && cases.length > refused.length);
});

// Cases that one gate can judge: the same keys, algorithms and leeway. Requirements become hosts.
function groups(cases) {
  const found = new Map();
  for (const one of cases) {
    // A refused case would take the others along.
    const isRefused = one.expect.reason == "configuration";
    const settings = JSON.stringify([one.keys, one.algorithms, one.requirement.leeway, isRefused]);
    found.set(settings, [...(found.get(settings) ?? []), one]);
  }
  return [...found.values()];
}

const toml = JSON.stringify;

function config(t, cases, hosts, port) {
  const { keys, algorithms, requirement } = cases[0];
  const names = Object.fromEntries(keys.map(({ id, key }) => [id, key]));
  const path = keyFolder(t, names);
  const sites = [...hosts].map(([wanted, host]) => {
    const { paywallid, access } = JSON.parse(wanted);
    return `[[sites]]\nhosts = [${toml(host)}]\ndefault = "protected"\npaywalls = ${toml(paywallid)}\naccess = ${toml(access)}\n`;
  });
  return [
    `mode = "forward-auth"\nlisten = "127.0.0.1:${port}"\ntrusted_peers = ["127.0.0.1"]\nforwarded_headers = "x-original"`,
    `leeway = ${requirement.leeway}\nallow_sha1 = ${algorithms.includes("sha1")}`,
    ...keys.map(({ id }) => `[[keys]]\nid = ${toml(id)}\nfile = ${toml(`${path}/${id}`)}`),
    ...sites,
  ].join("\n");
}

test("nginx: verdict and public reason of every case that needs no clock of its own", async (t) => {
  const cases = verdicts({ at: new Date() });
  const site = await startOrigin(t, (_, response) => response.end("article"));
  let [through, refused] = [0, 0];
  for (const group of groups(cases)) {
    const hosts = new Map();
    for (const { requirement } of group) {
      const wanted = JSON.stringify({ ...requirement, leeway: undefined });
      if (!hosts.has(wanted)) hosts.set(wanted, `w${hosts.size}.example`);
    }
    const [listen, gatePort] = [await freePort(), await freePort()];
    const starting = startGate(t, config(t, group, hosts, gatePort));
    if (group[0].expect.reason == "configuration") {
      await assert.rejects(starting, /: (keys|sites)/);
      refused += group.length;
      continue;
    }
    const gate = await starting;
    const nginx = await startNginx(
      t,
      fill("examples/nginx/site.conf", {
        LISTEN: `127.0.0.1:${listen}`,
        SERVER_NAME: [...hosts.values()].join(" "),
        GATE: `127.0.0.1:${gatePort}`,
        ORIGIN: `127.0.0.1:${site.port}`,
      }),
    );
    for (const one of group) {
      const host = hosts.get(JSON.stringify({ ...one.requirement, leeway: undefined }));
      const answer = await ask(listen, { host, path: "/article", headers: cookies(one) });
      const came = { authorized: answer.status == 200, publicReason: answer.header("x-iteras-reason") || null };
      assert.deepEqual(came, { authorized: one.expect.authorized, publicReason: one.expect.publicReason }, one.id);
      assert.equal(answer.status, statusOf(one.expect.publicReason), one.id);
      assert.equal(answer.body == "article", one.expect.authorized, one.id);
      through += 1;
    }
    await Promise.all([gate.stop(), nginx.stop()]);
  }
  t.diagnostic(`${through} cases, ${refused} more refused at the start`);
  assert.ok(through > 0 && refused > 0);
  assert.equal(through + refused, cases.length);
});
