// Frames as the service's plugin prints them, in themes as they are, and ids as PHP prints them (issue 11, rows 5, 6
// and 11; documented surface, section 2; wire protocol, "The element"; case C75).
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { happened, holds, order, quiet, until } from "./helpers.mjs";
import { frameOf, heard, readsSoon, sayFrom, setUpWild } from "./wild-helpers.mjs";
import { WALL, article, box, logInFrame, orderFrame, plain, redirect, tagged, written } from "./wild-site.mjs";

const scene = await setUpWild();
const { site, at } = scene;
const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true };

// A theme's script for embedded films: keeps the proportions that the attributes tell, of every iframe.
const RESPONSIVE_EMBEDS = `<script>
  function proportions() {
    document.querySelectorAll("iframe").forEach(function (frame) {
      var width = parseFloat(frame.getAttribute("width")), height = parseFloat(frame.getAttribute("height"));
      if (!width || !height) return;
      var room = parseFloat(getComputedStyle(frame.parentElement).width);
      frame.style.maxWidth = "100%";
      frame.style.maxHeight = Math.round((room * height) / width) + "px";
    });
  }
  addEventListener("DOMContentLoaded", proportions);
  addEventListener("resize", proportions);
</script>`;

const height = (page) => page.$eval("iframe", (frame) => Math.round(frame.getBoundingClientRect().height));
const content = (frame) => frame.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height));

/** The order form at its full height, on a page with this theme. */
async function themed(head, viewport = PHONE) {
  site.show("/order", plain(`<div class="column">${orderFrame()}</div>`, head));
  const page = await scene.reader();
  await page.setViewport(viewport);
  await page.goto(at("/order"));
  const frame = await frameOf(page, "order", '[name="street"]');
  return { page, frame };
}

const grows = ({ page, frame }) =>
  until(async () => (await height(page)) == (await content(frame)), "the frame at its full height");

test("a theme that computes max-height from the attributes does not cut the order form on a phone", async () => {
  const view = await themed(RESPONSIVE_EMBEDS);
  await grows(view);
  assert.ok((await height(view.page)) > 400);
  // The theme's script has its say again when the phone is turned.
  await view.page.setViewport({ ...PHONE, width: 844, height: 390 });
  await grows(view);
});

test("a frame that the page takes away as its first height comes: not a word about its limits", async () => {
  site.show(
    "/order",
    plain(
      orderFrame(),
      `<script>
        // After ours, which is there when the frame is.
        addEventListener("DOMContentLoaded", () =>
          addEventListener("message", ({ data }) => data.type == "resize" && document.querySelector("iframe").remove()),
        );
      </script>`,
    ),
  );
  const page = await scene.reader();
  await page.goto(at("/order"));
  await holds(page, () => !document.querySelector("iframe"));
  await quiet(page);
  assert.deepEqual(
    page.lines.filter((line) => /max-height/.test(line)),
    [],
  );
});

test("the frame still shrinks with its content", async () => {
  const view = await themed(RESPONSIVE_EMBEDS);
  await grows(view);
  for (const pixels of [900, 120]) {
    await sayFrom(view.page, "order", { type: "resize", height: pixels });
    await until(async () => (await height(view.page)) == pixels, `${pixels} pixels`);
  }
});

test("an inline frame is centred by auto margins from the first resize on", async () => {
  const { page, frame } = await themed(
    "<style>body { margin: 0 } .column { width: 800px } iframe { max-width: 400px; margin: 0 auto }</style>",
    { width: 1000, height: 800 },
  );
  await grows({ page, frame });
  assert.deepEqual(
    await page.$eval("iframe", (element) => [element.getBoundingClientRect().left, getComputedStyle(element).display]),
    [200, "block"],
  );
});

test("a rule that can't be overruled is named on the console, once", async () => {
  const view = await themed("<style>iframe { max-height: 400px !important }</style>");
  await grows(view);
  await sayFrom(view.page, "order", { type: "resize", height: 900 });
  await until(async () => (await height(view.page)) == 900, "900 pixels");
  const lines = view.page.lines.filter((line) => /max-height/.test(line));
  assert.equal(lines.length, 1, view.page.lines.join("\n"));
  assert.match(lines[0], /400px/);
});

test("a page without such a rule says nothing", async () => {
  const view = await themed("<style>iframe { max-height: 400px }</style>");
  await grows(view);
  assert.deepEqual(
    view.page.lines.filter((line) => /max-height/.test(line)),
    [],
  );
});

test("the order form comes with the product filled in", async () => {
  const { frame } = await themed("");
  assert.equal(await frame.$eval('[name="products"]:checked', (input) => input.value), "12MPro");
});

test("C75 ids from a PHP array with gaps, and ids that are numbers", async () => {
  site.show("/buy", plain("<h1>Subscribe</h1>"));
  const page = await scene.reader({ pass: {} });
  for (const [ids, reason] of [
    [{ 1: WALL }, null],
    [{ 1: "AAAA1111", 3: WALL }, null],
    [{ 1: "AAAA1111" }, "wrongpaywall"],
    [[WALL, null], null],
    [12345678, "wrongpaywall"],
    [[12345678, WALL], null],
    [{ 1: 12345678 }, "wrongpaywall"],
  ]) {
    site.show("/mill", plain(`<script>window.verdict = Iteras.wall({ paywallid: ${JSON.stringify(ids)} })</script>`));
    await page.goto(at("/mill"));
    assert.equal(await page.evaluate(() => verdict.reason), reason, JSON.stringify(ids));
  }
  // The service knows no such wall, and would refuse to renew.
  await scene.fault("down");
  const numbered = await scene.reader({ pass: { paywalls: ["12345678"], level: "sub" } });
  site.show("/mill", article({ before: redirect({ to: "/buy", ids: 12345678 }) }));
  await numbered.goto(at("/mill"));
  await happened(numbered, "authorized");
  await readsSoon(numbered, "all");
});

test("C75 a list without a usable id fits no pass, and says so", async () => {
  for (const ids of [
    "[]",
    "{}",
    '[""]',
    "{ 1: null }",
    '" "',
    '","',
    '[" "]',
    "{ 1: {} }",
    "[[]]",
    "1.5",
    "-1",
    "true",
  ]) {
    const page = await scene.reader({ pass: {} });
    site.show(
      "/mill",
      plain(`<script>
        try { Iteras.wall({ paywallid: ${ids}, unauthorized: note }) } catch ({ code, message }) { window.said = [code, message] }
      </script>`),
    );
    await page.goto(at("/mill"));
    const [code, message] = (await page.evaluate(() => window.said)) ?? [];
    assert.equal(code, "bad_option", ids);
    assert.match(message, /^Iteras\.wall: paywallid: expected /);
    assert.deepEqual((await heard(page)).slice(0, 2), ["unauthorized wrongpaywall", "handler wrongpaywall"], ids);
  }
});

test("C75 frames take the same shapes", async () => {
  for (const [ids, path] of [
    [{ 1: WALL, 4: "BBBB2222" }, `/lumen/paywall/${WALL},BBBB2222/`],
    [[12345678, WALL], `/lumen/paywall/12345678,${WALL}/`],
  ]) {
    site.show("/login", plain(logInFrame({ ids })));
    const page = await scene.reader();
    await page.goto(at("/login"));
    assert.equal(await page.$eval("iframe", (frame) => new URL(frame.src).pathname), path);
  }
});

test("a theme's own isLoggedIn stays, before the script or after it", async () => {
  const theme =
    '<script>window.Iteras = window.Iteras || {}; Iteras.isLoggedIn = function () { return "theme" }</script>';
  for (const render of [
    ({ service }) => plain("")({ service }).replace("<title>", `${theme}<title>`),
    plain("", theme),
  ]) {
    site.show("/themed", render);
    const page = await scene.reader();
    await page.goto(at("/themed"));
    assert.deepEqual(await page.evaluate(() => [Iteras.isLoggedIn(), typeof Iteras.wall]), ["theme", "function"]);
  }
});

test("a theme's log-out button: logoutFromWall, then reload", async () => {
  site.show(
    "/mill",
    article({
      before: '<button onclick="Iteras.logoutFromWall({ redirect: null }); location.reload()">Log out</button>',
      after: box(),
    }),
  );
  const page = await scene.reader({ pass: {} });
  await page.goto(at("/mill"));
  await readsSoon(page, "all");
  await page.click("button");
  await readsSoon(page, "nothing");
});

test("the old plugin's frames, all written into the page", async () => {
  site.show(
    "/account",
    plain(
      written("signupiframe", { profile: "lumen", signupid: "lumen-signup" }) +
        logInFrame() +
        written("selfserviceiframe", { profile: "lumen" }),
    ),
  );
  const page = await scene.reader();
  await page.goto(at("/account"));
  for (const kind of ["signup", "paywall", "selfservice"]) await frameOf(page, kind, "h1");
  await holds(page, () => [...document.querySelectorAll("iframe")].every((frame) => frame.style.height));
});

test("complaints where nobody can be thrown to name what to do next", async () => {
  const page = await scene.reader();
  site.show("/tag", tagged('data-paywallid="n8fsoupukhv3" data-redirect="mailto:a@b.dk"'));
  await page.goto(at("/tag"));
  await happened(page, "error bad_option");
  assert.match(await page.evaluate(() => seen.find(([type]) => type == "error")[1].message), /redirect: .*; correct /);
  site.show("/loop", article({ before: redirect({ to: "/loop" }) }));
  await page.goto(at("/loop"));
  await happened(page, "error redirect_loop");
  assert.match(await page.evaluate(() => seen.find(([type]) => type == "error")[1].message), /redirect to a page /);
  assert.deepEqual((await order(page)).slice(0, 2), ["unauthorized nopass", "error redirect_loop"]);
  await quiet(page);
});
