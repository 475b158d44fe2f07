// Mistyped names and forgotten ids: one line on the console each, and nothing else changes (documented surface,
// section 2.3).
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { ARCHIVE, WALL, handled, happened, logIn, open, quiet, setUp } from "./helpers.mjs";

const scene = await setUp();
const ours = (page) => page.lines.filter((line) => line.startsWith("Iteras: ")).map((line) => line.slice(8));
const meant = (given, known) => `no option ${given}; did you mean ${known}?`;

for (const [given, known] of [
  ["paywallId", "paywallid"],
  ["paywall_id", "paywallid"],
  ["paywalid", "paywallid"],
  ["paywall-ids", "paywallid"],
  ["Access", "access"],
  ["acess", "access"],
  ["unauthorised", "unauthorized"],
  ["unathorised", "unauthorized"],
  ["onUnauthorized", "unauthorized"],
  ["authorised", "authorized"],
  ["redirct", "redirect"],
  ["rediretc", "redirect"],
  ["SERVER", "server"],
]) {
  test(`C75 wall({ ${given} }): one line, and it counts as missing`, async () => {
    const page = await scene.reader({ pass: { account: "31169" } });
    const verdicts = await open(
      page,
      "/article",
      (given) => [1, 2].map(() => Iteras.wall({ [given]: "sub", unauthorized: note }).authorized),
      given,
    );
    assert.deepEqual(verdicts, [true, true]);
    assert.deepEqual(ours(page), [meant(given, known)]);
    assert.deepEqual(await handled(page), []);
  });
}

test("C75 names that resemble nothing stay silent", async () => {
  const page = await scene.reader();
  const names = ["callback", "success", "process", "language", "text", "test", "class", "type", "debug", "id", "user"];
  names.push("wall", "paywall-theme", "accesskey", "title", "then", "", "x".repeat(100_000), "toString");
  await open(
    page,
    "/article",
    (names) => {
      const options = Object.fromEntries(names.map((name) => [name, "x"]));
      Iteras.wall({ ...options, unauthorized: note });
      Iteras.selfserviceiframe({ ...options, profile: "lumen", title: "Me" });
    },
    names,
  );
  assert.deepEqual(ours(page), []);
});

test("C75 every method says it: frames, configure, log-out", async () => {
  const page = await scene.reader();
  await open(page, "/article", () => {
    Iteras.configure({ cookiedomain: "localhost", renew_after: 5 });
    Iteras.orderingiframe({ profile: "lumen", orderingid: "o", cssClass: "x", prefil: {}, orderingId: "p" });
    try {
      Iteras.paywalliframe({ Profile: "lumen", paywallid: "a" });
    } catch ({ message }) {
      console.log(message);
    }
    Iteras.logoutFromWall({ redirect: null, Redirect: "/x" });
  });
  assert.deepEqual(ours(page), [
    meant("cookiedomain", "cookieDomain"),
    meant("renew_after", "renewAfter"),
    meant("cssClass", "cssclass"),
    meant("prefil", "prefill"),
    meant("orderingId", "orderingid"),
    meant("Profile", "profile"),
    meant("Redirect", "redirect"),
  ]);
  assert.ok(
    page.lines.includes("Iteras.paywalliframe: profile is missing: the short name of your account, e.g. lumen"),
  );
});

test("C75 the tag's attributes", async () => {
  const tag = (attributes) =>
    `<!doctype html><script src="${scene.service}/static/api/iteras.js" async=false ${attributes}></script>`;
  for (const [attributes, lines] of [
    ['data-redirct="/landing"', [meant("data-redirct", "data-redirect")]],
    [
      'data-paywall-id="a" data-acces="sub"',
      [meant("data-paywall-id", "data-paywallid"), meant("data-acces", "data-access")],
    ],
    ['data-enginee="js" data-Redirect="/landing"', [meant("data-enginee", "data-engine")]],
    ['data-cfasync="false" data-name="x" data-type="y" crossorigin defer id="access" class="x"', []],
  ]) {
    const page = await scene.reader({ pass: {} });
    await page.goto(scene.publish("/tag", tag(attributes)));
    await page.waitForFunction(() => window.Iteras?.wall);
    assert.deepEqual(ours(page), lines, attributes);
  }
});

test("a wall without any id says so where the pass names several, once", async () => {
  const ids = [WALL, ARCHIVE];
  await scene.fault("down");
  const page = await scene.reader({ pass: { paywalls: ids } });
  await open(page, "/article", () => [Iteras.wall({}), Iteras.wall({ paywallid: [null, "BBBB2222"] }), Iteras.wall()]);
  assert.deepEqual(ours(page), [`no paywallid: any of ${ids} will do`]);
  const single = await scene.reader({ pass: {} });
  await open(single, "/article", (ids) => [Iteras.wall({}), Iteras.wall({ paywallid: ids })], ids);
  assert.deepEqual(ours(single), []);
});

test("a pass that names other ids than the wall wants says so, in the call and after a log-in", async () => {
  const page = await scene.reader({ pass: {} });
  await scene.fault("down");
  const wants = [ARCHIVE, "CCCC3333"];
  await open(
    page,
    "/article",
    (wants) => {
      Iteras.wall({ paywallid: wants, unauthorized: note });
      Iteras.wall({ paywallid: wants, unauthorized: note });
    },
    wants,
  );
  await quiet(page);
  assert.deepEqual(ours(page), [`this pass is for ${WALL}, the wall wants ${wants}`]);
  const anonymous = await scene.reader();
  await open(anonymous, "/article", (wall) => Iteras.wall({ paywallid: wall, unauthorized: note }), ARCHIVE);
  assert.deepEqual(ours(anonymous), []);
  await logIn(anonymous, await scene.pass());
  await happened(anonymous, "unauthorized wrongpaywall");
  assert.deepEqual(ours(anonymous), [`this pass is for ${WALL}, the wall wants ${ARCHIVE}`]);
});

test("C75 ids that fit no pass are thrown, and not said on the console besides", async () => {
  const page = await scene.reader({ pass: { paywalls: [WALL, ARCHIVE] } });
  await scene.fault("down");
  for (const [ids, reason, code] of [
    ["[]", "wrongpaywall", "bad_option"],
    ["{}", "wrongpaywall", "bad_option"],
    [`{ "1": "A" }`, "wrongpaywall"],
    [`{ "1": "${ARCHIVE}" }`, null],
    ["12345678", "wrongpaywall"],
  ]) {
    page.lines.length = 0;
    const found = await open(
      page,
      "/article",
      (ids) => {
        let code;
        try {
          Iteras.wall({ paywallid: new Function(`return ${ids}`)(), unauthorized: note });
        } catch (error) {
          ({ code } = error);
        }
        return [seen[0][1].reason, code ?? null];
      },
      ids,
    );
    assert.deepEqual(found, [reason, code ?? null], ids);
    const [, id] = /"(\w+)" }|(\d{2,})/.exec(ids)?.filter(Boolean) ?? [];
    const line = `this pass is for ${WALL},${ARCHIVE}, the wall wants ${id}`;
    assert.deepEqual(ours(page), reason && !code ? [line] : [], ids);
  }
});
