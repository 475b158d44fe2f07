// Pages that come back and pages that are rendered ahead: the back/forward cache and prerendering, both as
// Chromium really does them (rules, "In the browser"; faults F23 and F24).
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import {
  DAY,
  WALL,
  cookies,
  give,
  handled,
  happened,
  holds,
  hook,
  open,
  order,
  quiet,
  setUp,
  until,
} from "./helpers.mjs";

const scene = await setUp();
const SOON = { expires_in: (2 * DAY) / 1000 };

// --- the back/forward cache ---

/** Leaves the page and comes back; whether it was kept alive meanwhile, and if not, why. */
async function awayAndBack(page, meanwhile = () => {}) {
  const url = await page.evaluate(() => {
    window.alive = true;
    addEventListener("pageshow", (event) => (window.persisted = event.persisted));
    return location.href;
  });
  await leave(page, "/plain");
  await meanwhile();
  await page.evaluate(() => void setTimeout(() => history.back()));
  await until(
    () => page.evaluate((url) => location.href == url && document.readyState == "complete", url).catch(() => false),
    url,
  );
  return page.evaluate(() => {
    const why = performance.getEntriesByType("navigation")[0].notRestoredReasons;
    return window.alive ? [window.persisted] : [false, why];
  });
}

/** Goes on to another page of the site, as by a link. */
async function leave(page, path) {
  await page.evaluate((path) => void setTimeout(() => location.assign(path)), path);
  await holds(page, (path) => location.pathname == path && document.readyState == "complete", path);
}

const inAnotherTab =
  (page, work, ...args) =>
  async () => {
    const tab = await scene.tab(page);
    await open(tab, "/landing");
    await tab.evaluate(work, ...args);
    await tab.close();
  };
const logOut = () => Iteras.logoutFromWall({ redirect: null });

test("F23 nothing of ours keeps a page out of the back/forward cache", async () => {
  const page = await scene.reader({ pass: SOON });
  await open(
    page,
    "/article",
    (id) => {
      Iteras.wall({ paywallid: id, unauthorized: note });
      Iteras.carry();
    },
    WALL,
  );
  await happened(page, "renewed");
  await quiet(page);
  assert.deepEqual(await awayAndBack(page), [true]);
  await quiet(page);
  // Decided again, nothing has changed.
  assert.deepEqual(await order(page), ["authorized", "renewed"]);
  assert.equal((await scene.renewals()).length, 1);
});

test("F23 neither does an outage, an expired pass, or a frame", async () => {
  const page = await scene.reader({ pass: { expires_in: -60 } });
  await scene.fault("503");
  await open(page, "/article", () => void Iteras.wall({ unauthorized: note }));
  await happened(page, "handler expired");
  await quiet(page);
  assert.deepEqual(await awayAndBack(page), [true]);

  const anonymous = await scene.reader();
  await open(anonymous, "/article", () => {
    window.inBody = () => document.write(Iteras.paywalliframe({ profile: "lumen", paywallid: "n8fsoupukhv3" }));
  });
  await anonymous.waitForFrame((frame) => frame.url().startsWith(scene.service));
  await holds(anonymous, () => document.querySelector("iframe").style.height);
  assert.deepEqual(await awayAndBack(anonymous), [true]);
});

test("F23 Back after a log-out in another tab: decided again, the handler runs", async () => {
  const page = await scene.reader({ pass: SOON });
  await open(page, "/article", () => void Iteras.wall({ unauthorized: note }));
  await happened(page, "renewed");
  await quiet(page);
  assert.deepEqual(await awayAndBack(page, inAnotherTab(page, logOut)), [true]);
  await happened(page, "handler nopass");
  assert.deepEqual(await order(page), ["authorized", "renewed", "unauthorized nopass", "handler nopass"]);
  assert.deepEqual(
    (await handled(page)).map(({ reason, pending }) => [reason, pending]),
    [["nopass", false]],
  );
  // Once is enough, however often the page comes back.
  assert.deepEqual(await awayAndBack(page), [true]);
  await quiet(page);
  assert.equal((await handled(page)).length, 1);
});

test("F23 Back after a log-out in another tab: the redirect happens", async () => {
  const page = await scene.reader({ pass: SOON });
  await open(page, "/article?a=1", () => void Iteras.wall({ redirect: "/landing" }));
  await happened(page, "renewed");
  await quiet(page);
  await page.evaluate(() => (window.alive = true));
  await leave(page, "/plain");
  await inAnotherTab(page, logOut)();
  await page.evaluate(() => void setTimeout(() => history.back()));
  await holds(page, () => location.pathname == "/landing");
  assert.equal(await page.evaluate(() => location.href), `${page.site}/landing?iterasnext=%2Farticle%3Fa%3D1`);
});

test("F23 Back after a log-in in another tab: told, and the handler does not run again", async () => {
  const page = await scene.reader();
  await open(page, "/article", () => void Iteras.wall({ unauthorized: note, authorized() {} }));
  const pass = await scene.pass({});
  assert.deepEqual(await awayAndBack(page, () => give(page, pass)), [true]);
  await happened(page, "authorized");
  await happened(page, "renewed");
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass", "authorized", "renewed"]);
});

test("F23 an expired pass is asked for again when the page comes back", async () => {
  const page = await scene.reader({ pass: { expires_in: -60 } });
  await scene.fault("503");
  await open(page, "/article", () => void Iteras.wall({ unauthorized: note, authorized() {} }));
  await happened(page, "handler expired");
  await quiet(page);
  // Eleven seconds later, by the reader's clock.
  await page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 11_000;
  });
  await scene.fault("ok");
  assert.deepEqual(await awayAndBack(page), [true]);
  await happened(page, "authorized");
  assert.deepEqual(await order(page), ["unauthorized expired", "handler expired", "renewed", "authorized"]);
});

test("F23 Back after the redirect, log-in and return: no loop, no log-in form", async () => {
  const page = await scene.reader();
  await hook(page, "/article", () => {
    window.result = Iteras.wall({ redirect: "/landing" }).authorized;
  });
  await hook(
    page,
    "/landing",
    () => {
      document.write(Iteras.paywalliframe({ profile: "lumen", paywallid: "n8fsoupukhv3" }));
    },
    { place: "inHead" },
  );
  // Every page that the reader gets to see, also one that comes back.
  await page.evaluateOnNewDocument((service) => {
    const tell = () => {
      const text = `${Date.now()} ${location.pathname}${location.search}`;
      fetch(`${service}/?told=${encodeURIComponent(text)}`, { mode: "no-cors" });
    };
    if (window == top) addEventListener("pageshow", tell);
  }, scene.service);
  await page.goto(`${page.site}/plain`);
  await page.evaluate(() => void setTimeout(() => location.assign("/article?a=1")));
  await holds(page, () => location.pathname == "/landing");
  const frame = await page.waitForFrame((frame) => frame.url().startsWith(scene.service));
  await until(async () => (await told()).some((text) => text.startsWith("/landing")), "the landing page");
  await scene.forget();
  await frame.evaluate(
    (pass) => {
      parent.postMessage(
        { iteras: 1, frame: new URLSearchParams(location.search).get("frame"), type: "pass", pass },
        "*",
      );
    },
    await scene.pass(),
  );
  await holds(page, () => location.pathname == "/article" && document.readyState == "complete");
  const shows = (...paths) => until(async () => (await told()).join() == paths.join(), paths.join(", then "));
  await shows("/article?a=1");
  await page.evaluate(() => void setTimeout(() => history.back()));
  await shows("/article?a=1", "/plain");
  // The page's own word may come before the driver knows of the page.
  await holds(page, () => location.pathname == "/plain" && document.readyState == "complete");
  await page.evaluate(() => void setTimeout(() => history.forward()));
  await shows("/article?a=1", "/plain", "/article?a=1");
  await holds(page, () => location.pathname == "/article" && document.readyState == "complete");
  await quiet(page);
  await shows("/article?a=1", "/plain", "/article?a=1");
});

// --- prerendering ---

/** The texts that the prerendered page and the landing page told, in order. */
async function told() {
  const requests = await scene.world.control("GET", "/requests");
  const texts = requests.map(({ query }) => new URLSearchParams(query).get("told")).filter(Boolean);
  return texts.sort((one, other) => parseInt(one) - parseInt(other)).map((text) => text.replace(/^\d+ /, ""));
}

/** Waits until it has told all these; what it stored in between is another matter. */
async function tells(...expected) {
  const all = async () => (await told()).filter((text) => text != "storage: here");
  await until(async () => (await all()).length >= expected.length, expected);
  assert.deepEqual(await all(), expected);
}

/** Renders a page ahead from another one, until everything in it has run; `follow` brings the reader to it. */
async function renderAhead(page, query) {
  await page.goto(`${page.site}/plain`);
  const path = `/prerendered${query}`;
  await page.evaluate((url) => {
    const rules = document.createElement("script");
    rules.type = "speculationrules";
    rules.textContent = JSON.stringify({ prerender: [{ urls: [url], eagerness: "immediate" }] });
    document.head.append(rules);
  }, path);
  await until(async () => (await told()).includes("loaded: ahead"), "the prerendered page");
  // Time for whatever should not happen.
  await new Promise((over) => setTimeout(over, 200));
  return { follow: () => page.evaluate((path) => void (location.href = path), path) };
}

test("F24 a page rendered ahead without a pass: event and handler wait for the reader", async () => {
  const page = await scene.reader();
  const { follow } = await renderAhead(page, "?a=1");
  assert.deepEqual(await told(), ["pending nopass: ahead", "loaded: ahead"]);
  await follow();
  await tells("pending nopass: ahead", "loaded: ahead", "unauthorized: here", "handler: here");
  assert.deepEqual(await cookies(page), []);
});

test("F24 the redirect happens only when the reader comes", async () => {
  const page = await scene.reader();
  const { follow } = await renderAhead(page, "?redirect=1");
  assert.deepEqual(await told(), ["pending nopass: ahead", "loaded: ahead"]);
  await follow();
  const landing = "arrived ?iterasnext=%2Fprerendered%3Fredirect%3D1";
  await until(async () => (await told()).includes(landing), landing);
  assert.equal((await told()).filter((text) => text.startsWith("arrived")).length, 1);
});

test("F24 with a pass: authorized at once, renewed and remembered only when the reader comes", async () => {
  const page = await scene.reader({ pass: SOON });
  const { follow } = await renderAhead(page, "?a=2");
  assert.deepEqual(await told(), ["pending null: ahead", "loaded: ahead"]);
  assert.deepEqual(await scene.renewals(), []);
  await follow();
  await tells("pending null: ahead", "loaded: ahead", "authorized: here", "renewed: here");
  assert.equal((await scene.renewals()).length, 1);
});

test("F24 a pass that went away meanwhile: decided anew when the reader comes", async () => {
  const page = await scene.reader({ pass: SOON });
  const { follow } = await renderAhead(page, "?a=3");
  await page.browserContext().deleteCookie(...(await page.browserContext().cookies()));
  await follow();
  await tells("pending null: ahead", "loaded: ahead", "unauthorized: here", "handler: here");
});

test("F24 a log-out in a page rendered ahead waits for the reader", async () => {
  const page = await scene.reader({ pass: SOON });
  const { follow } = await renderAhead(page, "?logout=1");
  assert.deepEqual(await told(), ["pending null: ahead", "loaded: ahead"]);
  assert.equal((await cookies(page)).length, 1);
  await follow();
  await until(async () => (await told()).includes("logout: here"), "the log-out");
  assert.deepEqual(
    (await told()).filter((text) => text.endsWith("ahead")),
    ["pending null: ahead", "loaded: ahead"],
  );
  assert.deepEqual(await cookies(page), []);
});
