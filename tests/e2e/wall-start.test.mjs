// The ways in which a page brings `iteras.js` in: script tags, the global, data attributes, the queue (documented
// surface, sections 1 and 7), and `carry`.
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { DAY, WALL, happened, holds, hook, open, order, quiet, setUp, address } from "./helpers.mjs";

const scene = await setUp();
const script = await (await fetch(`${scene.service}/static/api/iteras.js`)).text();
const TAG = `<script src="${scene.service}/static/api/iteras.js"></script>`;

let pages = 0;
/** A page with this markup, shown to a new reader. */
async function show(html, { reader = {}, path = `/page${++pages}` } = {}) {
  const page = await scene.reader(reader);
  await page.goto(scene.publish(path, `<!doctype html><meta charset="utf-8"><title>A page</title>${html}`));
  return page;
}

const base = (page) =>
  page.evaluate(() => /src="(.*?)\/lumen\/selfservice/.exec(Iteras.selfserviceiframe({ profile: "lumen" }))[1]);

test("everything is usable on the next line, document.write included", async () => {
  const page = await show(`
    ${TAG}
    <script>
      window.methods = Object.keys(Iteras).sort();
      document.write(Iteras.orderingiframe({ profile: "lumen", orderingid: "lumen-order" }));
      window.frames0 = document.querySelectorAll("iframe[data-iteras-frame]").length;
    </script>`);
  assert.equal(await page.evaluate(() => frames0), 1);
  assert.deepEqual(await page.evaluate(() => methods), [
    "carry",
    "configure",
    "frame",
    "isLoggedIn",
    "logoutFromWall",
    "orderingiframe",
    "pass",
    "paywalliframe",
    "q",
    "selfserviceiframe",
    "signupiframe",
    "version",
    "wall",
  ]);
  assert.match(await page.evaluate(() => Iteras.version), /^\d+\.\d+\.\d+/);
});

test("F19 wall works in the head, before there is a body", async () => {
  const page = await scene.reader({ pass: {} });
  const [body, authorized] = await open(page, "/article", () => [document.body, Iteras.wall({}).authorized]);
  assert.deepEqual([body, authorized], [null, true]);
});

test("the service's base comes from the tag, else from the script's own address", async () => {
  scene.publish("/lib/iteras.js", script);
  scene.publish("/x/static/api/iteras.js", script);
  const own = new URL(scene.publish("/any", "")).origin;
  for (const [tag, expected] of [
    [`src="${scene.service}/static/api/iteras.js"`, scene.service],
    [`src="${scene.service}/media/api/iteras.js"`, scene.service],
    [`src="${scene.service}/static/api/iteras.js?ver=1.7.0"`, scene.service],
    [`src="${scene.service}/media/api/iteras.js?ver=1.7.0#x"`, scene.service],
    [`src="${scene.service}/static/api/iteras-${await currentVersion()}.js"`, scene.service],
    [`src="/x/static/api/iteras.js"`, `${own}/x`],
    [`src="/lib/iteras.js"`, "https://app.iteras.dk"],
    [`src="/lib/iteras.js" data-base="https://pass.pub.example/"`, "https://pass.pub.example"],
    [`src="/lib/iteras.js" data-base="/service"`, `${own}/service`],
    [`src="/lib/iteras.js" data-base=""`, "https://app.iteras.dk"],
    [`src="/lib/iteras.js" data-base="javascript:alert(1)"`, "https://app.iteras.dk"],
    [
      `src="${scene.service}/static/api/iteras.js" data-base="https://pass.pub.example/a"`,
      "https://pass.pub.example/a",
    ],
  ]) {
    const page = await show(`<script ${tag}></script>`);
    assert.equal(await base(page), expected, tag);
  }
});

async function currentVersion() {
  const page = await show(TAG);
  return page.evaluate(() => Iteras.version);
}

test("the script of a publisher's own bundle works, too", async () => {
  const page = await show(`<script>${script.replace(/<\/script/gi, "<\\/script")}</script>`);
  assert.equal(await base(page), "https://app.iteras.dk");
});

test("members that the page put on the global stay, before and after us", async () => {
  const page = await show(`
    <script>window.Iteras = { theme: "dark", isLoggedIn: () => "theirs", frame: null, version: undefined, wall: "old" }; window.kept = Iteras</script>
    ${TAG}
    <script>
      window.Iteras = window.Iteras || {};
      Iteras.extra = 1;
      Iteras.pass = () => "replaced";
    </script>`);
  const seen = await page.evaluate(() => [
    Iteras === kept,
    Iteras.theme,
    Iteras.isLoggedIn(),
    Iteras.frame,
    "version" in Iteras && Iteras.version === undefined,
    Iteras.extra,
    Iteras.pass(),
    typeof Iteras.wall,
    typeof Iteras.carry,
    Object.isFrozen(Iteras),
    Object.isExtensible(Iteras),
  ]);
  assert.deepEqual(seen, [true, "dark", "theirs", null, true, 1, "replaced", "function", "function", false, true]);
});

test("a global that is a function, or closed, or no object at all", async () => {
  for (const [global, rest] of [
    ["function theirs() {}; Iteras.old = 1", 1],
    ["Object.preventExtensions({ old: 1 })", 1],
    ["Object.freeze({ old: 1 })", 1],
    ["'text'", null],
    ["5", null],
    ["null", null],
  ]) {
    const page = await show(`<script>window.Iteras = ${global}</script>${TAG}`);
    const seen = await page.evaluate(() => [Iteras.wall({}).reason, Iteras.old ?? null, Iteras.isLoggedIn()]);
    assert.deepEqual(seen, ["nopass", rest, false], global);
  }
});

test("F20 elements and frames that are called Iteras count as absent", async () => {
  const elsewhere = `${scene.service}/`;
  for (const html of [
    '<div id="Iteras"></div>',
    '<a id="Iteras"></a><a id="Iteras"></a>',
    '<form name="Iteras"></form>',
    '<iframe name="Iteras"></iframe>',
    `<iframe name="Iteras" src="${elsewhere}"></iframe>`,
    `<iframe name="Iteras" sandbox srcdoc="x"></iframe>`,
    `<object id="Iteras"></object>`,
  ]) {
    // The frame has loaded, so that it is a foreign window, before the script comes.
    const page = await show(`
      ${html}
      <script>
        onload = () => {
          const tag = document.createElement("script");
          tag.src = "${scene.service}/static/api/iteras.js";
          tag.onload = () => (window.result = Iteras.wall({}).reason);
          document.head.append(tag);
        };
      </script>`);
    await holds(page, () => window.result).catch(() => {});
    assert.equal(await page.evaluate(() => window.result), "nopass", html);
    assert.deepEqual(page.errors, [], html);
  }
});

test("F18 loaded twice in the same version: one wall, one set of listeners, no word", async () => {
  const page = await show(`
    ${TAG}
    <script>window.first = Iteras.wall; Iteras.wall({ unauthorized: note })</script>
    ${TAG}
    <script>window.second = Iteras.wall; Iteras.wall({ unauthorized: note })</script>`);
  await quiet(page);
  assert.equal(await page.evaluate(() => first === second), true);
  assert.deepEqual(await order(page), [
    "unauthorized nopass",
    "handler nopass",
    "unauthorized nopass",
    "handler nopass",
  ]);
  assert.deepEqual(page.lines, []);
});

test("F18 loaded twice in two versions: the first one stays and the console says so", async () => {
  const current = await currentVersion();
  const other = script.replaceAll(current, "9.9.9");
  assert.notEqual(other, script);
  const url = scene.publish("/other/static/api/iteras.js", other);
  const page = await show(
    `
    ${TAG}
    <script>window.first = Iteras.wall; Iteras.wall({ unauthorized: note })</script>
    <script src="${url}" data-paywallid="A"></script>`,
    { reader: { pass: { expires_in: DAY / 1000 } } },
  );
  await happened(page, "renewed");
  await quiet(page);
  assert.equal(await page.evaluate(() => first === Iteras.wall && Iteras.version), current);
  assert.deepEqual(page.lines.length, 1);
  assert.match(page.lines[0], new RegExp(`9\\.9\\.9.*${current.replaceAll(".", "\\.")}`));
  assert.deepEqual(await order(page), ["authorized", "renewed"]);
  assert.equal((await scene.renewals()).length, 1);
});

test("declarative start: the tag walls the page at once", async () => {
  const landing = "<h1>Subscribe</h1>";
  scene.publish("/landing", landing);
  for (const [attributes, reader, url] of [
    [`data-redirect="/landing"`, {}, "/landing?iterasnext=%2Ftag"],
    [`data-redirect="/landing" data-access="sub"`, {}, "/landing?iterasnext=%2Ftag&iterasaccess=sub"],
    [`data-paywallid="A" data-redirect="/landing"`, { pass: {} }, "/landing?iterasnext=%2Ftag&iterasneeds=A"],
    [`data-paywallid="A, ${WALL}" data-redirect="/landing" data-access="sub"`, { pass: {} }, "/tag"],
    [`data-paywallid="" data-redirect="/landing" data-access=""`, { pass: {} }, "/tag"],
    [`data-paywallid="," data-redirect="/landing"`, { pass: {} }, "/landing?iterasnext=%2Ftag"],
    [`data-redirect="" data-paywallid="" data-access="sub"`, {}, "/tag"],
  ]) {
    const page = await show(`<script src="${scene.service}/static/api/iteras.js" ${attributes}></script>`, {
      reader,
      path: "/tag",
    });
    await quiet(page);
    const { pathname, search } = new URL(page.url());
    assert.equal(pathname + search, url, attributes);
  }
});

test("declarative start: who is decided about, and who isn't", async () => {
  const tag = (attributes) => `<script src="${scene.service}/static/api/iteras.js" ${attributes}></script>`;
  for (const [attributes, expected] of [
    [`data-paywallid="${WALL}"`, ["authorized"]],
    [`data-paywallid="A,B"`, ["unauthorized wrongpaywall"]],
    [`data-paywallid="" data-redirect=""`, []],
    [`data-access="sub"`, []],
    ["", []],
  ]) {
    await scene.fault("500");
    const page = await show(tag(attributes), { reader: { pass: {} } });
    await quiet(page);
    assert.deepEqual(await order(page), expected, attributes);
  }
});

test("declarative start: a mistake goes to an event and the console, not to the page", async () => {
  const page =
    await show(`<script src="${scene.service}/static/api/iteras.js" data-paywallid="${WALL}" data-access="gold"></script>
    <script>window.after = typeof Iteras.wall</script>`);
  assert.deepEqual(await order(page), ["unauthorized nopass", "error bad_option"]);
  assert.equal(await page.evaluate(() => after), "function");
  assert.deepEqual(page.errors, []);
  assert.match(page.lines.join("\n"), /access: expected "user" or "sub", got "gold"/);
});

test("the queue is worked off on load, in order, and runs at once afterwards", async () => {
  const page = await show(`
    <script>
      window.Iteras = window.Iteras || { q: [] };
      Iteras.q.push(["configure", { base: "https://pass.pub.example" }]);
      Iteras.q.push(["wall", { paywallid: "A", unauthorized: note }]);
      Iteras.q.push(["nonsense"]);
      Iteras.q.push(["wall", { access: "gold" }]);
      Iteras.q.push(["wall", { unauthorized: () => { throw new Error("theirs") } }]);
    </script>
    <script async src="${scene.service}/static/api/iteras.js"></script>
    <script>Iteras.q.push(["wall", { paywallid: "B", unauthorized: note }]);</script>`);
  await holds(page, () => window.handled.length == 2);
  const later = await page.evaluate(() => {
    Iteras.q.push(["wall", { paywallid: "C", unauthorized: note }]);
    return handled.map(({ requested }) => requested.paywallid);
  });
  assert.deepEqual(later, [["A"], ["B"], ["C"]]);
  assert.equal(await base(page), "https://pass.pub.example");
  assert.ok((await order(page)).includes("error bad_option"));
  // Errors that are no mistake in an option go where errors go that nobody catches.
  assert.deepEqual(page.errors.length, 2);
  assert.ok(page.errors.includes("theirs"));
});

test("carry copies the page's parameters onto marked links of this site, credentials left out", async () => {
  const page = await scene.reader();
  const query = "?iterasnext=%2Farticle%3Fa%3D1&x=1&iterasaccess=sub&iteraspreauth=1:2&iterasgift=3&iterasfuture=y";
  const carried = "iterasnext=%2Farticle%3Fa%3D1&iterasaccess=sub&iterasfuture=y";
  await page.goto(`${page.site}/landing${query}`);
  // Marked links get them on their own, once the page is there.
  await holds(page, () => document.getElementById("marked").search);
  const links = await page.evaluate((service) => {
    document.body.insertAdjacentHTML(
      "beforeend",
      `
      <a href="/buy?a=1#form" data-iteras-carry></a><a href="/buy?iterasaccess=user" data-iteras-carry></a>
      <a href="${service}/buy" data-iteras-carry></a><a href="mailto:a@b.dk" data-iteras-carry></a>
      <a data-iteras-carry></a><a href="javascript:void(0)" data-iteras-carry></a><a href="/buy/"></a>`,
    );
    Iteras.carry();
    Iteras.carry();
    const before = [...document.querySelectorAll("a")].map((a) => a.getAttribute("href"));
    Iteras.carry("/buy");
    Iteras.carry(["/buy", "/none"]);
    return [before, document.querySelector('a[href^="/buy/"], a[href*="/buy/?"]').getAttribute("href")];
  }, scene.service);
  const { site } = page;
  assert.deepEqual(links[0], [
    `${site}/login?${carried}`,
    "/login",
    `${site}/buy?a=1&${carried}#form`,
    `${site}/buy?iterasaccess=user&iterasnext=%2Farticle%3Fa%3D1&iterasfuture=y`,
    `${scene.service}/buy`,
    "mailto:a@b.dk",
    null,
    "javascript:void(0)",
    "/buy/",
  ]);
  assert.equal(links[1], `${site}/buy/?${carried}`);
});

test("carry without anything to carry changes nothing, and refuses what is no path", async () => {
  const page = await scene.reader();
  await page.goto(`${page.site}/landing?x=1&iteraspreauth=1:2`);
  const links = await page.evaluate(() => {
    Iteras.carry();
    return [...document.querySelectorAll("a")].map((a) => a.getAttribute("href"));
  });
  assert.deepEqual(links, ["/login", "/login"]);
  const code = await page.evaluate(() => {
    try {
      Iteras.carry([5]);
    } catch (error) {
      return error.code;
    }
  });
  assert.equal(code, "bad_option");
});

test("C57 a log-in token in the address appears in no landing address", async () => {
  const page = await scene.reader();
  await hook(page, "/article", () => void Iteras.wall({ redirect: "/landing" }));
  await page.goto(`${page.site}/article?a=1&iteraspreauth=12%3Asecret%3A34`);
  await holds(page, () => location.pathname == "/landing");
  assert.doesNotMatch(await address(page), /secret|preauth/);
});

test("the WordPress plugins' calls work as they stand", async () => {
  scene.publish("/kob", "<h1>Subscribe</h1>");
  const old = await show(`
    ${TAG.replace("static", "media")}
    <script type="text/javascript">
      document.write(Iteras.signupiframe({ "profile": "lumen", "signupid": "lumen-signup" }));
      document.write(Iteras.paywalliframe({"profile":"lumen","paywallid":"${WALL}","cssclass":"x","future":"option"}));
      document.write(Iteras.selfserviceiframe({"profile":"lumen"}));
    </script>`);
  const frames = () =>
    old.evaluate(() => [...document.querySelectorAll("iframe")].map(({ src }) => new URL(src).pathname));
  assert.deepEqual(await frames(), ["/lumen/signup/lumen-signup/", `/lumen/paywall/${WALL}/`, "/lumen/selfservice/"]);

  // Before the content, version 0 and 1; after it with a function.
  for (const call of [`{redirect:"/kob",access:"sub"}`, `{"redirect":"\\/kob","paywallid":["${WALL}","BBBB2222"]}`]) {
    const page = await show(`${TAG}<script>Iteras.wall(${call});</script><p>Content`);
    await holds(page, () => location.pathname == "/kob");
    assert.match(await address(page), /iterasnext=%2Fpage/);
  }
  const truncated = await show(`
    ${TAG}<div class="iteras-content-wrapper">Teaser</div>
    <script>
      Iteras.wall({ unauthorized: iterasPaywallContent, paywallid: ["${WALL}"] });
      function iterasPaywallContent() { document.querySelector(".iteras-content-wrapper").innerHTML = "Call to action"; }
    </script>`);
  assert.equal(await truncated.$eval(".iteras-content-wrapper", ({ textContent }) => textContent), "Call to action");
});

test("a theme's log-out: our call and a reload on the next line", async () => {
  const page = await scene.reader({ pass: {} });
  await open(page, "/article", () => {
    Iteras.isLoggedIn = () => /iteraspass/.test(document.cookie);
  });
  const left = page.waitForNavigation();
  await page.evaluate(() => {
    Iteras.logoutFromWall();
    location.reload();
  });
  await left;
  assert.equal(await page.evaluate(() => Iteras.isLoggedIn()), false);
});
