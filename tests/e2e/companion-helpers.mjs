// The scene of the tests of companion mode: the double of the official script, ours beside it, and readers whose every
// request, stored byte and error is noted.
//
//   const scene = await setUp();
//   const page = await scene.reader({ switches: "calls=late&ms=300", first: "ours", pass: { expires_in: -60 } });
//   const verdict = await scene.wall(page, { access: "sub" });
import { after, afterEach, before, beforeEach } from "node:test";

import { shown, start } from "./harness.mjs";
import { WALL, give, holds, open, order, until } from "./helpers.mjs";
import { until as untilLoaded } from "./journey-helpers.mjs";

export { ARCHIVE, DAY, WALL, cookies, give, handled, happened, holds, open, order, stored, until } from "./helpers.mjs";

export function setUp(more = {}) {
  const scene = {};
  let pages = [];
  before(async () => {
    const world = await start({ site: "tests/e2e/pages/companion", ...more });
    Object.assign(scene, world, { world });
  });
  after(() => scene.world?.stop());
  beforeEach(() => scene.world.control("POST", "/reset"));
  const leave = async (...left) => {
    pages = pages.filter((page) => !left.includes(page));
    const contexts = new Set(left.map((page) => page.browserContext()));
    await Promise.all([...contexts].map((context) => context.close()));
  };
  afterEach(() => leave(...pages));

  return Object.assign(scene, {
    /**
     * A reader's tab. `switches` of the double; `first: "ours"` turns the tags round; `how`: attributes of the official
     * tag, `data`: of ours; `official: false`, `ours: false` leave one out; `options` of the pages' frames; `clock`: the
     * reader's clock stands so many milliseconds ahead; `from`: the reader of another tab.
     */
    async reader({ pass, clock, from, options = {}, ...tags } = {}) {
      const page = await scene.world.page(from);
      pages.push(page);
      Object.assign(page, { site: scene.world.site, asked: [], lines: [] });
      page.on("request", (request) => page.asked.push(`${request.method()} ${request.url()}`));
      page.on("console", (line) => page.lines.push(line.text()));
      await page.evaluateOnNewDocument(prepare, tags, options, clock ?? 0, WALL);
      if (pass) await give(page, typeof pass == "string" ? pass : await scene.pass(pass));
      return page;
    },
    /** Readers who close their browsers before the test is over. */
    leave,
    pass: (wanted = {}) => scene.world.control("POST", "/pass", { account: "31168", ...wanted }),
    fault: (renewal, fault) => scene.world.control("POST", "/fault", { renewal, ...fault }),
    /** The double's renewals that the service has seen. */
    async checks() {
      const seen = await scene.world.control("GET", "/requests");
      return seen.filter(({ path }) => path == "/official/check");
    },
    /** Walls the article with a handler; the verdict. */
    wall: (page, options = {}, path = "/article") =>
      open(
        page,
        path,
        (options) => JSON.parse(JSON.stringify(Iteras.wall({ paywallid: WALL_ID, ...options, unauthorized: note }))),
        options,
      ),
    /** Waits until the page has that address and has loaded, over those that come before it. */
    arrive: (page, path) =>
      untilLoaded(() =>
        page.evaluate((href) => document.readyState == "complete" && location.href == href, scene.world.site + path),
      ),
    /** The double's frame with that in it. */
    async frame(page, selector = "h1") {
      const frame = await page.waitForFrame((frame) => frame.url().includes("/official/embed"));
      await shown(frame, selector);
      return frame;
    },
    async logIn(page, who = "anna@example.com") {
      const frame = await scene.frame(page, "#password");
      await frame.evaluate((who) => {
        document.querySelector("#who").value = who;
        document.querySelector("#password").value = "lumen";
        document.querySelector("button[value=login]").click();
      }, who);
    },
  });
}

// `note` is a handler that keeps when it ran and with what; `heard` holds what the official functions were given, and
// `happened` handlers and events as they came.
function prepare(tags, options, ahead, wall) {
  Object.assign(window, { scene: tags, options, WALL_ID: wall, handled: [], order: [], told: [] });
  window.note = (verdict) => {
    window.handled.push(verdict);
    window.order.push(`handler ${verdict.reason}`);
  };
  for (const type of ["authorized", "unauthorized", "login", "renewed", "refused", "logout", "error"]) {
    document.addEventListener(`iteras:${type}`, ({ detail }) =>
      window.order.push([type, detail.code || detail.reason].filter(Boolean).join(" ")),
    );
  }
  if (ahead) {
    const now = Date.now;
    Date.now = () => now() + ahead;
  }
}

/**
 * Waits until the page has done all that it does without the service: the official `wall` is called in the task after
 * the verdict, and what is to happen for it has begun two tasks later.
 */
export const settled = (page) =>
  page.evaluate(async () => {
    for (let i = 0; i < 3; i++) await new Promise((next) => setTimeout(next));
  });

/** Events and handlers so far, those of renewals apart, which come when they come. */
export const heard = async (page) => (await order(page)).filter((what) => what != "renewed");

/** Lets a tab of that reader write or delete the pass, as the service's own script would elsewhere. */
export const write = (page, pass) =>
  page.evaluate((pass) => {
    document.cookie = pass ? `iteraspass=${pass}; path=/` : "iteraspass=; path=/; max-age=0";
  }, pass ?? "");

/** Waits for an error event of the page. */
export const failed = (page, code) => holds(page, (text) => window.order.includes(text), `error ${code}`);

export const waitFor = until;

/** The errors that nobody caught, as each engine tells them. */
export const said = (page) =>
  page.errors.map((message) => message.replace(/^Uncaught (\(in promise\) )?(Error: )?/, ""));
