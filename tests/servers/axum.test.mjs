// examples/axum: the magazine as its readers find it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { isDenied } from "./checks.mjs";
import { ask, KEY, programs, start, WALL, withPass } from "./harness.mjs";

const SECRET = "whose bell it was";

test("the magazine shows teasers, articles and its landing page", async (t) => {
  const env = { ITERAS_PASS_KEY: KEY, ITERAS_PAYWALL: WALL, LISTEN: "127.0.0.1:0" };
  const { told: port } = await start(
    t,
    programs.magazine,
    [],
    (line) => Number(/^listening on .*:(\d+)$/.exec(line)?.[1]) || undefined,
    { env },
  );
  assert.match((await ask(port)).body, /<h1>Magazine<\/h1>/);
  assert.equal((await ask(port, { path: "/subscribe" })).status, 200);

  const teaser = await ask(port, { path: "/articles/fog" });
  isDenied(teaser, 200, "nopass");
  assert.ok(teaser.body.includes("The fog came at four") && !teaser.body.includes(SECRET), teaser.body);
  assert.match(teaser.body, /"isAccessibleForFree":\s?false/);
  const article = await ask(port, { path: "/articles/fog", headers: [withPass()] });
  assert.ok(article.body.includes(SECRET) && article.body.includes("Thank you"), article.body);
  assert.equal(article.header("cache-control"), "private, no-cache");

  const sent = await ask(port, { path: "/archive?page=2", headers: ["Sec-Fetch-Dest: document"] });
  assert.deepEqual(
    [sent.status, sent.header("location")],
    [302, "/subscribe?iterasnext=%2Farchive%3Fpage%3D2&iterasaccess=sub"],
  );
  isDenied(
    await ask(port, { path: "/archive", headers: ["Sec-Fetch-Dest: image", withPass({ level: "user" })] }),
    403,
    "accesslevel",
  );
  assert.match((await ask(port, { path: "/archive", headers: [withPass()] })).body, /Everything, until 20\d\d-/);
});

test("C19 it does not start without a key, and names it", () => {
  for (const [key, said] of [
    [undefined, /ITERAS_PASS_KEY/],
    ["", /keys\.2026|signing key is empty/],
    [`${KEY}\n`, /white space/],
  ]) {
    const env = { ...process.env, ITERAS_PASS_KEY: key, LISTEN: "127.0.0.1:0" };
    if (key === undefined) delete env.ITERAS_PASS_KEY;
    const { status, stderr } = spawnSync(programs.magazine, [], { env, encoding: "utf8", timeout: 10_000 });
    assert.equal(status, 1);
    assert.match(stderr, said);
    assert.ok(!stderr.includes(KEY));
  }
});
