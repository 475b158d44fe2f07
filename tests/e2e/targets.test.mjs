// Addresses that a page can be sent to by texts of anybody's: `iterasnext`, a frame's `next` and its
// `navigate` (rules, "Redirect targets"; protocol, "The step after log-in"). Navigations are
// seen through the browser's own event; the page stays, so that thousands are tried on one.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import {
  PASS,
  PUBLISHER,
  SERVICE,
  WALL,
  hostileTargets,
  hostileTexts,
  publisher,
  redirectCases,
} from "./frame-helpers.mjs";
import { shown, start } from "./harness.mjs";

const BASE = redirectCases.base; // https://pub.example/start/page?x=1
const CASES = redirectCases.cases;

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

// A page on which `after(text, next)` tells where a log-in leads with that `iterasnext`, and
// `navigate(text)` where a frame's message does.
async function targetPage(options) {
  const page = await publisher(world, options);
  await page.evaluate(
    async (wall, pass) => {
      const at = location.href;
      const make = (next) => insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall, next }));
      const frame = await make();
      const gone = async (from, message) => {
        went.length = 0;
        await say(from, { iteras: 1, frame: idOf(from), ...message });
        return went.map(String);
      };
      const withParameter = (text) =>
        `${at}${at.includes("?") ? "&" : "?"}iterasnext=${encodeURIComponent(text.toWellFormed())}`;
      window.afterLogIn = async (text, next) => {
        const from = next === undefined ? frame : await make(next);
        history.replaceState(null, "", text === undefined ? at : withParameter(text));
        const found = await gone(from, { type: "pass", pass });
        if (from != frame) from.remove();
        return found;
      };
      window.navigate = (url) => {
        if (location.href != at) history.replaceState(null, "", at);
        return gone(frame, { type: "navigate", url });
      };
      // Scripts that a target brought along would say so.
      for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => (window.ran = true);
    },
    WALL,
    PASS,
  );
  return page;
}

async function assertNothingRan(page) {
  // A `javascript:` URL runs in a task of its own.
  assert.equal(
    await page.evaluate(() => new Promise((done) => setTimeout(() => done(window.ran || document.title), 0))),
    "Publisher",
  );
  assert.deepEqual([page.errors, page.dialogs, page.strays], [[], [], []]);
}

const allowed = (type, { whatwg_href }) => [`${type},${whatwg_href}`];

// A service of the same site is in the page's process: a tenth of the time.
test("C51 `iterasnext`: every redirect case", async () => {
  const page = await targetPage({ url: BASE, service: PUBLISHER });
  const outcomes = await page.evaluate(
    async (inputs) => {
      const found = [];
      for (const input of inputs) found.push(await afterLogIn(input));
      return found;
    },
    CASES.map(({ input }) => input),
  );
  CASES.forEach((each, i) => {
    const expected = each.expect == "allow" ? allowed("replace", each) : [`replace,${PUBLISHER}/`];
    assert.deepEqual(outcomes[i], expected, `${each.id} ${each.input}`);
  });
  assert.equal(outcomes.length, CASES.length);
  await assertNothingRan(page);
});

test("C51 a frame's `next`: every redirect case", async () => {
  const page = await targetPage({ url: BASE, service: PUBLISHER });
  const outcomes = await page.evaluate(
    async (inputs) => {
      const found = [];
      for (const input of inputs) found.push(await afterLogIn(undefined, input));
      return found;
    },
    CASES.map(({ input }) => input),
  );
  CASES.forEach((each, i) => {
    const expected = each.expect == "allow" ? allowed("replace", each) : [`replace,${PUBLISHER}/`];
    assert.deepEqual(outcomes[i], expected, `${each.id} ${each.input}`);
  });
  await assertNothingRan(page);
});

test("C51 `navigate`: every redirect case", async () => {
  const page = await targetPage({ url: BASE });
  const outcomes = await page.evaluate(
    async (inputs) => {
      const found = [];
      for (const input of inputs) found.push(await navigate(input));
      return found;
    },
    CASES.map(({ input }) => input),
  );
  CASES.forEach((each, i) => {
    assert.deepEqual(outcomes[i], each.expect == "allow" ? allowed("push", each) : [], `${each.id} ${each.input}`);
  });
  await assertNothingRan(page);
});

const isSamePage = (text) => URL.canParse(text, BASE) && new URL(text, BASE).href.split("#")[0] == BASE;

test("C51 all hostile addresses and texts: never off the origin, never a script", async () => {
  const texts = [...hostileTargets(), ...hostileTexts()];
  assert.ok(texts.length > 2000, `${texts.length} texts`);
  // Cookies that cost nothing: here it is the targets that matter, not what is stored.
  const prepare = () => {
    let jar = "";
    Object.defineProperty(document, "cookie", {
      get: () => jar,
      set: (text) => (jar = text.includes("Max-Age=0") ? "" : text.split(";")[0]),
    });
  };
  const page = await targetPage({ url: BASE, prepare, service: PUBLISHER });
  const outcomes = await page.evaluate(async (texts) => {
    const found = [];
    for (const text of texts) found.push([await navigate(text)]);
    for (let i = 0; i < texts.length; i++) found[i].push(await afterLogIn(texts[i]));
    return found;
  }, texts);
  let followed = 0;
  texts.forEach((text, i) => {
    const [navigated, next] = outcomes[i];
    assert.ok(next.length <= 1 && navigated.length <= 1, text);
    for (const entry of [...next, ...navigated]) {
      const url = new URL(entry.slice(entry.indexOf(",") + 1));
      assert.equal(url.origin, PUBLISHER, `${JSON.stringify(text)} led to ${url}`);
      assert.ok(
        !url.pathname.startsWith("//") && !url.username && !url.password,
        `${JSON.stringify(text)} led to ${url}`,
      );
      followed++;
    }
    // One that is given leads somewhere, to itself or to the front page; a mere fragment is none.
    if (!isSamePage(text)) assert.equal(next.length, 1, JSON.stringify(text));
  });
  assert.ok(followed > 2000, `${followed} were followed`);
  await assertNothingRan(page);
});

test("`navigate` to exactly the frame's own origin is followed, to others not", async () => {
  const page = await targetPage({ url: BASE });
  const outcome = (url) => page.evaluate((url) => navigate(url), url);
  for (const url of [
    `${SERVICE}/pay/return?a=1#b`,
    SERVICE,
    "//service.example/x",
    "HTTPS://SERVICE.EXAMPLE:443/x",
    `${SERVICE}//x`,
  ]) {
    assert.deepEqual(await outcome(url), [`push,${new URL(url, BASE)}`], url);
  }
  for (const url of [
    "http://service.example/x",
    `${SERVICE}:8443/x`,
    `${SERVICE}.evil.example/x`,
    "https://sub.service.example/x",
    "https://a@service.example/x",
    "https://a:b@service.example/x",
    ` ${SERVICE}/x`,
    `${SERVICE}/x `,
    `${SERVICE}/\n`,
    `${SERVICE}\\x`,
    `blob:${SERVICE}/x`,
    `${SERVICE}/${"x".repeat(2048)}`,
    `${SERVICE}\x7f/`,
  ]) {
    assert.deepEqual(await outcome(url), [], url);
  }
  await assertNothingRan(page);
});

test("the step after log-in: `iterasnext`, else `next`, else / where one was unusable, else stay", async () => {
  const page = await targetPage({ url: BASE });
  const outcome = (text, next) =>
    page.evaluate((text, next) => afterLogIn(text ?? undefined, next ?? undefined), text, next);
  const here = "/start/page?x=1";
  for (const [text, next, expected] of [
    [null, null, null],
    ["/a", null, "/a"],
    ["/a", "/b", "/a"],
    [null, "/b", "/b"],
    [null, "https://evil.example/", "/"],
    ["//evil.example/", null, "/"],
    ["//evil.example/", "/b", "/b"],
    ["//evil.example/", "javascript:alert(1)", "/"],
    ["/a", "javascript:alert(1)", "/a"],
    // Absent, or this very page: the log-in form again.
    ["", null, null],
    ["", "/b", "/b"],
    [null, "#there", null],
    [null, here, null],
    [null, `${here}#there`, null],
    [null, `${PUBLISHER}${here}#`, null],
    [null, "?x=2", "/start/page?x=2"],
    [null, "?x=1&", "/start/page?x=1&"],
    ["//evil.example/", "#there", "/"],
    // Byte caps
    [`/${"x".repeat(2047)}`, null, `/${"x".repeat(2047)}`],
    [`/${"x".repeat(2048)}`, null, "/"],
    [`/${"æ".repeat(1024)}`, null, "/"],
  ]) {
    const found = await outcome(text, next);
    const url = expected && `${PUBLISHER}${expected}`;
    assert.deepEqual(found, url ? [`replace,${url}`] : [], JSON.stringify([text, next]).slice(0, 200));
  }
  await assertNothingRan(page);
});

test("`iterasnext` that is this document counts as not given", async () => {
  for (const [query, expected] of [
    ["?iterasnext=%23top", []],
    ["?iterasnext=", []],
    ["?iterasnext", []],
    ["?iterasnext=%2Fpage", []],
    ["?a=1&iterasnext=%3Fa%3D1", []],
    ["?a=1&iterasnext=%2Fpage", [`replace,${PUBLISHER}/page`]],
    ["?a=1&iterasnext=%3Fa%3D2", [`replace,${PUBLISHER}/page?a=2`]],
  ]) {
    const page = await targetPage({ url: `${PUBLISHER}/page${query}` });
    const found = await page.evaluate((at) => {
      history.replaceState = () => {}; // the page's own address is what is tried
      return afterLogIn().then((found) => (location.href == at ? found : "moved"));
    }, `${PUBLISHER}/page${query}`);
    assert.deepEqual(found, expected, query);
    await page.browserContext().close();
  }
});

test("C52 of `iterasnext` twice only the first counts, whatever it is called", async () => {
  for (const [query, expected] of [
    ["iterasnext=%2Ffirst&iterasnext=%2Fsecond", "/first"],
    ["iterasnext=%2F%2Fevil.example&iterasnext=%2Fsecond", "/"],
    ["iterasnext=&iterasnext=%2Fsecond", null],
    ["iteras%6eext=%2Ffirst&iterasnext=%2Fsecond", "/first"],
    ["IterasNext=%2Fno", null],
    ["xiterasnext=%2Fno", null],
    ["iterasnext=%2Fa+b%3Fc%3D%C3%A6%26d", "/a%20b?c=%C3%A6&d"],
    // An old site's Latin-1 path still leads there.
    ["iterasnext=%2F%E6", "/%E6"],
  ]) {
    const page = await publisher(world, { url: `${PUBLISHER}/log-in?${query}` });
    const found = await page.evaluate(
      async (wall, pass) => {
        const frame = await insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall }));
        await say(frame, { iteras: 1, frame: idOf(frame), type: "pass", pass });
        return went.map(String);
      },
      WALL,
      PASS,
    );
    assert.deepEqual(found, expected ? [`replace,${PUBLISHER}${expected}`] : [], query);
    await page.browserContext().close();
  }
});

test("a page with <base> is not sent to where its <base> points", async () => {
  const page = await targetPage({ url: BASE });
  const outcome = await page.evaluate(async () => {
    const base = document.createElement("base");
    base.href = "https://cdn.example/assets/";
    document.head.append(base);
    return [await afterLogIn("ok"), await afterLogIn("//evil.example"), await navigate("/x")];
  });
  assert.deepEqual(outcome, [[`replace,${PUBLISHER}/start/ok`], [`replace,${PUBLISHER}/`], [`push,${PUBLISHER}/x`]]);
  await assertNothingRan(page);
});

test("the journey is real: the browser ends up where `iterasnext` says", async () => {
  const page = await world.page();
  await page.goto(`${world.site}/publisher.html?iterasnext=%2Fpublisher.html%3Fdone`);
  await page.evaluate(async (wall) => {
    document.body.innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: wall });
  }, WALL);
  const frame = await page.waitForFrame((frame) => frame.url().includes("/lumen/paywall/"));
  await shown(frame, "#who");
  const arrived = page.waitForNavigation();
  await frame.$eval("#who", (field) => (field.value = "anna@example.com"));
  await frame.$eval("#password", (field) => (field.value = "lumen"));
  await frame.$eval("button[value=login]", (button) => button.click());
  await arrived;
  assert.equal(page.url(), `${world.site}/publisher.html?done`);
  assert.equal(await page.evaluate((wall) => Iteras.wall({ paywallid: wall, access: "sub" }).authorized, WALL), true);
});
