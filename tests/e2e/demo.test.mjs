// The demo magazine keeps its word: what its panels show is what its pages do, its links lead somewhere,
// its pages can be used by everybody, and it says everywhere that it is a demo.
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";

import { FILES, PAGES, isDanish } from "./demo-pages.mjs";
import { test } from "./driver/test.mjs";
import { shown, start } from "./harness.mjs";
import { SCREENS, reader as someone, setUp } from "./journey-helpers.mjs";
import { checkPage } from "./page-checks.mjs";

const journey = setUp();
const once = { screens: ["on a wide screen"] };
const FORMS = ["/subscribe", "/login", "/order", "/join", "/account"];
// The service's scripts, by part of the site.
const SCRIPTS = {
  beside: /^\/(official\/static\/api\/iteras|static\/api\/iteras\.companion)\.js$/,
  letters: /^\/static\/api\/iteras(\.meter)?\.js$/,
  elsewhere: /^\/static\/api\/iteras\.js$/,
};
const DEMO = /Demo magazine\. Runs against a local stand-in of the Iteras service; not affiliated with Iteras\./;

const DANSK = /Demomagasin\. Kører mod en lokal stand-in for Iteras-tjenesten; har intet med Iteras at gøre\./;

// Fetches a page and looks at it without running it.
async function source(reader, world, path, look, language = "en") {
  const response = await fetch(world.site + path, { headers: { "Accept-Language": language } });
  return [
    response.status,
    await reader.page.evaluate(
      `(${look})(new DOMParser().parseFromString(${JSON.stringify(await response.text())}, "text/html"))`,
    ),
  ];
}

journey(
  "each page shows the very code that it runs",
  async (reader, world) => {
    for (const [path, language] of PAGES.flatMap((path) => [
      [path, "en"],
      [path, "da"],
    ])) {
      const look = (page) => {
        const one = (text) => text.replace(/\s+/g, " ").replace(' data-snippet=""', "").trim();
        const dedent = (text) => {
          const lines = text.replace(/^\n|\s+$/g, "").split("\n");
          const depth = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
          return lines.map((line) => line.slice(depth)).join("\n");
        };
        const tag = (element) => {
          const copy = element.cloneNode(element.matches("form"));
          copy.removeAttribute("data-snippet");
          return one(copy.outerHTML).replaceAll('=""', "");
        };
        const scripts = [...page.querySelectorAll("script[data-snippet]")];
        const codes = [...page.querySelectorAll("[data-snippet-of]")];
        return {
          live: [
            ...scripts.map((script) => [script.dataset.snippet, script.src ? tag(script) : dedent(script.textContent)]),
            ...[...page.querySelectorAll("form[data-snippet]")].map((form) => [form.dataset.snippet, tag(form)]),
          ],
          shown: codes.map((code) => [
            code.dataset.snippetOf,
            /^<(script|form)/.test(code.textContent) ? one(code.textContent) : code.textContent,
          ]),
          // Scripts that are not shown are the magazine's own: two files, the same on every page.
          hidden: [...page.querySelectorAll("script:not([data-snippet])")].map((script) => script.getAttribute("src")),
        };
      };
      const [, { live, shown, hidden }] = await source(reader, world, path, look, language);
      const sorted = (pairs) => [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual(sorted(shown), sorted(live), path);
      assert.ok(live.length > 0, path);
      for (const src of hidden) assert.match(`${src}`, /^\/(site|what-if)\.js$/, path);
    }
  },
  once,
);

// The frame of a page, whatever it says: elements with their addresses, names and styles, and its code less the texts.
const skeleton = (page) =>
  [...page.querySelectorAll("html *")].map((element) => {
    const fixed = ["id", "class", "href", "src", "for", "name", "type", "data-why", "data-when", "data-snippet-of"];
    const marks = fixed.map((name) => [name, element.getAttribute(name)]).filter(([, value]) => value != null);
    const isCode = element.matches("script, pre code");
    const code = element.textContent.replace(/"[^"]*"|\/\/.*|title: ""|>[^<]*</g, "");
    return JSON.stringify([element.localName, marks, isCode && code.replace(/\s*title: ,?|[\s,]/g, "")]);
  });

journey(
  "each page is there in Danish, made as the English one, and Danish browsers get it, frames included",
  async (reader, world) => {
    const english = ["/check", "/playground"]; // what they tell is told in English
    const danish = FILES.filter(isDanish).map((name) => name.replace(".da.html", ".html"));
    const pages = FILES.filter((name) => !isDanish(name) && !english.includes(`/${name.replace(".html", "")}`));
    assert.deepEqual(danish.sort(), pages.sort());
    for (const path of [...PAGES.filter((path) => !english.includes(path)), "/404"]) {
      const [, original] = await source(reader, world, path, skeleton, "en");
      const [, translated] = await source(reader, world, path, skeleton, "da");
      assert.deepEqual(translated, original, path);
    }
    await reader.speaks("da-DK,da;q=0.9,en;q=0.8");
    for (const [path, title] of [
      ["/subscribe", "Log ind"],
      ["/login", "Log ind"],
      ["/order", "Bestilling"],
      ["/join", "Tilmelding"],
      ["/account", "Selvbetjening"],
      ["/beside/subscribe", "Log ind"],
    ]) {
      await reader.open(path);
      assert.match(await reader.text("footer"), DANSK, path);
      const element = await reader.page.waitForSelector(".frame iframe");
      const frame = await element.contentFrame();
      await shown(frame, "h1");
      const spoken = await frame.evaluate(() => document.documentElement.lang);
      assert.deepEqual([await element.evaluate((frame) => frame.title), spoken], [title, "da"], path);
      assert.deepEqual(await reader.page.evaluate(checkPage, "page"), [], path);
    }
  },
  once,
);

journey(
  "prices, names of products and the customer's number are the same on pages and in frames",
  async (reader) => {
    for (const [language, number, state] of [
      ["en-GB,en", /Customer number\s+31168/i, "Customer 31168, subscriber"],
      ["da-DK,da", /Kundenummer\s+31168/i, "Kunde 31168, abonnent"],
    ]) {
      await reader.speaks(language);
      await reader.open("/subscribe");
      const offers = await reader.page.$$eval(".offers li", (all) =>
        all.map((offer) => [
          offer.querySelector("h2").innerText,
          /[\d.,]+/.exec(offer.querySelector(".price").innerText)[0],
        ]),
      );
      await reader.open("/order");
      const order = await reader.text("main", await reader.frame());
      assert.equal(offers.length, 3);
      for (const text of offers.flat()) assert.ok(order.includes(text), `${text} in ${order}`);
      const choices = await reader.text(".choices");
      for (const [, price] of offers) assert.ok(choices.includes(price), choices);
      await reader.reads("anna", "/");
      assert.equal(await reader.masthead(), state);
      await reader.open("/account");
      await reader.logIn("anna");
      assert.match(await reader.text("main", await reader.frame("dl")), number);
      await reader.page.evaluate(() => window.Iteras.logoutFromWall({ redirect: null }));
    }
  },
  once,
);

journey(
  "every link and every picture leads somewhere, and every page is reached",
  async (reader, world) => {
    const seen = new Map();
    const waiting = ["/", "/404"];
    while (waiting.length) {
      const path = waiting.pop();
      if (seen.has(path)) continue;
      const file = /\.\w+$/.test(path);
      const [status, found] = file
        ? [(await fetch(world.site + path)).status, { links: [], ids: [], notice: "" }]
        : await source(reader, world, path, (page) => ({
            links: [...page.querySelectorAll("[href], [src]")].map(
              (one) => one.getAttribute("href") || one.getAttribute("src"),
            ),
            ids: [...page.querySelectorAll("[id]")].map((one) => one.id),
            notice: page.querySelector("footer").textContent,
          }));
      seen.set(path, found);
      assert.equal(status, 200, path);
      if (!file) assert.match(found.notice, DEMO, path);
      for (const link of found.links) {
        const url = new URL(link, world.site + path);
        if (url.origin == world.site) waiting.push(url.pathname);
        else assert.match(url.href.replace(world.service, ""), SCRIPTS[path.split("/")[1]] ?? SCRIPTS.elsewhere, path);
      }
    }
    for (const [path, { links }] of seen) {
      for (const link of links.filter((link) => link.includes("#"))) {
        const url = new URL(link, world.site + path);
        assert.ok(seen.get(url.pathname).ids.includes(url.hash.slice(1)), `${path}: ${link}`);
      }
    }
    // To the good-night pages leads only the log-out.
    assert.deepEqual(PAGES.filter((path) => !seen.has(path)).sort(), ["/beside/goodbye", "/goodbye"]);
    for (const script of ["iteras", "iteras.fallback", "iteras.companion", "iteras.companion.fallback"].map(
      (name) => `/static/api/${name}.js`,
    )) {
      assert.equal((await fetch(world.service + script)).status, 200, script);
    }
  },
  once,
);

for (const scheme of ["light", "dark"])
  journey(`pages and frames can be used by everybody and do not jump, ${scheme}`, async (reader, world) => {
    await reader.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await reader.page.evaluateOnNewDocument(() => {
      window.jumped = 0;
      const note = (list) =>
        list.getEntries().forEach((entry) => {
          window.jumped += entry.value;
        });
      new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
    });
    const look = async (path) => {
      await reader.open(path);
      assert.deepEqual(await reader.page.evaluate(checkPage, "page"), [], path);
      if (FORMS.includes(path)) {
        const frame = await reader.frame();
        assert.deepEqual(await frame.evaluate(checkPage, "frame"), [], `frame of ${path}`);
        assert.match(await reader.text("footer", frame), /this is a stand-in, not the real Iteras service/, path);
      }
      assert.ok((await reader.page.evaluate(() => window.jumped)) < 0.02, `${path} jumps`);
      return reader.page.title();
    };
    for (const path of ["/", "/article-teaser", ...FORMS]) await look(path);
    await reader.reads("anna", "/");
    const titles = new Set();
    for (const path of PAGES) titles.add(await look(path));
    assert.equal(titles.size, PAGES.length);
    assert.deepEqual(await world.renewals(), []);
  });

journey(
  "nothing sticks out of the smallest phone",
  async (reader) => {
    await reader.reads("anna", "/");
    await reader.page.setViewport({ ...SCREENS["on a phone"], width: 320, height: 568 });
    const inDanish = PAGES.filter((path) => FORMS.includes(path) || path == "/");
    for (const [path, language] of [...PAGES.map((path) => [path, "en"]), ...inDanish.map((path) => [path, "da"])]) {
      await reader.speaks(language);
      await reader.open(path);
      await reader.page.$$eval("details", (all) =>
        all.forEach((one) => {
          one.open = true;
        }),
      );
      const tooWide = () => document.documentElement.scrollWidth - innerWidth;
      assert.equal(await reader.page.evaluate(tooWide), 0, path);
      if (FORMS.includes(path)) assert.equal(await (await reader.frame()).evaluate(tooWide), 0, `frame of ${path}`);
    }
  },
  { screens: ["on a phone"] },
);

journey(
  "anonymous readers leave no trace, but for the meter's where articles are free, and the service hears of nobody",
  async (reader, world) => {
    const isMetered = (path) => path.startsWith("/letters/");
    for (const path of [...PAGES.filter((path) => !isMetered(path)), ...PAGES.filter(isMetered)]) {
      await reader.open(path);
      const kept = await reader.page.evaluate(() => [
        document.cookie,
        Object.keys(localStorage),
        sessionStorage.length,
      ]);
      assert.deepEqual(kept, ["", isMetered(path) ? ["iteras.meter"] : [], 0], path);
    }
    const asked = await world.control("GET", "/requests");
    const pages = (asked.requests || asked)
      .map(({ path }) => path)
      .filter((path) => !/^\/(static|standin|lumen|official\/static|official\/embed(\.js)?)(\/|$)/.test(path));
    assert.deepEqual(pages, []);
    assert.deepEqual(await reader.page.browserContext().cookies(), []);
  },
  once,
);

journey(
  "a page that does not exist says so",
  async (reader) => {
    await reader.open("/nowhere/at/all");
    assert.equal(await reader.text("h1"), "Not on the chart");
    assert.deepEqual(await reader.page.evaluate(checkPage, "page"), []);
    await reader.press("a::-p-text(Steer for the front page)");
    await reader.arrive("/");
  },
  { ...once, expected: /nowhere/ },
);

journey(
  "without the service's script the stories stay open and the forms say what is wrong",
  async (reader) => {
    await reader.page.setRequestInterception(true);
    reader.page.on("request", (request) =>
      /iteras\.js$/.test(request.url()) ? request.abort("connectionrefused") : request.continue(),
    );
    await reader.open("/login");
    assert.match(await reader.text(".frame"), /^The form can’t be shown/);
    await reader.open("/article-redirect");
    assert.ok(await reader.shows(".prose .end"));
  },
  { ...once, expected: /iteras\.js|Iteras is not defined/ },
);

// A telephone in the same network reaches the demo by this machine's address, which is no secure context.
test("with --host another machine gets the magazine, logs in and reads", async (t) => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find(({ family, internal }) => family == "IPv4" && !internal);
  // Without a network, another address of this machine's own.
  const host = outside ? outside.address : "127.0.0.2";
  const world = await start({ site: "www", args: ["--host", host] });
  t.after(() => world.stop());
  assert.deepEqual([new URL(world.site).hostname, new URL(world.service).hostname], [host, host]);
  const telephone = await someone(world, SCREENS["on a phone"]);
  await telephone.open("/article-redirect");
  await telephone.arrive("/subscribe?iterasnext=%2Farticle-redirect&iterasaccess=sub&iterasneeds=n8fsoupukhv3");
  await telephone.logIn("anna");
  await telephone.arrive("/article-redirect");
  assert.ok(await telephone.shows(".prose .end"));
  assert.equal(await telephone.masthead(), "Customer 31168, subscriber");
  assert.deepEqual(telephone.troubles, []);
});
