// examples/nginx, in front of a real origin with a real gate.
import assert from "node:assert/strict";
import test from "node:test";
import * as checks from "./checks.mjs";
import {
  ask,
  fill,
  freePort,
  HOST,
  keyFolder,
  startGate,
  startNginx,
  startOrigin,
  WALL,
  withPass,
} from "./harness.mjs";

async function world(t, change = (config) => config) {
  const [origin, listen, gatePort] = [await startOrigin(t), await freePort(), await freePort()];
  const keys = keyFolder(t);
  const GATE = `127.0.0.1:${gatePort}`;
  const gate = await startGate(
    t,
    change(fill("examples/nginx/gate.toml", { GATE, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys }), keys) +
      checks.crawlers(keys),
    { keys },
  );
  await startNginx(
    t,
    fill("examples/nginx/site.conf", {
      LISTEN: `127.0.0.1:${listen}`,
      SERVER_NAME: HOST,
      GATE,
      ORIGIN: `127.0.0.1:${origin.port}`,
    }),
  );
  return { port: listen, origin, gate };
}

test("nginx: what the recipe promises", async (t) => {
  const { port, origin, gate } = await world(t);
  await t.test("C27 a pass opens, an open page stays the origin's own", () => checks.allows(port, origin));
  await t.test("C27 denied readers get the landing page or a short one", () => checks.denies(port, origin));
  await t.test("C26 every method is judged", () => checks.everyMethodIsJudged(port, origin));
  await t.test("C28 every spelling is walled", () => checks.everySpellingIsWalled(port));
  await t.test("C29 forwarded headers of strangers have no effect", () => checks.nobodyForwardsForOthers(port, origin));
  await t.test("C30 nobody speaks in our name", () => checks.nobodySpeaksInOurName(port, origin));
  await t.test("C30 nothing forged arrives", () => checks.nothingForgedArrives(port, origin));
  await t.test("C31 neighbour cookies do no harm", () => checks.neighboursDoNoHarm(port));
  await t.test("C80 crawlers are known by the connection's address", () =>
    checks.crawlersByAddress(port, origin, { caches: true }),
  );
  await t.test("gift links and editors", () => checks.opensOtherwise(port, origin, { marks: true }));
  await t.test("the gate does not limit bodies", async () => {
    const body = "x".repeat((1 << 20) - 1);
    const headers = [withPass(), `Content-Length: ${body.length}`];
    assert.equal((await ask(port, { method: "POST", path: "/articles/1", headers, body })).status, 200);
  });
  await t.test("visitors can't ask the gate", async () => {
    assert.equal((await ask(port, { path: "/_iteras_gate" })).status, 404);
  });
  await t.test("no pass is sent back unless that is configured", async () => {
    const answer = await ask(port, { path: "/articles/1", headers: [withPass(), "Sec-Fetch-Dest: document"] });
    assert.equal(answer.header("set-cookie"), "");
  });
  await t.test("it fails closed without the gate", async () => {
    await gate.stop();
    await checks.failsClosed(port, origin);
  });
});

test("nginx: the pass comes back once a day where that is configured", async (t) => {
  const { port } = await world(t, (config) => `${config}\n[reissue]\n`);
  const cookie = withPass();
  const answer = await ask(port, { path: "/articles/1", headers: [cookie, "Sec-Fetch-Dest: document"] });
  const value = cookie.slice("Cookie: iteraspass=".length);
  assert.deepEqual(
    answer.headers.filter(([name]) => name == "set-cookie").map(([, line]) => line),
    [
      `iteraspass=${value}; Path=/; Max-Age=2592000; SameSite=Lax; Secure`,
      "iteraskept=1; Path=/; Max-Age=86400; SameSite=Lax; Secure",
    ],
  );
  const again = await ask(port, {
    path: "/articles/1",
    headers: [`${cookie}; iteraskept=1`, "Sec-Fetch-Dest: document"],
  });
  assert.equal(again.header("set-cookie"), "");
});

test("nginx: free pages, and no page more", async (t) => {
  const { port, origin } = await world(t, checks.withMeter);
  await t.test("C79 so many are given away", () => checks.givesSoManyAway(port, origin, { marks: true }));
  await t.test("C79 many tabs at once", () => checks.tabsAtOnce(port));
  await t.test("C30 nothing forged arrives", () => checks.nothingForgedArrives(port, origin));
});

test("nginx: free pages beside passes that come back", async (t) => {
  const { port } = await world(t, (config, keys) => `${checks.withMeter(config, keys)}\n[reissue]\n`);
  const read = async (...headers) => {
    const answer = await ask(port, { path: "/articles/1", headers: ["Sec-Fetch-Dest: document", ...headers] });
    const cookies = answer.headers.filter(([name]) => name == "set-cookie");
    return cookies.map(([, line]) => line.split("=")[0]);
  };
  assert.deepEqual(await read(withPass()), ["iteraspass", "iteraskept"]);
  assert.deepEqual(await read(), ["iterasmeter"]);
});

test("nginx: an origin that is stricter stays so", async (t) => {
  const origin = await startOrigin(t, (_, response) => response.setHeader("Cache-Control", "no-store").end("first, x"));
  const [listen, gatePort, keys] = [await freePort(), await freePort(), keyFolder(t)];
  const GATE = `127.0.0.1:${gatePort}`;
  await startGate(t, fill("examples/nginx/gate.toml", { GATE, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys }), {
    keys,
  });
  await startNginx(
    t,
    fill("examples/nginx/site.conf", {
      LISTEN: `127.0.0.1:${listen}`,
      SERVER_NAME: HOST,
      GATE,
      ORIGIN: `127.0.0.1:${origin.port}`,
    }),
  );
  const answer = await ask(listen, { path: "/articles/1", headers: [withPass()] });
  assert.equal(answer.header("cache-control"), "private, no-store");
});
