// The double of the service's own script (companion, "The double"), alone on the pages: what the documentation says it
// does, and each switch does what the specification says. Companion mode relies on it.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";

import { test } from "./driver/test.mjs";
import { shown, start } from "./harness.mjs";
import { WALL, cookies, give, holds, open, order, stored, until } from "./helpers.mjs";
import { until as untilLoaded } from "./journey-helpers.mjs";

const EXPIRES_SOON = { account: "31168", expires_in: 3600 };
let world;
let pages = [];
before(async () => (world = await start({ site: "tests/e2e/pages/official" })));
after(() => world.stop());
beforeEach(() => world.control("POST", "/reset"));
afterEach(() => Promise.all(pages.splice(0).map((page) => page.browserContext().close())));

// A reader's tab; `switches` of the script, `options` of the frames, the pass to begin with.
async function reader({ switches = "", options = {}, pass, clock } = {}) {
  const page = await world.page();
  pages.push(page);
  page.site = world.site;
  await page.evaluateOnNewDocument(
    (switches, options, ahead) => {
      Object.assign(window, { switches, options, order: [] });
      // A handler that keeps what the cookie held when it ran.
      window.note = (...args) => window.order.push(`handler ${args.length} ${/iteraspass=/.test(document.cookie)}`);
      const now = Date.now() + ahead;
      if (ahead) Date.now = () => now;
    },
    switches,
    options,
    clock ?? 0,
  );
  if (pass) await give(page, typeof pass == "string" ? pass : await world.control("POST", "/pass", pass));
  return page;
}

const asked = async (path = "/official/check") =>
  (await world.control("GET", "/requests")).filter((request) => request.path == path);
const handlers = (page, count) => holds(page, (count) => window.order.length >= count, count);
// Waits for a page that has loaded, over those that come before it.
const loaded = (page, condition, ...args) => untilLoaded(() => page.evaluate(condition, ...args));
const arrive = (page, path) =>
  loaded(page, (href) => document.readyState == "complete" && location.href == href, world.site + path);
const wall = (page, options = {}, path = "/article") =>
  open(page, path, (options) => Iteras.wall({ paywallid: [WALL_ID], ...options, unauthorized: note }), options);
const WALL_SET = (id) => (window.WALL_ID = id);

async function walled(given) {
  const page = await reader(given);
  await page.evaluateOnNewDocument(WALL_SET, WALL);
  return page;
}

async function frameOf(page, selector = "h1") {
  const frame = await page.waitForFrame((frame) => frame.url().includes("/official/embed"));
  await shown(frame, selector);
  return frame;
}

async function logIn(page, who = "anna@example.com") {
  const frame = await frameOf(page, "#password");
  await frame.evaluate((who) => {
    document.querySelector("#who").value = who;
    document.querySelector("#password").value = "lumen";
    document.querySelector("button[value=login]").click();
  }, who);
}

test("an anonymous reader is redirected with the documented parameters; nothing is asked or stored", async () => {
  const page = await walled();
  await open(page, "/article?a=1&b=ø+x", () =>
    Iteras.wall({ paywallid: [WALL_ID], access: "sub", redirect: "/landing?page_id=1#form" }),
  ).catch((error) => assert.match(error.message, /context|navigat/i));
  await until(async () => new URL(page.url()).pathname == "/landing", "the landing page");
  const url = new URL(page.url());
  assert.deepEqual(
    [...url.searchParams],
    [
      ["page_id", "1"],
      ["iterasnext", "/article?a=1&b=%C3%B8+x"],
      ["iterasaccess", "sub"],
    ],
  );
  assert.equal(url.hash, "#form");
  assert.deepEqual(await asked(), []);
  assert.deepEqual(await cookies(page), []);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
});

test("the handler runs during the call, or later where switched; it wins over the redirect", async () => {
  for (const [switches, during] of [
    ["", 1],
    ["callback=later", 0],
  ]) {
    const page = await walled({ switches });
    const count = await open(page, "/article", () => {
      Iteras.wall({ paywallid: WALL_ID, redirect: "/landing", unauthorized: note });
      return window.order.length;
    });
    assert.equal(count, during, switches);
    await handlers(page, 1);
    assert.equal(page.url(), `${world.site}/article`);
  }
});

test("a pass satisfies one of the wanted paywalls at the wanted level", async () => {
  const none = await walled({ pass: { account: "31168" } });
  for (const [options, shut] of [
    [{}, false],
    [{ paywallid: WALL, access: "sub" }, false],
    [{ paywallid: ["BBBB2222", WALL], access: "user" }, false],
    [{ paywallid: "BBBB2222" }, true],
    [{ paywallid: undefined }, false],
  ]) {
    await wall(none, options);
    assert.deepEqual(await order(none), shut ? ["handler 1 true"] : [], JSON.stringify(options));
  }
  const user = await walled({ pass: { account: "31169" } });
  await wall(user, { access: "sub" });
  assert.deepEqual(await order(user), ["handler 1 true"]);
});

test("a log-in sets the cookie and goes to iterasnext", async () => {
  const page = await walled();
  await page.goto(`${world.site}/landing?iterasnext=%2Farticle%3Fa%3D1`);
  await logIn(page);
  await arrive(page, "/article?a=1");
  const [cookie] = await page.browserContext().cookies();
  assert.match(cookie.value, new RegExp(`^sub\\|${WALL}\\|`));
  assert.equal(cookie.path, "/");
  assert.equal(cookie.sameSite, undefined);
  assert.equal(cookie.session, false);
  await wall(page);
  assert.deepEqual(await order(page), []);
});

test("without iterasnext it goes to next; with neither it stays and says so", async () => {
  const next = await reader({ options: { next: "/welcome" } });
  await next.goto(`${world.site}/landing`);
  await logIn(next);
  await arrive(next, "/welcome");

  const stays = await reader();
  await stays.goto(`${world.site}/landing`);
  await logIn(stays);
  const frame = await frameOf(stays, "button[value=other]");
  assert.equal(await frame.$("#password"), null);
  await until(() => stored(stays), "the pass");
  assert.equal(stays.url(), `${world.site}/landing`);
});

test("it goes nowhere but on the publisher's own site", async () => {
  for (const target of ["https://evil.example/", "//evil.example", "javascript:alert(1)"]) {
    const page = await reader();
    await page.goto(`${world.site}/landing?iterasnext=${encodeURIComponent(target)}`);
    await logIn(page);
    await arrive(page, "/");
  }
});

test("cookie=encoded writes the pass percent-encoded, and reads it", async () => {
  const page = await walled({ switches: "cookie=encoded" });
  await page.goto(`${world.site}/landing?iterasnext=%2Farticle`);
  await logIn(page);
  await arrive(page, "/article");
  assert.match(await stored(page), new RegExp(`^sub%7C${WALL}%7C`));
  await wall(page);
  assert.deepEqual(await order(page), []);
});

test("log-out deletes at / alone; it reloads, goes elsewhere or stays", async () => {
  const page = await walled({ pass: { account: "31168" } });
  await give(page, "sub|left|behind", { path: "/deep/" });
  await open(page, "/deep/article", () => Iteras.logoutFromWall({ redirect: null }));
  assert.deepEqual(await cookies(page), ["/deep/ iteraspass=sub|left|behind"]);

  await give(page, await world.control("POST", "/pass", { account: "31168" }));
  await page.goto(`${world.site}/article`);
  await page.evaluate(() => void Iteras.logoutFromWall({ redirect: "/welcome" }));
  await arrive(page, "/welcome");
  assert.equal(await stored(page), null);

  await page.evaluate(() => void ((window.before = true), Iteras.logoutFromWall()));
  await loaded(page, () => !window.before && document.readyState == "complete");
  assert.equal(page.url(), `${world.site}/welcome`);
});

test("a pass is renewed by GET, once in 24 hours; always and never as switched", async () => {
  const renewed = async (switches) => {
    const page = await walled({ switches, pass: EXPIRES_SOON });
    const before = await world.control("DELETE", "/requests").then(() => cookies(page));
    await wall(page);
    return { page, before };
  };
  const usual = await renewed("");
  await until(async () => (await cookies(usual.page))[0] != usual.before[0], "a new pass");
  await wall(usual.page);
  const [request, ...more] = await asked();
  assert.deepEqual([request.method, request.cookies, more.length], ["GET", false, 0]);
  assert.deepEqual(await world.renewals(), []);

  const always = await renewed("renewal=always");
  await until(async () => (await asked()).length == 1, "the first check");
  await wall(always.page);
  await until(async () => (await asked()).length == 2, "the second check");

  const never = await renewed("renewal=never");
  await never.page.evaluate(() => new Promise((done) => setTimeout(done)));
  assert.deepEqual(await asked(), []);
  assert.deepEqual(await cookies(never.page), never.before);
});

test("a refusal deletes the pass and calls back; an outage does neither", async () => {
  const refused = await walled({ pass: { account: "31168" } });
  await world.control("POST", "/account", { id: "31168", level: "none" });
  await wall(refused);
  await handlers(refused, 1);
  assert.deepEqual(await order(refused), ["handler 1 false"]);
  assert.deepEqual(await cookies(refused), []);

  await world.control("POST", "/reset");
  await world.control("POST", "/fault", { renewal: "503" });
  const outage = await walled({ pass: { account: "31168" } });
  const answered = outage.waitForResponse((response) => response.url().includes("/official/check"));
  await wall(outage);
  await answered;
  assert.deepEqual(await order(outage), []);
  assert.equal((await cookies(outage)).length, 1);
});

test("an expired pass is renewed, or shut when it can't be", async () => {
  const page = await walled({ pass: { account: "31168", expires_in: -60 } });
  await wall(page);
  await until(async () => Date.parse((await stored(page)).split("|")[2]) > Date.now(), "a new pass");
  assert.deepEqual(await order(page), []);

  await world.control("POST", "/fault", { renewal: "503" });
  const outage = await walled({ pass: { account: "31168", expires_in: -60 } });
  await wall(outage);
  await handlers(outage, 1);
  assert.deepEqual(await order(outage), ["handler 1 true"]);
});

test("calls=early and late: back before the pass is deleted, and after", async () => {
  const refusal = async (switches) => {
    await world.control("POST", "/reset");
    const page = await walled({ switches, pass: { account: "31168" } });
    await world.control("POST", "/fault", { renewal: "refuse" });
    await wall(page);
    return page;
  };
  const early = await refusal("calls=early&ms=50");
  await handlers(early, 1);
  assert.deepEqual(await order(early), ["handler 1 true"]);
  await until(async () => (await cookies(early)).length == 0, "the deletion");

  const late = await refusal("calls=late&ms=600");
  await until(async () => (await cookies(late)).length == 0, "the deletion");
  await handlers(late, 1);
  assert.deepEqual(await order(late), ["handler 1 false"]);
});

test("calls=twice, refusing and silent", async () => {
  const twice = await walled({ switches: "calls=twice" });
  await wall(twice);
  assert.equal((await order(twice)).length, 2);

  const refusing = await walled({ switches: "calls=refusing", pass: { account: "31168" } });
  await wall(refusing);
  await handlers(refusing, 1);
  assert.deepEqual(await cookies(refusing), []);

  const silent = await walled({ switches: "calls=silent" });
  await open(silent, "/article", () => {
    Iteras.wall({ paywallid: WALL_ID, unauthorized: note });
    Iteras.wall({ paywallid: WALL_ID, redirect: "/landing" });
  });
  await silent.evaluate(() => new Promise((done) => setTimeout(done)));
  assert.deepEqual(await order(silent), []);
  assert.equal(silent.url(), `${world.site}/article`);
});

test("throws: from a method, and after a callback", async () => {
  const page = await walled({ switches: "throws=wall,paywalliframe" });
  for (const [work, thrown] of [
    [() => Iteras.wall({}), "the double throws from wall"],
    [() => Iteras.paywalliframe({}), "the double throws from paywalliframe"],
  ]) {
    const { thrown: error } = await open(page, "/article", work);
    assert.equal(error.message, thrown);
  }
  const after = await walled({ switches: "throws=callback" });
  const { thrown } = await wall(after);
  assert.equal(thrown.message, "the double throws after a callback");
  assert.deepEqual(await order(after), ["handler 1 false"]);
});

test("the global: merged into, replaced, frozen, fixed", async () => {
  const global = async (switches) => {
    const page = await reader({ switches });
    await page.evaluateOnNewDocument(() => (window.Iteras = window.first = { mine: 1 }));
    return open(page, "/article", () => {
      const { Iteras } = window;
      window.Iteras = {};
      return {
        same: Iteras == window.first,
        mine: Iteras.mine,
        wall: typeof Iteras.wall,
        frozen: Object.isFrozen(Iteras),
        fixed: window.Iteras == Iteras,
      };
    });
  };
  const usual = { same: true, mine: 1, wall: "function", frozen: false, fixed: false };
  assert.deepEqual(await global(""), usual);
  assert.deepEqual(await global("global=replaced"), { same: false, wall: "function", frozen: false, fixed: false });
  assert.deepEqual(await global("global=frozen"), { ...usual, frozen: true });
  assert.deepEqual(await global("global=fixed"), { ...usual, frozen: true, fixed: true });
});

test("script=missing is an error of the tag; script=late comes after what was asked for later", async () => {
  const page = await reader();
  await page.goto(`${world.site}/plain`);
  const came = await page.evaluate(async (service) => {
    const came = [];
    const load = (path) =>
      new Promise((done) => {
        const script = document.createElement("script");
        script.src = `${service}/official/${path}`;
        script.onload = () => done(came.push(path));
        script.onerror = () => done(came.push(`no ${path}`));
        document.head.append(script);
      });
    await load("static/api/iteras.js?script=missing");
    came.push(typeof window.Iteras);
    await Promise.all([load("static/api/iteras.js?script=late&ms=1000"), load("embed.js")]);
    came.push(typeof window.Iteras);
    return came;
  }, world.service);
  assert.deepEqual(came, [
    "no static/api/iteras.js?script=missing",
    "undefined",
    "embed.js",
    "static/api/iteras.js?script=late&ms=1000",
    "object",
  ]);
});

test("an order sets the pass and goes on; frames are as high as their content", async () => {
  const page = await reader({ options: { next: "/welcome" } });
  await page.goto(`${world.site}/order`);
  const form = await frameOf(page, "input[value='12MDigital']:checked");
  await until(
    () => form.evaluate(() => innerHeight == Math.ceil(document.documentElement.getBoundingClientRect().height)),
    "the frame's height",
  );
  await form.evaluate(() => {
    const fields = { name: "Dora", street: "Vej 1", postcode: "8000", city: "Aarhus", email: "d@example.com" };
    for (const [name, value] of Object.entries({ ...fields, password: "hemmelig" }))
      document.querySelector(`[name=${name}]`).value = value;
    document.querySelector("button[value=details]").click();
  });
  const payment = await frameOf(page, "button[value=pay]");
  await payment.evaluate(() => document.querySelector("button[value=pay]").click());
  const receipt = await frameOf(page, "[data-send-pass]");
  await until(() => stored(page), "the pass");
  await receipt.evaluate(() => document.querySelector("[data-send-pass]").click());
  await arrive(page, "/welcome");
});

test("self-service has a log-in of its own, which sets no pass; iteraspreauth of the page logs in", async () => {
  const page = await reader();
  await page.goto(`${world.site}/account`);
  await logIn(page);
  await frameOf(page, "button[value=logout]");
  assert.equal(await stored(page), null);

  const made = await fetch(`${world.service}/api/authenticatecustomer/`, {
    method: "POST",
    headers: { "X-Iteras-Key": "lumen-api-key-for-development" },
    body: new URLSearchParams({ id: "31168", password: "lumen", preauthseconds: "600" }),
  }).then((response) => response.json());
  await page.goto(`${world.site}/account?iteraspreauth=${encodeURIComponent(made.preauth)}`);
  await frameOf(page, "button[value=logout]");
});

test("messages of other windows and for other frames are not heard", async () => {
  const page = await reader();
  await page.goto(`${world.site}/landing`);
  await frameOf(page, "#password");
  await page.evaluate(() => {
    const { name } = document.querySelector("iframe");
    postMessage(`double/${name} keep sub|a|b|c|d/sha256:00`, "*");
    postMessage("double/other keep sub|a|b|c|d/sha256:00", "*");
    return new Promise((done) =>
      addEventListener("message", ({ data }) => data == "last" && done(), postMessage("last")),
    );
  });
  assert.equal(await stored(page), null);
});
