// Box mode of the service's plugin: the article is hidden, a log-in or order frame stands in its place, and after the
// log-in the page opens again (issue 11, row 2; fault F39; wire protocol, "Opened" and "Again").
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { ARCHIVE, WALL, article, box, logInFrame, orderFrame } from "./wild-site.mjs";
import { happened, quiet } from "./helpers.mjs";
import { arrives, heard, loadedAgain, logInAs, reads, readsSoon, sayFrom, setUpWild } from "./wild-helpers.mjs";

const scene = await setUpWild();
const { site, at } = scene;
const API_KEY = "lumen-api-key-for-development";

async function shutPage(options = {}) {
  site.show("/mill", article({ after: box(options) }));
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  return page;
}

test("F39 a log-in in the box loads the page again, and the article is open", async () => {
  const page = await shutPage();
  await loadedAgain(page, () => logInAs(page, "anna"));
  await readsSoon(page, "all");
  assert.deepEqual(await heard(page), ["authorized"]);
  assert.deepEqual(scene.views(), ["/mill", "/mill"]);
});

test("F39 an order in the box does", async () => {
  const page = await shutPage({ content: orderFrame() });
  const pass = await scene.pass();
  await loadedAgain(page, () => sayFrom(page, "order", { type: "pass", pass }));
  await readsSoon(page, "all");
});

test("F39 a token in the address logs in inside the box, and the page opens at its clean address", async () => {
  site.show("/mill", article({ after: box() }));
  const answer = await fetch(`${scene.service}/api/authenticatecustomer/`, {
    method: "POST",
    headers: { "X-Iteras-Key": API_KEY },
    body: new URLSearchParams({ email: "anna@example.com", password: "lumen", preauthseconds: "60" }),
  });
  const { preauth } = await answer.json();
  const page = await scene.reader();
  await page.goto(at(`/mill?iteraspreauth=${encodeURIComponent(preauth)}`));
  await arrives(page, "/mill");
  await readsSoon(page, "all");
  assert.deepEqual(scene.views().length, 2);
});

test("F39 with an authorized callback the page stays, and is told after the events", async () => {
  const page = await shutPage({ more: "authorized: function (v) { order.push('opened ' + v.authorized) }" });
  await page.evaluate(() => (window.alive = true));
  await logInAs(page, "anna");
  await happened(page, "opened true");
  assert.deepEqual(await heard(page), ["unauthorized nopass", "login", "authorized", "opened true"]);
  assert.equal(await page.evaluate(() => window.alive), true);
  assert.deepEqual(scene.views(), ["/mill"]);
});

test("F39 where one of two calls has no callback the page is loaded again and none runs", async () => {
  site.show(
    "/mill",
    article({
      after: `${box({ more: "authorized: function () { console.log('called back') }" })}${box({ content: " " })}`,
    }),
  );
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  await loadedAgain(page, () => logInAs(page, "anna"));
  await readsSoon(page, "all");
  assert.deepEqual(
    page.lines.filter((line) => line == "called back"),
    [],
  );
});

test("F39 a wall that is still shut keeps the page as it is", async () => {
  site.show("/mill", article({ after: box() + box({ ids: [ARCHIVE], content: logInFrame({ ids: [ARCHIVE] }) }) }));
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  await logInAs(page, "anna");
  await happened(page, "authorized");
  await quiet(page);
  assert.equal(await reads(page), "nothing");
  assert.deepEqual(scene.views(), ["/mill"]);
});

test("F39 a page that nobody shut is not loaded again", async () => {
  site.show("/mill", article({ after: logInFrame() + "<script>Iteras.wall({})</script>" }));
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await logInAs(page, "anna");
  await happened(page, "authorized");
  await quiet(page);
  assert.deepEqual(scene.views(), ["/mill"]);
});

test("a frame with a target leads there and not back to the page", async () => {
  site.show("/thanks", article());
  const page = await shutPage({ content: logInFrame({ more: { next: "/thanks" } }) });
  await logInAs(page, "anna");
  await arrives(page, "/thanks");
  assert.deepEqual(scene.views(), ["/mill", "/thanks"]);
});

test("without session storage the page is not loaded again: the events alone", async () => {
  site.show(
    "/mill",
    article({
      head: `<script>
        Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("no", "SecurityError") } });
      </script>`,
      after: box(),
    }),
  );
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  await logInAs(page, "anna");
  await happened(page, "authorized");
  await quiet(page);
  assert.deepEqual(scene.views(), ["/mill"]);
  assert.deepEqual(await heard(page), ["unauthorized nopass", "login", "authorized"]);
});

test("session storage that keeps nothing counts as none", async () => {
  site.show("/mill", article({ head: "<script>Storage.prototype.setItem = function () {}</script>", after: box() }));
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  await logInAs(page, "anna");
  await happened(page, "authorized");
  await quiet(page);
  assert.deepEqual(scene.views(), ["/mill"]);
});

test("a log-out is followed by a fresh start: the next log-in opens the page again", async () => {
  const page = await shutPage();
  await loadedAgain(page, () => logInAs(page, "anna"));
  await readsSoon(page, "all");
  await loadedAgain(page, () => page.evaluate(() => setTimeout(() => Iteras.logoutFromWall())));
  await readsSoon(page, "nothing");
  await loadedAgain(page, () => logInAs(page, "anna"));
  await readsSoon(page, "all");
});

test("twice in ten minutes with the same rights is once too often: the events alone", async () => {
  const page = await shutPage();
  await loadedAgain(page, () => logInAs(page, "anna"));
  await readsSoon(page, "all");
  // Somebody removes the cookie and nothing else: a firewall, or a browser's idea of privacy.
  await page.evaluate(() => (document.cookie = "iteraspass=; Path=/; Max-Age=0"));
  await page.reload();
  await readsSoon(page, "nothing");
  await logInAs(page, "anna");
  await happened(page, "authorized");
  await quiet(page);
  assert.deepEqual(scene.views().length, 3);
});

test("F23 a reader who logged in elsewhere comes back to the open page", async () => {
  site.show("/other", article({ after: box() }));
  const page = await shutPage();
  await page.goto(at("/other"));
  const pass = await scene.pass();
  await loadedAgain(page, () => sayFrom(page, "paywall", { type: "pass", pass }));
  await readsSoon(page, "all");
  await page.evaluate(() => history.go(-1));
  await arrives(page, "/mill");
  await readsSoon(page, "all");
});

test("F39 a renewal that comes after the three seconds opens the page", async () => {
  const answer = await scene.holdRenewal();
  site.show(
    "/mill",
    article({
      head: `<script>Iteras.configure({ endpoints: { renew: "${answer.url}" } })</script>`,
      after: box(),
    }),
  );
  const page = await scene.reader({ pass: { expires_in: -60 } });
  await page.goto(at("/mill"));
  await readsSoon(page, "nothing");
  assert.deepEqual(await page.evaluate(() => window.shut), ["expired"]);
  await loadedAgain(page, () => answer.release());
  await readsSoon(page, "all");
  assert.deepEqual(scene.views(), ["/mill", "/mill"]);
});

test("a wall with neither handler nor redirect never loads its page again", async () => {
  site.show("/mill", article({ after: `${logInFrame()}<script>Iteras.wall({ paywallid: "${WALL}" })</script>` }));
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await logInAs(page, "anna");
  await happened(page, "authorized");
  await quiet(page);
  assert.deepEqual(scene.views(), ["/mill"]);
  assert.deepEqual(await heard(page), ["unauthorized nopass", "login", "authorized"]);
});
