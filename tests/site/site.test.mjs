// The documentation's site, opened from the disk in a browser without a network: its pages lead to each other, and its
// search finds them.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { launch } from "../e2e/driver/engine.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const site = process.env.ITERAS_SITE || join(root, "dist/site");
const address = (path) => pathToFileURL(join(site, path)).href;
const PAGES = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html"));

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

async function offline() {
  const page = await browser.newPage();
  page.wanted = [];
  page.errors = [];
  await page.setOfflineMode(true);
  page.on("request", (request) => page.wanted.push(request.url()));
  page.on("pageerror", (error) => page.errors.push(error.message));
  return page;
}

test("every page that docs/SUMMARY.md lists is there", () => {
  const summary = readFileSync(join(root, "docs/SUMMARY.md"), "utf8");
  const listed = Array.from(summary.matchAll(/\]\(([^)]+)\.md\)/g), ([, path]) =>
    join("docs", `${path}.html`)
      .replace(/^docs\//, "")
      .replace(/README\.html$/, "index.html"),
  );
  assert.ok(listed.length > 40);
  assert.deepEqual(
    listed.filter((page) => !PAGES.includes(page)),
    [],
  );
});

test("every link and picture of every page leads to something that is there", async () => {
  const page = await offline();
  const known = new Map();
  for (const path of PAGES.filter((path) => path != "404.html" && path != "toc.html")) {
    await page.goto(address(path));
    known.set(
      path,
      await page.evaluate(() => ({
        links: [...document.querySelectorAll("main [href], main [src]")].map((one) => one.href || one.src),
        names: [...document.querySelectorAll("[id]")].map((one) => one.id),
      })),
    );
  }
  const broken = [];
  for (const [path, { links }] of known) {
    for (const link of links.filter((link) => link.startsWith("file:"))) {
      const url = new URL(link);
      const target = relative(site, fileURLToPath(url.href.split("#")[0]));
      const name = decodeURIComponent(url.hash.slice(1));
      if (!existsSync(join(site, target))) broken.push(`${path}: ${target}`);
      else if (name && !known.get(target)?.names.includes(name)) broken.push(`${path}: ${target}#${name}`);
    }
  }
  assert.deepEqual(broken, []);
  await page.close();
});

for (const [words, title, path] of [
  ["rotation signing key until", "Changing keys", "guides/key-rotation.html"],
  ["wrongpaywall", "Verdict and reasons", "reference/verdict.html"],
  ["optimeringsværktøj", "Fejlsøgning", "da/fejl.html"],
]) {
  test(`without a network the search for "${words}" finds "${title}", and nothing else is asked for`, async () => {
    const page = await offline();
    await page.goto(address("index.html"));
    await page.keyboard.press("s");
    const field = await page.waitForSelector("#mdbook-searchbar, #searchbar", { visible: true });
    await field.type(words);
    const found = await page.waitForFunction(
      (path) =>
        [...document.querySelectorAll("#mdbook-searchresults a, #searchresults a")].find((a) => a.href.includes(path)),
      {},
      path,
    );
    await Promise.all([page.waitForNavigation(), found.click()]);
    assert.match(page.url(), new RegExp(path));
    assert.equal(await page.$eval("main h1", (heading) => heading.innerText.trim()), title);
    assert.deepEqual(
      page.wanted.filter((url) => !/^(file|data|chrome-extension):/.test(url)),
      [],
    );
    assert.deepEqual(page.errors, []);
    await page.close();
  });
}

test("the playground works from the disk, and asks for nothing but its own files", async () => {
  const page = await offline();
  await page.goto(`${address("playground.html")}#gate?url=${encodeURIComponent("https://pub.example/club/")}`);
  await page.waitForSelector("html[data-ready]");
  const answer = (tool) => page.$eval(`#${tool} .answer`, (answer) => answer.textContent);
  assert.match(await answer("gate"), /^Denied \(nopass; it asks for user\)\.Status302/);
  for (const [tool, told] of [
    ["cookie", /What Iteras\.wall decides/],
    ["frame", /What the call gives<iframe src="https:\/\/app\.iteras\.dk\/lumen\/paywall\//],
    ["csp", /^It stops something that is needed\./],
  ]) {
    await page.click(`.tools a[href="#${tool}"]`);
    await page.waitForSelector(`#${tool}:not([hidden])`);
    assert.match(await answer(tool), told, tool);
  }
  assert.deepEqual(
    page.wanted.filter((url) => !/^(file|data):/.test(url)),
    [],
  );
  assert.deepEqual(page.errors, []);
  await page.close();
});

test("on a telephone no page is wider than the screen", async () => {
  const page = await offline();
  await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true });
  for (const path of ["index.html", "start.html", "reference/calls.html", "da/start.html", "playground.html"]) {
    await page.goto(address(path));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, path);
  }
  await page.close();
});
