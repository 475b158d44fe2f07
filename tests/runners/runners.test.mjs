// `iteras/testing` in the tools that publishers test with: Vitest, MSW, Jest, Playwright.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";

import { consumers, dist, install, run, serve, toolFile, WALL } from "../consumers/harness.mjs";

const here = import.meta.dirname;
const tools = createRequire(join(consumers, "package.json"));
let vitest;
let jest;
before(async () => {
  vitest = await install("vitest", join(here, "vitest"));
  jest = await install("jest", join(here, "jest"));
});

test("components, pages and servers in Vitest, and the service behind MSW", async () => {
  const said = await run(toolFile("vitest/vitest.mjs"), ["run", "--reporter=json"], { cwd: vitest });
  const { numPassedTests, numTotalTests } = JSON.parse(said);
  assert.deepEqual([numPassedTests, numTotalTests], [4, 4], said);
});

test("pages in Jest", async () => {
  const said = await run(toolFile("jest/bin/jest.js"), ["--json", "--no-cache"], { cwd: jest });
  const { numPassedTests, numTotalTests } = JSON.parse(said);
  assert.deepEqual([numPassedTests, numTotalTests], [3, 3], said);
});

test("a log-in in Playwright, by page.route", async () => {
  const { fakeService } = createRequire(join(jest, "package.json"))("iteras/testing");
  const service = fakeService();
  const site = await serve(dist);
  const browser = await tools("playwright-core").chromium.launch({
    executablePath: process.env.CHROME,
    args: ["--no-sandbox"],
  });
  try {
    const page = await browser.newPage();
    const asked = (r) => ({ url: r.url(), method: r.method(), body: r.postData() });
    await page.route("https://app.iteras.dk/**", (route) => route.fulfill(service.answer(asked(route.request()))));
    const body = '<!doctype html><script src="/iteras.js"></script><main></main>';
    await page.route("**/article", (route) => route.fulfill({ contentType: "text/html", body }));
    await page.goto(`${site.origin}/article`);
    await page.evaluate((paywallid) => {
      const show = (verdict) => (document.querySelector("main").innerHTML = verdict.reason ?? "The article.");
      Iteras.wall({ paywallid, unauthorized: show, authorized: show });
      document.body.insertAdjacentHTML("beforeend", Iteras.paywalliframe({ profile: "lumen", paywallid }));
    }, WALL);
    assert.equal(await page.textContent("main"), "nopass");
    await page.frameLocator("iframe").getByRole("button", { name: "Log in" }).click();
    await page.locator("main", { hasText: "The article." }).waitFor();
  } finally {
    await browser.close();
    await site.close();
  }
});
