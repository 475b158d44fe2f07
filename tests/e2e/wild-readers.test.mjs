// Readers whom a log-in page knows: those who lack one of several walls, those who are logged in already, and Back
// after a log-in (issue 11, rows 7 and 8; wire protocol, "Messages" and "The step after log-in").
import assert from "node:assert/strict";

import { inSomeWorld } from "./driver/engine.mjs";
import { test } from "./driver/test.mjs";
import { happened, quiet, stored, until } from "./helpers.mjs";
import { arrives, frameOf, logInAs, readsSoon, setUpWild } from "./wild-helpers.mjs";
import { ARCHIVE, WALL, article, logInFrame, plain, redirect } from "./wild-site.mjs";

const scene = await setUpWild();
const { site, at } = scene;
const BOTH = [WALL, ARCHIVE];

/** Waits until a frame of the page shows the part for that state, also where the page came back from the cache. */
const showsState = (page, state) =>
  until(
    () => inSomeWorld(page, `!!document.querySelector('[data-when="${state}"]:not([hidden])')`),
    `a frame that shows "${state}"`,
  );

/** The frame, once it shows the part for that state. */
const frameFor = (page, state) => frameOf(page, "paywall", `[data-when="${state}"]:not([hidden])`);
const text = (frame) => frame.evaluate(() => document.body.innerText);
const press = (frame, selector) =>
  frame.evaluate((selector) => setTimeout(() => document.querySelector(selector).click()), selector);

function twoWalls() {
  site.show("/archive", article({ before: redirect({ to: "/login", ids: [ARCHIVE] }) }));
  site.show("/mill", article({ before: redirect({ to: "/login", ids: [WALL] }) }));
  site.show("/pro", article({ before: redirect({ to: "/login", ids: [WALL], more: { access: "sub" } }) }));
  site.show("/login", plain(`<h1>Log in</h1>${logInFrame({ ids: BOTH })}`));
}

test("a reader who lacks the wall is told which, and offered an order, instead of going round", async () => {
  twoWalls();
  const page = await scene.reader({ pass: {} });
  await page.goto(at("/archive"));
  await arrives(page, "/login?iterasnext=%2Farchive&iterasneeds=BBBB2222");
  const frame = await frameFor(page, "lacking");
  assert.match(await text(frame), /Arkivet|The archive/);
  assert.ok(await frame.$('[data-when="lacking"] a, [data-when="lacking"] button'));
  await quiet(page);
  assert.deepEqual(scene.views().length, 2);
});

test("a reader whose level is too low is told that", async () => {
  twoWalls();
  const page = await scene.reader({ pass: { account: "31169" } });
  await page.goto(at("/pro"));
  await arrives(page, "/login?iterasnext=%2Fpro&iterasaccess=sub&iterasneeds=n8fsoupukhv3");
  await frameFor(page, "lacking");
});

test("a fresh log-in that does not open the target shows what is missing and stays", async () => {
  twoWalls();
  const page = await scene.reader();
  await page.goto(at("/archive"));
  await arrives(page, "/login?iterasnext=%2Farchive&iterasneeds=BBBB2222");
  await logInAs(page, "anna");
  await happened(page, "login");
  assert.match(await text(await frameFor(page, "lacking")), /Arkivet|The archive/);
  await quiet(page);
  assert.deepEqual(scene.views().length, 2);
  // Logged in all the same: the walls that the pass opens are open.
  await page.goto(at("/mill"));
  await readsSoon(page, "all");
});

test("a fresh log-in that opens the target goes there", async () => {
  twoWalls();
  const page = await scene.reader();
  await page.goto(at("/pro"));
  await arrives(page, "/login?iterasnext=%2Fpro&iterasaccess=sub&iterasneeds=n8fsoupukhv3");
  await logInAs(page, "anna");
  await arrives(page, "/pro");
  await readsSoon(page, "all");
});

test("a log-in at too low a level stays", async () => {
  twoWalls();
  const page = await scene.reader();
  await page.goto(at("/pro"));
  await logInAs(page, "bo");
  await happened(page, "login");
  await frameFor(page, "lacking");
  assert.match(page.url(), /\/login\?/);
});

test("a log-in page where nobody asked for anything follows its target whatever the pass opens", async () => {
  twoWalls();
  const page = await scene.reader();
  await page.goto(at("/login?iterasnext=%2Farchive"));
  await logInAs(page, "anna");
  await arrives(page, "/login?iterasnext=%2Farchive&iterasneeds=BBBB2222");
});

test("a reader who is logged in is shown that, with a way on", async () => {
  twoWalls();
  const page = await scene.reader({ pass: {} });
  await page.goto(at("/login?iterasnext=%2Fmill"));
  const frame = await frameFor(page, "in");
  await press(frame, '[data-when="in"] [data-navigate]');
  await arrives(page, "/mill");
});

test("the form stays within reach: a pass that the server refuses is cured by logging in again", async () => {
  twoWalls();
  const page = await scene.reader({ pass: { expires_in: 864_000 } });
  const before = await page.browserContext().cookies();
  await page.goto(at("/login?iterasnext=%2Fmill"));
  const frame = await frameFor(page, "in");
  await press(frame, '[data-when="in"] [data-show-form]');
  await logInAs(page, "anna");
  await arrives(page, "/mill");
  assert.notEqual(await stored(page), before.find(({ name }) => name == "iteraspass").value);
});

test("a reader without a pass is shown the form", async () => {
  twoWalls();
  const page = await scene.reader();
  await page.goto(at("/login"));
  await frameFor(page, "out");
  const expired = await scene.reader({ pass: { expires_in: -60 } });
  await expired.goto(at("/login"));
  await frameFor(expired, "out");
});

test("F23 Back after a log-in shows no log-in form again", async () => {
  site.show("/login", plain(`${logInFrame()}<a href="/mill">The mill</a>`));
  site.show("/mill", article());
  const page = await scene.reader();
  await page.goto(at("/login"));
  await logInAs(page, "anna");
  await happened(page, "login");
  await frameFor(page, "in");
  await page.click("a");
  await arrives(page, "/mill");
  await page.evaluate(() => history.back());
  await arrives(page, "/login");
  await showsState(page, "in");
});

test("Back to a log-in page on which the reader logged in elsewhere", async () => {
  site.show("/login", plain(`${logInFrame()}<a href="/mill">The mill</a>`));
  site.show("/mill", article());
  const page = await scene.reader();
  await page.goto(at("/login"));
  await frameFor(page, "out");
  await page.click("a");
  await arrives(page, "/mill");
  await page.evaluate((pass) => (document.cookie = `iteraspass=${pass}; Path=/`), await scene.pass());
  await page.evaluate(() => history.back());
  await arrives(page, "/login");
  await showsState(page, "in");
});

test("more ids than fit are left out, and the log-in is followed", async () => {
  const many = Array.from({ length: 40 }, (_, at_) => `wall${1000 + at_}`);
  site.show("/mill", article({ before: redirect({ to: "/login", ids: [...many, WALL] }) }));
  site.show("/login", plain(logInFrame({ ids: BOTH })));
  const page = await scene.reader();
  await page.goto(at("/mill"));
  await arrives(page, "/login?iterasnext=%2Fmill");
  await logInAs(page, "anna");
  await arrives(page, "/mill");
});
