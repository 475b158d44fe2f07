// examples/caddy, in front of a real origin with a real gate.
import test from "node:test";
import * as checks from "./checks.mjs";
import { fill, freePort, HOST, keyFolder, startCaddy, startGate, startOrigin, WALL } from "./harness.mjs";

test("Caddy: what the recipe promises", async (t) => {
  const [origin, port, gatePort, keys] = [await startOrigin(t), await freePort(), await freePort(), keyFolder(t)];
  const GATE = `127.0.0.1:${gatePort}`;
  const gate = await startGate(
    t,
    fill("examples/caddy/gate.toml", { GATE, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys }) + checks.crawlers(keys),
    { keys },
  );
  await startCaddy(t, { ITERAS_SITE: `http://:${port}`, ITERAS_GATE: GATE, ITERAS_ORIGIN: `127.0.0.1:${origin.port}` });
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
