// Companion mode, step 7, and pages that come and go: log-in by the official frames, markers, the back/forward cache,
// pages rendered ahead.
import assert from "node:assert/strict";

import { happened, heard, holds, open, order, setUp, settled, stored, waitFor, write } from "./companion-helpers.mjs";
import { test } from "./driver/test.mjs";

const scene = setUp();
const EXPIRED = { expires_in: -60 };

test("F43: a log-in frame on the landing page sets the cookie and goes on; ours only tells", async () => {
  for (const first of ["official", "ours"]) {
    const page = await scene.reader({ first });
    await open(page, "/landing?iterasnext=%2Farticle%3Fa%3D1", () =>
      document.addEventListener("iteras:login", () => sessionStorage.setItem("told", "login")),
    );
    await scene.logIn(page);
    await scene.arrive(page, "/article?a=1");
    assert.equal(await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID }).authorized), true);
    assert.equal(await page.evaluate(() => sessionStorage.getItem("told")), "login");
  }
});

test("F43: an order sets the pass, too", async () => {
  const page = await scene.reader({ options: { next: "/welcome" } });
  await open(page, "/order");
  const form = await scene.frame(page, "input[value='12MDigital']:checked");
  await form.evaluate(() => {
    const fields = { name: "Dora", street: "Vej 1", postcode: "8000", city: "Aarhus", email: "d@example.com" };
    for (const [name, value] of Object.entries({ ...fields, password: "hemmelig" }))
      document.querySelector(`[name=${name}]`).value = value;
    document.querySelector("button[value=details]").click();
  });
  const payment = await scene.frame(page, "button[value=pay]");
  await payment.evaluate(() => document.querySelector("button[value=pay]").click());
  await scene.frame(page, "[data-send-pass]");
  await happened(page, "login");
});

// A box below the article, opened by the handler, with the official log-in in it.
const box = (options) => {
  Iteras.wall({
    paywallid: WALL_ID,
    unauthorized(verdict) {
      note(verdict);
      document.querySelector("#box").innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: WALL_ID });
    },
    authorized: options.callback && (() => (document.querySelector("#text").hidden = false)),
  });
};
async function inBox(page, options) {
  await page.evaluateOnNewDocument(`window.inBody = () => (${box})(${JSON.stringify(options)})`);
  await page.goto(`${scene.site}/box`);
  await scene.logIn(page);
}

test("F43: logged in inside a box: the authorized callback runs, and the page stays", async () => {
  const page = await scene.reader();
  await inBox(page, { callback: true });
  await holds(page, () => !document.querySelector("#text").hidden);
  assert.deepEqual(await heard(page), ["unauthorized nopass", "handler nopass", "login", "authorized"]);
});

test("F43: without a callback the page is loaded again three seconds later, once in ten minutes", async () => {
  const page = await scene.reader();
  await inBox(page, {});
  await happened(page, "login");
  const began = Date.now();
  await waitFor(
    () => page.evaluate(() => window.order.length == 1 && window.order[0] == "authorized").catch(() => false),
    "the page to be loaded again",
  );
  assert.ok(Date.now() - began >= 2500);
  assert.match(await page.evaluate(() => sessionStorage.getItem("iteras.again")), /box/);
});

test("F43: with iterasnext ours leaves it to the official frame", async () => {
  const page = await scene.reader();
  await page.evaluateOnNewDocument(`window.inBody = () => (${box})({})`);
  await page.goto(`${scene.site}/box?iterasnext=%2Fwelcome`);
  await scene.logIn(page);
  await scene.arrive(page, "/welcome");
  assert.equal(await page.evaluate(() => sessionStorage.getItem("iteras.again")), null);
});

test("F43: beside a marker what the cookie allows is refused at once, and nobody is sent away without a reason", async () => {
  const page = await scene.reader({ switches: "renewal=never", pass: {} });
  const walled = () =>
    open(page, "/stump", () => Iteras.wall({ paywallid: WALL_ID, redirect: "/welcome" })).then(() => settled(page));
  await walled();
  assert.equal(page.url(), `${scene.site}/stump`);
  assert.deepEqual(await order(page), ["authorized", "unauthorized refused"]);
  assert.ok(await stored(page));

  const handled = await scene.reader({ switches: "renewal=never", pass: {} });
  await handled.evaluateOnNewDocument(() => {
    window.inBody = () => (window.verdict = Iteras.wall({ paywallid: WALL_ID, unauthorized: note }));
  });
  await handled.goto(`${scene.site}/stump`);
  const verdict = await handled.evaluate(() => ({ ...window.verdict, expires: null }));
  assert.deepEqual([verdict.authorized, verdict.pending, verdict.reason], [false, false, "refused"]);
  assert.deepEqual(await order(handled), ["unauthorized refused", "handler refused"]);
});

test("F43: beside a marker, just logged in: redirected, once in ten minutes", async () => {
  const page = await scene.reader();
  await open(page, "/landing?iterasnext=%2Fstump");
  await scene.logIn(page);
  await scene.arrive(page, "/stump");
  await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID, redirect: "/welcome" })).catch(() => {});
  // Loaded as well: the next page's load is not to be taken for this one's.
  const there = () => document.readyState == "complete" && location.pathname == "/welcome";
  await waitFor(() => page.evaluate(there).catch(() => false), "the redirect");
  // A renewal that brings another pass would load the page again.
  await scene.fault("hang");
  await page.goto(`${scene.site}/stump`);
  await page.evaluate(() => void Iteras.wall({ paywallid: WALL_ID, redirect: "/welcome" }));
  await settled(page);
  assert.equal(page.url(), `${scene.site}/stump`);
});

test("F43: beside a marker an expired pass is renewed first, and the page is loaded again, once", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await page.evaluateOnNewDocument(() => {
    sessionStorage.setItem("views", +sessionStorage.getItem("views") + 1);
    window.inBody = () => (window.first = Iteras.wall({ paywallid: WALL_ID, unauthorized: note }).reason);
  });
  await page.goto(`${scene.site}/stump`);
  await waitFor(
    () =>
      page
        .evaluate(() => window.order.includes("handler refused") && sessionStorage.getItem("views") == 2)
        .catch(() => false),
    "the second view, refused",
  );
  assert.equal(await page.evaluate(() => window.first), "refused");
});

test("F43: server: false does not look at the marker; the open mark lets in without a pass", async () => {
  const page = await scene.reader({ pass: {} });
  await page.evaluateOnNewDocument(() => {
    window.inBody = () => (window.verdict = Iteras.wall({ paywallid: WALL_ID, server: false, unauthorized: note }));
  });
  await page.goto(`${scene.site}/stump`);
  assert.equal(await page.evaluate(() => window.verdict.authorized), true);
  await waitFor(async () => (await scene.checks()).length == 1, "the official wall");
  await scene.world.control("DELETE", "/requests");

  const gift = await scene.reader();
  const verdict = await open(gift, "/article", () => {
    document.head.insertAdjacentHTML("beforeend", '<meta name="iteras-gate" content="open">');
    return Iteras.wall({ paywallid: WALL_ID, unauthorized: note }).authorized;
  });
  assert.equal(verdict, true);
  await settled(gift);
  assert.deepEqual(await scene.checks(), []);
});

test("F43: the back/forward cache: decided again", async () => {
  // Renewal brings another pass. While it is under way Firefox keeps no page.
  const page = await scene.reader({ pass: { expires_in: 86400 } });
  await scene.wall(page);
  await happened(page, "renewed");
  await page.goto(`${scene.site}/plain`);
  await write(page, null);
  await page.goBack();
  await holds(page, () => window.order.includes("handler nopass"));
  assert.deepEqual(page.errors, []);
});

// A page that is rendered ahead tells the service's log what happens in it, and whether the reader was there by then.
async function told() {
  const requests = await scene.world.control("GET", "/requests");
  const texts = requests.map(({ query }) => new URLSearchParams(query).get("told")).filter(Boolean);
  return texts.sort((one, other) => parseInt(one) - parseInt(other)).map((text) => text.replace(/^\d+ /, ""));
}

for (const [name, pass, query, ahead, here] of [
  ["without a pass", null, "?a=1", "pending nopass: ahead", ["unauthorized: here", "handler: here"]],
  ["with a pass", { expires_in: 86400 }, "?a=2", "pending null: ahead", ["authorized: here", "renewed: here"]],
  ["a log-out", {}, "?logout=1", "pending null: ahead", ["logout: here"]],
]) {
  test(`F43: rendered ahead, ${name}: nothing official is called before the reader comes`, async () => {
    const page = await scene.reader({ pass });
    await page.goto(`${page.site}/plain`);
    await page.evaluate((url) => {
      const rules = document.createElement("script");
      rules.type = "speculationrules";
      rules.textContent = JSON.stringify({ prerender: [{ urls: [url], eagerness: "immediate" }] });
      document.head.append(rules);
    }, `/prerendered${query}`);
    await waitFor(async () => (await told()).includes("loaded: ahead"), "the prerendered page");
    await page.evaluate(() => new Promise((over) => setTimeout(over, 200)));
    assert.deepEqual(await told(), [ahead, "loaded: ahead"]);
    assert.deepEqual(await scene.checks(), []);
    await page.evaluate((path) => void (location.href = path), `/prerendered${query}`);
    let seen = [];
    await waitFor(async () => {
      seen = await told();
      return here.every((text) => seen.includes(text));
    }, here.join());
    assert.deepEqual(
      seen.filter((text) => text.endsWith("ahead")),
      [ahead, "loaded: ahead"],
    );
    if (!pass) assert.deepEqual(await scene.checks(), []);
  });
}
