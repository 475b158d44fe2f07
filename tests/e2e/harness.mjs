// What every end-to-end test needs: the stand-in on free ports, a browser, and the control server.
//
//   const world = await start({ site: "www" });        // or a folder of fixture pages
//   const page = await world.page();                    // a new reader: own cookies and storage
//   await world.control("POST", "/fault", { renewal: "down" });
//   await world.stop();
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { launch } from "./driver/engine.mjs";
import { root, setting } from "./driver/tools.mjs";

export { engine, launch, leftBehind } from "./driver/engine.mjs";
export { puppeteer, toolPath } from "./driver/tools.mjs";

export async function start({ site = "tests/e2e/pages", args = [], browser: flags = [] } = {}) {
  const service = spawn(
    setting("ITERAS_STANDIN", "target/debug/iteras-standin"),
    [
      "--site",
      join(root, site),
      "--dist",
      setting("ITERAS_DIST", "dist"),
      "--print-ready-json",
      "--site-port",
      "0",
      "--port",
      "0",
      "--control-port",
      "0",
      ...args,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const origins = await firstJson(service.stdout);
  const browser = await launch({ flags });
  return {
    ...origins,
    browser,
    // A page of a reader of its own; `from` shares that reader's cookies and storage.
    async page(from) {
      const context = from ? from.browserContext() : await browser.createBrowserContext();
      const page = await context.newPage();
      page.errors = [];
      page.on("pageerror", (error) => page.errors.push(error.message.replace(/^Error: /, "")));
      await page.evaluateOnNewDocument(recordEvents);
      return page;
    },
    // Talks to the stand-in's control server; the answer is parsed where it is JSON.
    async control(method, path, body) {
      const response = await fetch(origins.control + path, { method, body: body && JSON.stringify(body) });
      const text = await response.text();
      if (!response.ok) throw new Error(`control ${method} ${path}: ${response.status} ${text}`);
      return /json/.test(response.headers.get("content-type")) ? JSON.parse(text) : text;
    },
    // The renewals that the service has seen since the log was cleared.
    async renewals() {
      const seen = await this.control("GET", "/requests");
      return (seen.requests || seen).filter(
        (request) => request.method == "POST" && request.path == "/api/paywall/renew/",
      );
    },
    async stop() {
      await browser.close();
      const ended = new Promise((done) => service.once("exit", done));
      service.kill("SIGINT");
      await ended;
    },
  };
}

/**
 * Flags for a Chromium that keeps frames of other sites in the page's process, as it does where memory is short. Of two
 * such frames of one site that come at once in a process of their own, the driver sometimes loses the second.
 */
export const ONE_PROCESS = ["--disable-site-isolation-trials", "--disable-features=IsolateOrigins,site-per-process"];

// Keeps every event of ours, in order, as `window.seen`: [type, detail].
function recordEvents() {
  window.seen = [];
  for (const type of ["authorized", "unauthorized", "login", "renewed", "refused", "logout", "error"]) {
    document.addEventListener(`iteras:${type}`, (event) => window.seen.push([type, event.detail]));
  }
}

// The events so far, as `["unauthorized nopass", "error redirect_loop", …]`.
export const seen = (page) =>
  page.evaluate(() =>
    window.seen.map(([type, detail]) => [type, detail.code || detail.reason].filter(Boolean).join(" ")),
  );

async function firstJson(stream) {
  for await (const line of createInterface({ input: stream })) {
    stream.resume();
    return JSON.parse(line);
  }
  throw new Error("the stand-in ended before it was ready");
}

/**
 * Waits until a frame shows what a selector names. Asked in the page's own world: that of `waitForSelector` may be
 * lost when a frame from another site changes its process while it loads.
 */
export const shown = (frame, selector) =>
  frame.waitForFunction((selector) => document.querySelector(selector), { polling: 20, timeout: 20_000 }, selector);
