// examples/traefik, in front of a real origin with a real gate.
import assert from "node:assert/strict";
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
  keyFolder,
  startGate,
  startOrigin,
  startTraefik,
  WALL,
  withPass,
} from "./harness.mjs";

const image = "Sec-Fetch-Dest: image";

async function world(t, change = (config) => config, more = (dynamic) => dynamic) {
  const [origin, port, gatePort, keys] = [await startOrigin(t), await freePort(), await freePort(), keyFolder(t)];
  const GATE = `127.0.0.1:${gatePort}`;
  const names = { GATE, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys };
  const config = change(fill("examples/traefik/gate.toml", names), keys) + checks.crawlers(keys);
  const gate = await startGate(t, config, { keys });
  const dynamic = { SERVER_NAME: HOST, GATE, ORIGIN: `127.0.0.1:${origin.port}` };
  await startTraefik(t, port, more(fill("examples/traefik/dynamic.yml", dynamic)));
  await settled(port);
  return { origin, port, gate };
}

test("Traefik: free pages, and no page more", async (t) => {
  // As README.md says.
  const usual = "[iteras-forged, iteras-gate, iteras-cache]";
  const more = (dynamic) => dynamic.replace(usual, usual.replace("gate", "gate, iteras-meter"));
  const { origin, port } = await world(t, checks.withMeter, more);
  await t.test("C79 so many are given away", () =>
    checks.givesSoManyAway(port, origin, { marks: false, told: false, counts: false }),
  );
  await t.test("C79 many tabs at once", () => checks.tabsAtOnce(port));
  await t.test("C30 nothing forged arrives", () => checks.nothingForgedArrives(port, origin));
  await t.test("the origin can write the mark", async () => {
    await ask(port, { path: "/articles/1", headers: ["Sec-Fetch-Dest: document", 'If-None-Match: "1"'] });
    const seen = origin.requests.at(-1).headers;
    const told = ["x-iteras-verdict", "x-iteras-meter", "if-none-match"].map((name) => seen[name]);
    assert.deepEqual(told, ["meter", "1/2", undefined]);
  });
});

test("Traefik: what the recipe promises", async (t) => {
  const { origin, port, gate } = await world(t);

  await t.test("C27 a pass opens, and every use is checked again", async () => {
    const read = await ask(port, { path: "/articles/1", headers: [withPass()] });
    assert.equal(read.status, 200);
    assert.ok(read.body.includes(ARTICLE));
    assert.deepEqual(["cache-control", "vary", "expires", "surrogate-control", "cdn-cache-control"].map(read.header), [
      "private, no-cache",
      "Cookie",
      "",
      "",
      "",
    ]);
    const seen = origin.requests.at(-1).headers;
    assert.deepEqual(
      ["verdict", "level", "paywall", "subscriber"].map((name) => seen[`x-iteras-${name}`]),
      ["pass", "sub", WALL, "31168"],
    );
    // Traefik can't tell open pages, which may be kept, from the rest.
    assert.equal((await ask(port, { path: "/" })).header("cache-control"), "private, no-cache");
  });
  await t.test("C27 denied readers get the landing page or a short one", () => checks.denies(port, origin));
  await t.test("C26 every method is judged", () => checks.everyMethodIsJudged(port, origin));
  await t.test("C28 C71 every spelling is walled or refused", async () => {
    for (const path of checks.SPELLINGS) {
      const before = origin.requests.length;
      const { status, body } = await ask(port, { path, headers: [image] });
      const asked = origin.requests.slice(before).map(({ url }) => url);
      // Traefik resolves dots before it asks the gate, and hands on what it asked about.
      if (status == 200) assert.deepEqual(asked, ["/"], path);
      else assert.ok([400, 401].includes(status) && !body.includes(ARTICLE) && !asked.length, `${path}: ${status}`);
    }
  });
  await t.test("C29 forwarded headers of strangers have no effect", () => checks.nobodyForwardsForOthers(port, origin));
  await t.test("C30 nothing forged arrives", () => checks.nothingForgedArrives(port, origin));
  await t.test("C31 neighbour cookies do no harm", () => checks.neighboursDoNoHarm(port));
  await t.test("C80 crawlers are known by the connection's address", () =>
    checks.crawlersByAddress(port, origin, { caches: false }),
  );
  await t.test("gift links and editors", async () => {
    const told = () => origin.requests.at(-1).headers["x-iteras-verdict"];
    const given = await ask(port, { path: `/articles/1?${gift("/articles/1")}` });
    assert.deepEqual([given.status, given.body.includes(ARTICLE), told()], [200, true, "gift"]);
    const edited = await ask(port, { path: "/articles/1", headers: [editor()] });
    assert.deepEqual([edited.status, edited.body.includes(ARTICLE), told()], [200, true, "editor"]);
    checks.isDenied(await ask(port, { path: `/articles/2?${gift("/articles/1")}`, headers: [image] }), 401, "nopass");
  });
  await t.test("it fails closed without the gate", async () => {
    await gate.stop();
    const before = origin.requests.length;
    for (const headers of [[], [withPass()], [editor()]]) {
      for (const path of ["/articles/1", "/"]) {
        const { status, body } = await ask(port, { path, headers });
        assert.ok(status >= 500 && !body.includes(ARTICLE), `${status}`);
      }
    }
    assert.equal(origin.requests.length, before, "the origin was asked");
  });
});

// Traefik says what it has read, not when it serves it; until then it knows no page.
async function settled(port) {
  while ((await ask(port).catch(() => ({ status: 404 }))).status == 404);
}
