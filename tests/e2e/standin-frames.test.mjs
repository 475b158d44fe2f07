// The stand-in's log-in frame in a page that tells it the reader's state (wire protocol, `welcome`), and in a page
// of a site that is not registered. The pages are hand-made: what our own script sends is tested elsewhere.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { test } from "./driver/test.mjs";
import { shown, start } from "./harness.mjs";

const BOTH = "/lumen/paywall/n8fsoupukhv3,BBBB2222/";
let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

// A registered page that answers each `hello` with the next of these states; the last goes on. `null` = none.
async function embedded(query, states) {
  const page = await world.page();
  await page.goto(`${world.site}/publisher.html`);
  await page.evaluate(
    (src, states) => {
      window.heard = [];
      window.addEventListener("message", ({ data, origin, source }) => {
        if (data.frame != "f1") return;
        window.heard.push(data);
        if (data.type != "hello") return;
        const state = states.length > 1 ? states.shift() : states[0];
        const welcome = { iteras: 1, frame: "f1", type: "welcome", ...(state && { state }) };
        source.postMessage(welcome, origin);
      });
      const frame = document.createElement("iframe");
      frame.src = src;
      frame.width = 600;
      frame.height = 700;
      document.body.append(frame);
    },
    `${world.service}${BOTH}?iframe=1&language=en&frame=f1${query}`,
    states,
  );
  const frame = await page.waitForFrame((frame) => frame.url().includes(BOTH));
  await shown(frame, "h1");
  return { page, frame };
}

const heard = (page, type) =>
  page.waitForFunction((type) => window.heard.find((message) => message.type == type), { timeout: 20_000 }, type);
// The frame tells its height when it has heard `welcome`: before, another part of it may be shown.
const welcomed = (page, since, heights) =>
  page.waitForFunction(
    (since, heights) => {
      const types = window.heard.map((message) => message.type);
      return (
        types.includes(since) &&
        types.slice(types.lastIndexOf(since)).filter((type) => type == "resize").length >= heights
      );
    },
    { timeout: 20_000 },
    since,
    heights,
  );
const visible = (frame, selector) =>
  frame.waitForFunction(
    (selector) => [...document.querySelectorAll(selector)].find((element) => element.checkVisibility()),
    { polling: 20, timeout: 20_000 },
    selector,
  );
const isVisible = (frame, selector) =>
  frame.evaluate(
    (selector) => [...document.querySelectorAll(selector)].some((element) => element.checkVisibility()),
    selector,
  );

async function logIn(frame, who) {
  await frame.type("#who", who);
  await frame.type("#password", "lumen");
  await frame.evaluate(() => document.querySelector("button[value=login]").click());
}

test("a reader who is logged in is told so, with a way on and the form within reach", async () => {
  const { page, frame } = await embedded("&iterasnext=%2Farticle", ["in"]);
  await visible(frame, "section[data-when=in]");
  assert.equal(await isVisible(frame, "#who"), false);
  await frame.evaluate(() => document.querySelector("[data-when=in] [data-navigate]").click());
  const navigate = await (await heard(page, "navigate")).jsonValue();
  assert.equal(navigate.url, "/article");
  await frame.evaluate(() => document.querySelector("[data-when=in] [data-show-form]").click());
  await visible(frame, "#who");
  assert.equal(await frame.evaluate(() => document.activeElement.id), "who");
});

test("a reader who lacks a wall is told which, and orders it in the same frame", async () => {
  const { frame } = await embedded("&iterasneeds=BBBB2222", ["lacking"]);
  const part = await visible(frame, "section[data-when=lacking]");
  const text = await part.evaluate((part) => part.innerText);
  assert.match(text, /The archive/);
  assert.doesNotMatch(text, /All of Lumen/);
  await frame.evaluate(() => document.querySelector("[data-when=lacking] button[value=offer]").click());
  await visible(frame, "input[value='12MPro']:checked");
});

test("without a state, or with one that means nothing, the form stays", async () => {
  for (const state of [null, "out", "inside", 7, '"] body [data-when="in']) {
    const { page, frame } = await embedded("", [state]);
    await welcomed(page, "hello", 1);
    assert.equal(await isVisible(frame, "#who"), true, state);
    assert.equal(await isVisible(frame, "[data-when=in]"), false, state);
  }
});

test("a log-in that does not open the target sends the pass to a page that knows, and says what is missing", async () => {
  const query = "&iterasneeds=BBBB2222&iterasnext=%2Farchive";
  const { page, frame } = await embedded(query, ["out", "out", "lacking"]);
  await logIn(frame, "anna@example.com");
  const pass = await (await heard(page, "pass")).jsonValue();
  assert.match(pass.pass, /^sub\|n8fsoupukhv3\|/);
  await visible(frame, "div[data-when=lacking]");
  assert.equal(await isVisible(frame, "[data-send-pass]"), false);
});

test("a page that tells no state gets that pass when the reader goes on", async () => {
  const query = "&iterasneeds=BBBB2222&iterasnext=%2Farchive";
  const { page, frame } = await embedded(query, [null]);
  await logIn(frame, "anna@example.com");
  // The way on stands in the page before its script can hear a click.
  await page.waitForFunction(() => heard.filter(({ type }) => type == "hello").length == 2);
  await welcomed(page, "hello", 1);
  await visible(frame, "[data-send-pass]");
  assert.equal(await page.evaluate(() => window.heard.some(({ type }) => type == "pass")), false);
  await frame.evaluate(() => document.querySelector("[data-send-pass]").click());
  await heard(page, "pass");
});

test("the state of the pass before does not hide that a log-in went well", async () => {
  const { page, frame } = await embedded("", ["lacking"]);
  await visible(frame, "section[data-when=lacking]");
  await frame.evaluate(() => document.querySelector("[data-when=lacking] [data-show-form]").click());
  await logIn(frame, "anna@example.com");
  await welcomed(page, "pass", 1);
  await visible(frame, "div[data-when=in]");
  assert.equal(await isVisible(frame, "section[data-when=lacking]"), false);
});

// The browser keeps no such page while its site forbids to store it, so the frame is told by its own event.
test("a frame that comes back from the back/forward cache asks for the state again", async () => {
  const { page, frame } = await embedded("", ["out", "in"]);
  await welcomed(page, "hello", 1);
  await frame.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await visible(frame, "section[data-when=in]");
});

test("a site that is not registered sees the option in the frame and on the console, and no form", async () => {
  const server = createServer((request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(
      `<!doctype html><title>own</title><iframe src="${world.service}${BOTH}?frame=f1&language=en"></iframe>`,
    );
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  try {
    const own = `http://localhost:${server.address().port}`;
    const page = await world.page();
    const told = new Promise((done) =>
      page.on("console", (line) => /--allow-site/.test(line.text()) && done(line.text())),
    );
    await page.goto(own);
    const frame = await page.waitForFrame((frame) => frame.url().includes(BOTH));
    await visible(frame, "code");
    assert.equal(await frame.evaluate(() => document.querySelector("code").textContent), `--allow-site ${own}`);
    assert.equal(await frame.$("form, input"), null);
    assert.ok((await told).includes(`--allow-site ${own}`));
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("a site that the command line registers embeds the form", async () => {
  const server = createServer((request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(
      `<!doctype html><title>own</title><iframe src="${new URL(request.url, "http://x").searchParams.get("src")}"></iframe>`,
    );
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const own = `http://localhost:${server.address().port}`;
  const registered = await start({ args: ["--allow-site", own, "--profile", "lumen"] });
  try {
    const page = await registered.page();
    await page.goto(`${own}/?src=${encodeURIComponent(registered.service + BOTH)}`);
    const frame = await page.waitForFrame((frame) => frame.url().includes(BOTH));
    await visible(frame, "#who");
  } finally {
    await registered.stop();
    server.closeAllConnections();
    server.close();
  }
});
