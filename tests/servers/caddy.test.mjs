// examples/caddy, in front of a real origin with a real gate.
import assert from "node:assert/strict";
import test from "node:test";
import * as checks from "./checks.mjs";
import { ask, fill, freePort, HOST, keyFolder, startCaddy, startGate, startOrigin, WALL } from "./harness.mjs";

async function world(t, change = (config) => config) {
  const [origin, port, gatePort, keys] = [await startOrigin(t), await freePort(), await freePort(), keyFolder(t)];
  const GATE = `127.0.0.1:${gatePort}`;
  const config = fill("examples/caddy/gate.toml", { GATE, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys });
  const gate = await startGate(t, change(config, keys) + checks.crawlers(keys), { keys });
  await startCaddy(t, { ITERAS_SITE: `http://:${port}`, ITERAS_GATE: GATE, ITERAS_ORIGIN: `127.0.0.1:${origin.port}` });
  return { origin, port, gate };
}

test("Caddy: free pages, and no page more", async (t) => {
  const { origin, port } = await world(t, checks.withMeter);
  await t.test("C79 so many are given away", () => checks.givesSoManyAway(port, origin, { marks: false }));
  await t.test("C79 many tabs at once", () => checks.tabsAtOnce(port));
  await t.test("C30 nothing forged arrives", () => checks.nothingForgedArrives(port, origin));
  await t.test("the origin can write the mark", async () => {
    const { headers } = origin.requests.at(-1);
    assert.ok(!("x-iteras-set-cookie" in headers));
    await ask(port, { path: "/articles/1", headers: ["Sec-Fetch-Dest: document", 'If-None-Match: "1"'] });
    const seen = origin.requests.at(-1).headers;
    const told = ["x-iteras-verdict", "x-iteras-meter", "x-iteras-set-cookie", "if-none-match"].map(
      (name) => seen[name],
    );
    assert.deepEqual(told, ["meter", "1/2", undefined, undefined]);
  });
});

test("Caddy: what the recipe promises", async (t) => {
  const { origin, port, gate } = await world(t);
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
  await t.test("gift links and editors", () => checks.opensOtherwise(port, origin, { marks: false }));
  await t.test("it fails closed without the gate", async () => {
    await gate.stop();
    await checks.failsClosed(port, origin);
  });
});
