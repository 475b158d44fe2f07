// The custom elements in a page without a framework, from a Vite build.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { EXPIRED_PASS, OTHER_PASS, PASS, WALL, install, launch, reader, serve, tool } from "./harness.mjs";

const ARTICLE = `
  <p data-when="pending">One moment…</p>
  <div data-when="open" hidden>The whole article.</div>
  <div data-when="closed" hidden>Subscribe.</div>
  <div data-when="wrongpaywall accesslevel" hidden>Your subscription does not include this.</div>`;

let site;
let browser;
before(async () => {
  const app = await install("vite");
  const { build } = await tool("vite");
  await build({
    root: app,
    logLevel: "warn",
    build: { outDir: "pages", rollupOptions: { input: join(app, "elements.html") } },
  });
  [site, browser] = [await serve(join(app, "pages")), await launch()];
});
after(async () => {
  await browser?.close();
  await site?.close();
});

// A reader's page with the elements defined and that markup in it; events are noted as they bubble.
async function open(html, { cookies, hash = "" } = {}) {
  const page = await reader(browser, cookies);
  await page.goto(`${site.origin}/elements.html${hash}`);
  await page.evaluate((markup) => {
    window.told = [];
    for (const type of ["iteras-verdict", "iteras-login", "iteras-error", "iteras:error", "iteras:login"]) {
      document.addEventListener(type, ({ detail, target }) =>
        told.push([type, target.id || target.nodeName, detail.code || detail.reason]),
      );
    }
    app.innerHTML = markup;
  }, html);
  return page;
}

/** The parts that are to be seen of each wall. */
const shown = (page) =>
  page.$$eval("iteras-wall", (walls) =>
    walls.map((wall) =>
      [...wall.querySelectorAll("[data-when]")]
        .filter((part) => part.checkVisibility())
        .map((part) => part.dataset.when)
        .join(", "),
    ),
  );
const become = (page, ...states) =>
  page.waitForFunction(
    (wanted) =>
      JSON.stringify([...document.querySelectorAll("iteras-wall")].map((wall) => wall.dataset.state)) == wanted,
    {},
    JSON.stringify(states),
  );
const told = (page) => page.evaluate(() => window.told.splice(0));
const calls = (page) => page.evaluate(() => globalThis[Symbol.for("iteras.1")].iteras.calls.length);
const turn = (page) => page.evaluate(() => new Promise((done) => setTimeout(done)));

test("each wall shows what goes with its own verdict", async () => {
  const page = await open(
    `<iteras-wall paywallid="${WALL}">${ARTICLE}</iteras-wall>
     <iteras-wall paywallid="AAAA1111, ${WALL}" access="user">${ARTICLE}</iteras-wall>
     <iteras-wall paywallid="BBBB2222">${ARTICLE}</iteras-wall>
     <iteras-wall>${ARTICLE}</iteras-wall>`,
    { cookies: [PASS] },
  );
  await become(page, "open", "open", "closed", "open");
  assert.deepEqual(await shown(page), ["open", "open", "closed, wrongpaywall accesslevel", "open"]);
  assert.equal(
    await page.$eval(
      "iteras-wall:nth-of-type(3)",
      (wall) => `${wall.dataset.reason} ${wall.verdict.reason} ${wall.state}`,
    ),
    "wrongpaywall wrongpaywall closed",
  );
  assert.equal(await page.$$eval("[aria-busy]", (busy) => busy.length), 0);
  assert.deepEqual(page.complaints, []);
});

test("a wall that waits for the service says so", async () => {
  const page = await open("", { cookies: [EXPIRED_PASS] });
  let renew;
  page.renews = new Promise((done) => (renew = done));
  await page.evaluate(
    (markup) => (app.innerHTML = markup),
    `<iteras-wall id="wall" paywallid="${WALL}">${ARTICLE}</iteras-wall>`,
  );
  await page.waitForSelector("iteras-wall[aria-busy=true]");
  assert.deepEqual(await shown(page), ["pending"]);
  renew();
  await become(page, "open");
  assert.deepEqual(await shown(page), ["open"]);
  assert.deepEqual(await told(page), [
    ["iteras-verdict", "wall", "expired"],
    ["iteras-verdict", "wall", null],
  ]);
});

test("a wall follows its attributes and its parts", async () => {
  const page = await open(`<iteras-wall paywallid="${WALL}">${ARTICLE}</iteras-wall>`, { cookies: [PASS] });
  await become(page, "open");
  await page.$eval("iteras-wall", (wall) => (wall.paywallid = ["AAAA1111", "BBBB2222"]));
  await become(page, "closed");
  assert.equal(await page.$eval("iteras-wall", (wall) => wall.getAttribute("paywallid")), "AAAA1111,BBBB2222");
  await page.$eval("iteras-wall", (wall) => {
    const late = document.createElement("p");
    late.dataset.when = "open";
    wall.append(late);
    wall.firstElementChild.dataset.when = "closed";
  });
  await page.waitForFunction(() => document.querySelector("iteras-wall").lastElementChild.hidden);
  assert.deepEqual(await shown(page), ["closed, closed, wrongpaywall accesslevel"]);
  // Each requirement was asked for once, and what is not asked for any more is forgotten.
  assert.equal(await calls(page), 1);
});

test("a moved wall goes on, a removed one ends, one that comes back asks again", async () => {
  const page = await open(`<iteras-wall id="wall">${ARTICLE}</iteras-wall><div id="elsewhere"></div>`);
  await become(page, "closed");
  assert.deepEqual(await told(page), [["iteras-verdict", "wall", "nopass"]]);
  await page.evaluate(() => elsewhere.append(wall));
  await turn(page);
  assert.deepEqual([await told(page), await calls(page)], [[], 1]);
  const kept = await page.evaluateHandle(() => {
    const element = wall;
    element.remove();
    return element;
  });
  await turn(page);
  assert.equal(await calls(page), 0);
  await kept.evaluate((element) => app.append(element));
  await become(page, "closed");
  assert.deepEqual([await told(page), await calls(page)], [[["iteras-verdict", "wall", "nopass"]], 1]);
});

test("parts of a wall within a wall are the inner one's", async () => {
  const page = await open(
    `<iteras-wall paywallid="${WALL}"><iteras-wall data-when="open" hidden paywallid="BBBB2222"><i data-when="closed" hidden></i></iteras-wall></iteras-wall>`,
    { cookies: [PASS] },
  );
  await become(page, "open", "closed");
  assert.deepEqual(await page.$$eval("[data-when]", (parts) => parts.map((part) => part.hidden)), [false, false]);
});

test("parts stay hidden under a style sheet that shows everything", async () => {
  const page = await open(`<style>div { display: flex }</style><iteras-wall>${ARTICLE}</iteras-wall>`);
  await become(page, "closed");
  assert.deepEqual(await shown(page), ["closed"]);
  assert.deepEqual(
    await page.$eval("iteras-wall", (wall) => [getComputedStyle(wall).display, wall.hasAttribute("style")]),
    ["block", false],
  );
  await page.$eval("iteras-wall", (wall) => (wall.hidden = true));
  assert.equal(await page.$eval("iteras-wall", (wall) => getComputedStyle(wall).display), "none");
});

test("a wall whose attributes make no sense is closed and complains", async () => {
  const page = await open(`<iteras-wall id="wall" access="subs">${ARTICLE}</iteras-wall>`, { cookies: [PASS] });
  await become(page, "closed");
  assert.deepEqual(await told(page), [
    ["iteras-error", "wall", "bad_option"],
    ["iteras:error", "#document", "bad_option"],
  ]);
  assert.deepEqual(page.complaints, ['Iteras.wall: access: expected "user" or "sub", got "subs"']);
});

test("a wall believes the page's server unless it is told not to", async () => {
  const page = await open(
    `<iteras-wall>${ARTICLE}</iteras-wall><iteras-wall server="false">${ARTICLE}</iteras-wall>
     <div class="iteras-content-truncated iteras-no-pass"></div>`,
    { cookies: [PASS] },
  );
  await become(page, "closed", "open");
  assert.deepEqual(
    await page.$$eval("iteras-wall", (walls) => walls.map(({ server, dataset }) => [server, dataset.reason || null])),
    [
      [true, "refused"],
      [false, null],
    ],
  );
});

test("a wall redirects", async () => {
  const page = await open('<iteras-wall redirect="/log-in" access="sub"></iteras-wall>');
  await page.waitForFunction(
    () => location.pathname + location.search == "/log-in?iterasnext=%2Felements.html&iterasaccess=sub",
  );
});

test("frames are made of attributes, with a name for screen readers", async () => {
  const page = await open(`
    <iteras-login profile="lumen" paywallid="AAAA1111, BBBB2222" access="sub" next="/done" cssclass="dark"></iteras-login>
    <iteras-order profile="lumen" orderingid="12" prefill-products="12MPro" title="Subscribe"></iteras-order>
    <iteras-selfservice profile="lumen" preauth="a:b:c"></iteras-selfservice>`);
  await page.waitForFunction(() => document.querySelectorAll('iframe[style*="height: 321px"]').length == 3);
  const frames = await page.$$eval("iframe", (all) =>
    all.map(({ src, title }) => [src.replace(/&frame=.*/, ""), title]),
  );
  const service = "https://app.iteras.dk/lumen";
  assert.deepEqual(frames, [
    [`${service}/paywall/AAAA1111,BBBB2222/?iframe=1&cssclass=dark&next=%2Fdone&access=sub`, "Log in"],
    [`${service}/order/12/?iframe=1&prefill.products=12MPro`, "Subscribe"],
    [`${service}/selfservice/?iframe=1&preauth=a%3Ab%3Ac`, "Self-service"],
  ]);
  assert.deepEqual(page.complaints, []);
});

test("a frame follows its attributes and outlives everything else", async () => {
  const page = await open(
    '<iteras-order id="order" profile="lumen" orderingid="1"></iteras-order><div id="elsewhere"></div>',
  );
  await page.waitForSelector("iframe");
  const same = await page.evaluate(async () => {
    const turn = () => new Promise((done) => setTimeout(done));
    const frame = order.firstElementChild;
    const kept = [];
    for (const change of [
      () => order.classList.add("wide"),
      () => elsewhere.append(order),
      () => (order.orderingid = "1"),
    ]) {
      change();
      await turn();
      kept.push(order.firstElementChild == frame);
    }
    for (const change of [
      () => (order.orderingid = "2"),
      () => (order.prefill = { copies: 2 }),
      () => (order.title = "Abonnér"),
    ]) {
      change();
      await turn();
      kept.push(order.childElementCount == 1 && order.firstElementChild != frame);
    }
    return kept;
  });
  assert.deepEqual(same, [true, true, true, true, true, true]);
  assert.match(
    await page.$eval("iframe", (frame) => `${frame.title} ${frame.src}`),
    /^Abonnér .*\/order\/2\/\?iframe=1&prefill\.copies=2&/,
  );
  await page.waitForSelector('iframe[style*="height: 321px"]');
});

test("a frame without what it needs complains and has no content", async () => {
  const page = await open('<iteras-order id="order" profile="lumen" orderingid="1"></iteras-order>');
  await page.waitForSelector("iframe");
  await page.evaluate(() => order.removeAttribute("profile"));
  await page.waitForFunction(() => told.length);
  assert.deepEqual(await told(page), [
    ["iteras-error", "order", "bad_option"],
    ["iteras:error", "#document", "bad_option"],
  ]);
  assert.equal(await page.$("iframe"), null);
  await page.evaluate(() => (order.profile = "lumen"));
  await page.waitForSelector("iframe");
});

test("a log-in opens the walls it is for, and the frame says that it was there", async () => {
  const page = await open(`
    <iteras-wall paywallid="${WALL}">${ARTICLE}</iteras-wall>
    <iteras-wall paywallid="AAAA1111">${ARTICLE}</iteras-wall>
    <iteras-login id="first" profile="lumen" paywallid="${WALL}"></iteras-login>
    <iteras-login id="second" profile="lumen" paywallid="AAAA1111"></iteras-login>`);
  await become(page, "closed", "closed");
  await page.waitForFunction(() => document.querySelectorAll('iframe[style*="height: 321px"]').length == 2);
  await told(page);
  await page.$eval(
    "#second iframe",
    (frame, pass) => frame.contentWindow.postMessage({ say: { type: "pass", pass } }, "*"),
    OTHER_PASS[1],
  );
  await become(page, "closed", "open");
  assert.deepEqual(
    (await told(page)).filter(([type]) => type != "iteras-verdict"),
    [
      ["iteras:login", "#document", null],
      ["iteras-login", "second", null],
    ],
  );
});

test("elements that were there before their definition take what was set on them", async () => {
  const page = await open(
    `<iteras-wall id="wall">${ARTICLE}</iteras-wall><iteras-order id="order" profile="lumen"></iteras-order>`,
    { cookies: [PASS], hash: "#later" },
  );
  await page.evaluate(() => {
    wall.paywallid = ["BBBB2222"];
    order.orderingid = "12";
    order.prefill = { products: "12MPro" };
    return define();
  });
  await become(page, "closed");
  await page.waitForSelector('iframe[src*="/order/12/?iframe=1&prefill.products=12MPro&"]');
  assert.deepEqual(await page.evaluate(() => [Object.keys(wall), Object.keys(order), wall.getAttribute("paywallid")]), [
    [],
    [],
    "BBBB2222",
  ]);
});

test("elements work in a shadow tree", async () => {
  const page = await open('<div id="host"></div>', { cookies: [PASS] });
  await page.evaluate((article) => {
    const root = host.attachShadow({ mode: "open" });
    root.innerHTML = `<style>div { display: flex }</style><iteras-wall>${article}</iteras-wall><iteras-selfservice profile="lumen"></iteras-selfservice>`;
  }, ARTICLE);
  await page.waitForFunction(() => host.shadowRoot.querySelector('iframe[style*="height: 321px"]'));
  const visible = await page.evaluate(() =>
    [...host.shadowRoot.querySelectorAll("[data-when]")]
      .filter((part) => part.checkVisibility())
      .map((part) => part.dataset.when),
  );
  assert.deepEqual(visible, ["open"]);
  assert.deepEqual(await told(page), [["iteras-verdict", "host", null]]);
});
