// Sites with plain permalinks, where every page has the path `/`, and servers that redirect the landing page: this
// document, loops and late redirects (issue 11, row 1; wire protocol, "This document"; surface, section 2.1).
import assert from "node:assert/strict";

import { FORMS_IN_FRAMES_ARE_ENTRIES } from "./driver/engine.mjs";
import { test } from "./driver/test.mjs";
import { handled, happened, holds, open, order, quiet } from "./helpers.mjs";
import { arrives, frameOf, heard, logInAs, readsSoon, setUpWild } from "./wild-helpers.mjs";
import { article, box, logInFrame, oldRedirect, plain, redirect } from "./wild-site.mjs";

const scene = await setUpWild();
const { site, at } = scene;
const LOOP = /redirect_loop|lead back/;

test("C76 a redirect wall on plain permalinks sends the reader to the landing page, and back after log-in", async () => {
  site.show("/?p=5", article({ before: redirect({ to: "/?page_id=12" }) }));
  site.show("/?page_id=12", plain(`<h1>Subscribe</h1>${logInFrame()}`));
  const page = await scene.reader();
  await page.goto(at("/?p=5&utm_source=letter"));
  await arrives(page, "/?page_id=12&iterasnext=%2F%3Fp%3D5%26utm_source%3Dletter&iterasneeds=n8fsoupukhv3");
  await logInAs(page, "anna");
  await arrives(page, "/?p=5&utm_source=letter");
  await readsSoon(page, "all");
});

test("C76 the old plugin's call, with a level and no paywall", async () => {
  site.show("/?p=5", article({ before: oldRedirect("/?page_id=12") }));
  site.show("/?page_id=12", plain("<h1>Subscribe</h1>"));
  const page = await scene.reader();
  await page.goto(at("/?p=5"));
  await arrives(page, "/?page_id=12&iterasnext=%2F%3Fp%3D5&iterasaccess=sub");
});

test("F25 a walled landing page on plain permalinks stays, says so once, and the event still comes", async () => {
  const wall = redirect({ to: "/?page_id=12" });
  site.show("/?p=5", article({ before: wall }));
  site.show("/?page_id=12", article({ before: wall + wall }));
  const page = await scene.reader();
  await page.goto(at("/?p=5"));
  await arrives(page, "/?page_id=12&iterasnext=%2F%3Fp%3D5&iterasneeds=n8fsoupukhv3");
  await quiet(page);
  assert.deepEqual(scene.views().length, 2);
  const heardHere = await order(page);
  assert.deepEqual(heardHere.slice(0, 2), ["unauthorized nopass", "error redirect_loop"]);
  assert.deepEqual(heardHere.filter((what) => what == "unauthorized nopass").length, 2);
  assert.equal(page.lines.filter((line) => LOOP.test(line)).length, 1, page.lines.join("\n"));
});

test("C76 a landing page that the server redirects back is left after the second time, and said", async () => {
  // `/da/kob` is walled, and the server answers `/kob` with a redirect to it.
  site.show("/da/kob", article({ before: redirect({ to: "/kob", ids: null }) }));
  site.move("/kob", "/da/kob");
  const page = await scene.reader();
  await page.goto(at("/da/kob"));
  await happened(page, "error redirect_loop");
  assert.deepEqual(await order(page), ["unauthorized nopass", "error redirect_loop"]);
  assert.deepEqual(
    scene.views().map((url) => url.split("?")[0]),
    ["/da/kob", "/kob", "/da/kob", "/kob", "/da/kob"],
  );
  assert.equal(page.lines.filter((line) => LOOP.test(line)).length, 1);
});

test("F25 two walled landing pages on plain permalinks come to rest", async () => {
  site.show("/?p=5", article({ before: redirect({ to: "/?page_id=12" }) }));
  site.show("/?page_id=12", article({ before: redirect({ to: "/?page_id=13" }) }));
  site.show("/?page_id=13", article({ before: redirect({ to: "/?page_id=12" }) }));
  const page = await scene.reader();
  await page.goto(at("/?p=5"));
  await happened(page, "error redirect_loop");
  assert.ok(scene.views().length <= 5, scene.views().join(" "));
});

test("a log-in page that is its own target stays, and shows no log-in form again", async () => {
  site.show("/?page_id=13", plain(logInFrame({ more: { next: "/?page_id=13" } })));
  const page = await scene.reader();
  await page.goto(at("/?page_id=13&iterasnext=%2F%3Fpage_id%3D13%26utm_source%3Dx"));
  await logInAs(page, "anna");
  await happened(page, "login");
  const frame = page.frames()[1];
  await frame.waitForFunction(() => document.querySelector('[data-when="in"]:not([hidden])'), { polling: 20 });
  await quiet(page);
  assert.deepEqual(scene.views().length, 1);
});

test("carry names a page of plain permalinks", async () => {
  site.show(
    "/?p=5",
    plain(`<a href="/?page_id=13">Log in</a> <a href="/?page_id=14">About</a> <a href="/?page_id=13&amp;utm_medium=x#a">Log in</a>
      <a href="/">Front page</a><script>Iteras.carry(["/?page_id=13"])</script>`),
  );
  const page = await scene.reader();
  await page.goto(at("/?p=5&iterasnext=%2F%3Fp%3D9"));
  const links = await page.$$eval("a", (all) => all.map((link) => link.getAttribute("href").replace(origin, "")));
  assert.deepEqual(links, [
    "/?page_id=13&iterasnext=%2F%3Fp%3D9",
    "/?page_id=14",
    "/?page_id=13&utm_medium=x&iterasnext=%2F%3Fp%3D9#a",
    "/",
  ]);
});

test("F41 a refusal after a soft navigation redirects nobody from another document", async () => {
  site.show("/?p=5", plain("<h1>An app</h1>"));
  for (const [to, stays] of [
    ["/?p=6", true],
    ["/?p=5&utm_source=x#part", false],
  ]) {
    const page = await scene.reader({ pass: { expires_in: 86_400 } });
    const answer = await scene.holdRenewal('{"pass":null,"errorcode":"noaccess"}');
    await page.goto(at("/?p=5"));
    await page.evaluate(
      (renew, to) => {
        Iteras.configure({ endpoints: { renew } });
        Iteras.wall({ redirect: "/?page_id=12" });
        history.pushState(null, "", to);
      },
      answer.url,
      to,
    );
    site.show("/?page_id=12", plain("<h1>Subscribe</h1>"));
    await answer.asked;
    answer.release();
    if (stays) {
      await happened(page, "unauthorized refused");
      await quiet(page);
      assert.deepEqual(await heard(page), ["authorized", "refused refused", "unauthorized refused"]);
      assert.equal(page.url(), at(to));
    } else await holds(page, () => /page_id=12/.test(location.search));
  }
});

test("a page that is not http hands over no way back", async () => {
  site.show("/framing", plain(`<iframe></iframe>`));
  site.show("/landing", plain("<h1>Subscribe</h1>"));
  const page = await scene.reader();
  await page.goto(at("/framing"));
  await page.evaluate(
    (service, origin) => {
      document.querySelector("iframe").srcdoc =
        `
        <script src="${service}/static/api/iteras.js"></` +
        `script>
        <script>Iteras.wall({ redirect: "${origin}/landing", access: "sub" })</` +
        `script>`;
    },
    scene.service,
    site.origin,
  );
  const frame = await page.waitForFrame((frame) => frame.url().includes("/landing"));
  assert.equal(frame.url(), at("/landing?iterasaccess=sub"));
});

test("box mode on plain permalinks runs its handler, redirect or not", async () => {
  site.show("/?p=5", article({ after: box({ more: 'redirect: "/?page_id=12"' }) }));
  const page = await scene.reader();
  await page.goto(at("/?p=5"));
  await readsSoon(page, "nothing");
  assert.deepEqual(await page.evaluate(() => window.shut), ["nopass"]);
  assert.equal(page.url(), at("/?p=5"));
});

test("F23 Back from where a log-in led: the log-in page knows the reader, and nothing goes round in circles", async () => {
  site.show("/?p=5", article({ before: redirect({ to: "/?page_id=12" }) }));
  site.show("/?page_id=12", plain(logInFrame()));
  site.show("/", plain('<h1>Front page</h1><a href="/?p=5">The mill</a>'));
  const page = await scene.reader();
  await page.goto(at("/"));
  await page.goto(at("/?p=5"));
  await logInAs(page, "anna");
  await arrives(page, "/?p=5");
  await readsSoon(page, "all");
  await page.goBack();
  if (FORMS_IN_FRAMES_ARE_ENTRIES) {
    await arrives(page, "/?page_id=12&iterasnext=%2F%3Fp%3D5&iterasneeds=n8fsoupukhv3");
    await frameOf(page, "paywall", '[data-when="in"]:not([hidden])');
  } else {
    await arrives(page, "/");
  }
  await page.goForward();
  await arrives(page, "/?p=5");
  await readsSoon(page, "all");
  assert.deepEqual(await handled(page), []);
});

test("the queue and the tag obey the same rules", async () => {
  site.show("/?page_id=12", ({ service }) =>
    plain(`<script>(Iteras.q = Iteras.q || []).push(["wall", { redirect: "/?page_id=12" }])</script>`)({ service }),
  );
  const page = await scene.reader();
  await page.goto(at("/?page_id=12"));
  await happened(page, "error redirect_loop");
  await open(page, "/?page_id=12");
  assert.equal(page.url(), at("/?page_id=12"));
});
