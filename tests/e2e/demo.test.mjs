// The demo magazine keeps its word: what its panels show is what its pages do, its links lead somewhere,
// its pages can be used by everybody, and it says everywhere that it is a demo.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";

import { SCREENS, setUp } from "./journey-helpers.mjs";
import { checkPage } from "./page-checks.mjs";

const journey = setUp();
const once = { screens: ["on a wide screen"] };
const FILES = readdirSync(new URL("../../www", import.meta.url), { recursive: true })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".html"));
const PAGES = FILES.map((name) => name.replace(/(index)?\.html$/, ""))
  .map((name) => `/${name}`)
  .filter((path) => path != "/404");
const FORMS = ["/subscribe", "/login", "/order", "/join", "/account"];
// The service's scripts, by part of the site.
const SCRIPTS = {
  beside: /^\/(official\/static\/api\/iteras|static\/api\/iteras\.companion)\.js$/,
  letters: /^\/static\/api\/iteras(\.meter)?\.js$/,
  elsewhere: /^\/static\/api\/iteras\.js$/,
};
const DEMO = /Demo magazine\. Runs against a local stand-in of the Iteras service; not affiliated with Iteras\./;

// Fetches a page and looks at it without running it.
async function source(reader, world, path, look) {
  const response = await fetch(world.site + path);
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
    for (const path of PAGES) {
      const [, { live, shown, hidden }] = await source(reader, world, path, (page) => {
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
      });
      const sorted = (pairs) => [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual(sorted(shown), sorted(live), path);
      assert.ok(live.length > 0, path);
      for (const src of hidden) assert.match(`${src}`, /^\/(site|what-if)\.js$/, path);
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
    for (const path of PAGES) {
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
