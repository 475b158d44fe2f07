// `iteras/companion` in a page, as ES modules: functions and elements beside the double of the official script, whose
// global is left as it is (companion, step 1).
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { install, root, start } from "./harness.mjs";

const WALL = "n8fsoupukhv3";
let world;
let pages = [];
before(async () => {
  const app = await install("companion");
  world = await start({ site: relative(root, join(app)) });
});
after(() => world?.stop());
beforeEach(() => world.control("POST", "/reset"));
afterEach(() => Promise.all(pages.splice(0).map((page) => page.browserContext().close())));

async function reader(pass, path = "/index") {
  const page = await world.page();
  pages.push(page);
  page.lines = [];
  page.on("console", (line) => page.lines.push(line.text()));
  if (pass) {
    const value = await world.control("POST", "/pass", { account: "31168", ...pass });
    await page.browserContext().setCookie({ name: "iteraspass", value, domain: "localhost", path: "/" });
  }
  await page.goto(`${world.site}${path}`);
  return page;
}
const until = (page, condition, ...args) => page.waitForFunction(condition, { polling: 20, timeout: 20_000 }, ...args);
const checks = async () =>
  (await world.control("GET", "/requests")).filter(({ path }) => path == "/official/check").length;

async function logIn(page) {
  const frame = await page.waitForFrame((frame) => frame.url().includes("/official/embed"));
  await frame.waitForFunction(() => document.querySelector("#password"), { polling: 20 });
  await frame.evaluate(() => {
    document.querySelector("#who").value = "anna@example.com";
    document.querySelector("#password").value = "lumen";
    document.querySelector("button[value=login]").click();
  });
}

test("F43: the functions decide and ask the official script, and the global stays the official one's", async () => {
  for (const entry of ["iteras", "withoutWasm"]) {
    const page = await reader({ expires_in: 86400 });
    const found = await page.evaluate(
      async (entry, id) => {
        const iteras = typeof window[entry] == "function" ? await window[entry]() : window[entry];
        const verdict = iteras.wall({ paywallid: id, access: "sub" });
        const told = [verdict.authorized, iteras.isLoggedIn(), iteras.pass().paywallids.join()];
        const now = Date.now();
        Date.now = () => now;
        const own = iteras.paywalliframe({ profile: "lumen", paywallid: id });
        const theirs = official.paywalliframe({ profile: "lumen", paywallid: id });
        // Save for the number of the frame.
        return [...told, own.replaceAll('-1"', '-2"') == theirs];
      },
      entry,
      WALL,
    );
    assert.deepEqual(found, [true, true, WALL, true]);
    await until(page, () => window.order.includes("renewed"));
    const kept = await page.evaluate(() => {
      window.iteras.logoutFromWall({ redirect: null });
      return [
        document.cookie,
        Object.keys(Iteras).filter((name) => Iteras[name] != official[name]),
        Object.getOwnPropertyNames(Iteras).length == Object.keys(official).length,
      ];
    });
    assert.deepEqual(kept, ["", [], true]);
    assert.deepEqual(await page.evaluate(() => window.order), ["authorized", "renewed", "logout nopass"]);
    assert.deepEqual(page.errors, []);
  }
});

test("F43: elements beside the official script: its log-in frame, and the wall opens", async () => {
  const page = await reader();
  await page.evaluate(() => {
    window.told = [];
    document.addEventListener("iteras-login", ({ detail }) => told.push(detail.authorized));
    return window.withElements().then(() => {});
  });
  await until(page, () => document.querySelector("iteras-wall").state == "closed");
  assert.equal(await page.evaluate(() => document.querySelector("iteras-wall").verdict.reason), "nopass");
  await logIn(page);
  await until(page, () => document.querySelector("iteras-wall").state == "open");
  const shown = await page.evaluate(() => [...document.querySelectorAll("[data-when]")].map(({ hidden }) => !hidden));
  assert.deepEqual(shown, [true, false]);
  assert.deepEqual(await page.evaluate(() => window.told), [true]);
  assert.deepEqual(page.errors, []);
});

test("F43: nothing is asked for an anonymous reader, and nothing is stored", async () => {
  const page = await reader();
  await page.evaluate((id) => void window.iteras.watchWall({ paywallid: id }, () => {}), WALL);
  await page.evaluate(() => new Promise((over) => setTimeout(over, 200)));
  assert.equal(await checks(), 0);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);
});

test("F43: the companion's script and the package's elements are one", async () => {
  const page = await reader({ expires_in: 86400 }, "/script");
  await until(page, () => document.querySelector("iteras-wall").state == "open");
  await until(page, () => window.version == Iteras.version);
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  assert.equal(await page.evaluate(() => document.cookie), "");
  assert.ok((await checks()) <= 1);
  assert.deepEqual(page.errors, []);
});

test("F43: whoever is first stays in charge, and says so", async () => {
  const page = await reader({});
  const verdict = await page.evaluate(async (id) => {
    window.iteras.wall({ paywallid: id });
    const plain = await window.plain();
    return plain.wall({ paywallid: id }).authorized;
  }, WALL);
  assert.equal(verdict, true);
  assert.ok(
    page.lines.some((line) => /was loaded after .* beside the official script, which stays in charge/.test(line)),
  );
  assert.deepEqual(await world.renewals(), []);
});
