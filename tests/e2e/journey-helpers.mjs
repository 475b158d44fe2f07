// Readers of the demo magazine: their screens, what they do with its pages and frames, and a watch for
// anything that goes wrong on the way.
//
//   const journey = setUp();
//   journey("a story is read", async (reader, world) => { await reader.open("/"); … });
import assert from "node:assert/strict";
import { after, before, beforeEach } from "node:test";

import { abandoned, leftBehind } from "./driver/engine.mjs";
import { test } from "./driver/test.mjs";
import { shown, start } from "./harness.mjs";

export const SCREENS = {
  "on a phone": { width: 390, height: 844, isMobile: true, hasTouch: true },
  "on a wide screen": { width: 1440, height: 900 },
};

const ADDRESSES = { anna: "anna@example.com", bo: "bo@example.com", cleo: "cleo@example.com" };

// Starts the demo for one file. The function that it gives declares a test for each screen (or those named), whose
// readers must not meet with any trouble, save what `expected` matches.
export function setUp() {
  let world;
  before(async () => {
    world = await start({ site: "www" });
  });
  after(() => world && world.stop());
  beforeEach(() => world.control("POST", "/reset"));
  return (name, walk, { screens = Object.keys(SCREENS), expected } = {}) => {
    for (const screen of screens) {
      test(`${name}, ${screen}`, async () => {
        const someone = await reader(world, SCREENS[screen]);
        try {
          await walk(someone, world);
        } catch (error) {
          error.message += `\nat ${someone.page.url()}; troubles: ${someone.troubles.join("\n") || "none"}`;
          throw error;
        } finally {
          await someone.page.browserContext().close();
        }
        assert.deepEqual(
          someone.troubles.filter((trouble) => !expected || !expected.test(trouble)),
          [],
        );
      });
    }
  };
}

// A reader with a browser of their own.
export async function reader(world, screen) {
  const page = await world.page();
  const troubles = [];
  watch(page, troubles);
  await page.setViewport(screen);
  await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  const gesture = screen.hasTouch ? "tap" : "click";
  const place = () => page.evaluate(() => document.readyState == "complete" && location.href.slice(origin.length));

  const self = {
    page,
    troubles,
    speaks: (language) => page.setExtraHTTPHeaders({ "Accept-Language": language }),
    open: (path) => page.goto(world.site + path),
    // Waits until the reader has come to an address below the site.
    async arrive(path) {
      await until(async () => (await place()) === path).catch(() => assert.equal(page.url(), world.site + path));
    },
    // Presses what a selector of puppeteer names: `::-p-text(Log in)`, `#log-out`, …
    async press(selector, where = page) {
      const element = await where.waitForSelector(selector, { visible: true });
      await element.scrollIntoView();
      // Scrolling and a frame's new height reach the hit test with the next picture.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await element[gesture]();
    },
    // The content of the page's frame, once it shows what the selector names, at its full height.
    async frame(selector = "h1") {
      const element = await page.waitForSelector("iframe[data-iteras-frame]");
      const frame = await element.contentFrame();
      await shown(frame, selector);
      await until(() =>
        frame.evaluate(() => innerHeight == Math.ceil(document.documentElement.getBoundingClientRect().height)),
      );
      return frame;
    },
    async fill(frame, fields) {
      for (const [name, value] of Object.entries(fields)) {
        const input = await frame.waitForSelector(`[name="${name}"]:not([type="hidden"])`);
        await input.evaluate((element) => element.select());
        await input.type(value);
      }
    },
    async logIn(who, password = "lumen") {
      const frame = await self.frame('[name="password"]');
      await self.fill(frame, { who: ADDRESSES[who] || who, password });
      // The form must not be taken for the answer: until the frame has it, or is gone with its page.
      const answered = frame.waitForNavigation({ waitUntil: "domcontentloaded" }).catch((error) => {
        if (!/detached/i.test(error.message)) throw error;
      });
      await self.press('button[value="login"]', frame);
      await answered;
    },
    // Logs in at the wall and comes to a page.
    async reads(who, path) {
      await self.open(`/login?iterasnext=${encodeURIComponent(path)}`);
      await self.logIn(who);
      await self.arrive(path);
    },
    // Presses a button of the frame, and waits for what the answer shows.
    async post(action, answer) {
      const frame = await self.frame(`button[value="${action}"]`);
      await self.press(`button[value="${action}"]`, frame);
      return self.frame(answer);
    },
    // Asked in the page's own world, as `shown` is.
    text: (selector, where = page) =>
      where.evaluate((selector) => document.querySelector(selector).innerText.trim(), selector),
    shows: (selector) => page.$$eval(selector, (elements) => elements.some((element) => element.checkVisibility())),
    masthead: () => self.text("#reader-state"),
    // The pass in the browser, without its signature.
    pass: () => page.evaluate(() => window.Iteras.pass()),
  };
  return self;
}

// Waits until `check` gives something, over the page loads that may come in between.
export async function until(check, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await check().catch((error) => {
      if (!leftBehind(error) && !/context|navigat|null|failed to find/i.test(error.message)) throw error;
    });
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${check}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

// Pages and frames must not throw, complain on the console, or ask for what is not there. Requests that
// end because the page went elsewhere are no trouble.
function watch(page, troubles) {
  const watched = new Set();
  // Frames from other sites have a session of their own, of which the page reports only a part.
  const alsoIn = async (frame) => {
    const client = frame.client;
    if (!client || watched.has(client)) return;
    watched.add(client);
    client.on("Runtime.exceptionThrown", ({ exceptionDetails }) =>
      troubles.push(`exception: ${exceptionDetails.exception?.description}`),
    );
    client.on(
      "Log.entryAdded",
      ({ entry }) => entry.level == "error" && troubles.push(`log: ${entry.text} ${entry.url}`),
    );
    await client.send("Log.enable").catch(() => {}); // the frame is gone already
  };
  page.on("frameattached", alsoIn);
  page.on("framenavigated", alsoIn);
  page.on("console", (message) => {
    if (/^(error|warn)/.test(message.type()))
      troubles.push(`console: ${message.text()} ${message.location().url || ""}`);
  });
  page.on("requestfailed", (request) => {
    const error = request.failure()?.errorText || "blocked";
    if (!abandoned(error)) troubles.push(`request: ${request.url()} ${error}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) troubles.push(`response: ${response.status()} ${response.url()}`);
  });
}
