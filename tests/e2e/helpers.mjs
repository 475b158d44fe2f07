// The scene of the tests of the wall: the stand-in, readers with passes and clocks, and
// publishers' code that runs in a page's head or body as it would in an inline script.
//
//   const scene = await setUp();
//   const page = await scene.reader({ pass: { expires_in: -60 }, clock: 86_400_000 });
//   const verdict = await open(page, "/article", () => Iteras.wall({ unauthorized: note }));
import { createServer } from "node:http";
import { after, afterEach, beforeEach } from "node:test";

import { leftBehind, start } from "./harness.mjs";

export const WALL = "n8fsoupukhv3";
export const ARCHIVE = "BBBB2222";
export const MINUTE = 60_000;
export const DAY = 86_400_000;
/** The name of the record in `localStorage` and of the Web Lock. */
export const KEY = "iteras.renewal";

export async function setUp(more = {}) {
  const world = await start({ site: "tests/e2e/pages/wall", ...more });
  const pages = [];
  const own = await publisher();
  after(() => Promise.all([world.stop(), own.stop()]));
  beforeEach(() => world.control("POST", "/reset"));
  afterEach(async () => {
    const contexts = new Set(pages.splice(0).map((page) => page.browserContext()));
    await Promise.all([...contexts].map((context) => context.close()));
  });

  const tab = async (from, clock = from?.clock) => {
    const page = await world.page(from);
    pages.push(page);
    page.site = world.site;
    page.born = from?.born ?? Date.now();
    page.lines = [];
    page.on("console", (line) => page.lines.push(line.text()));
    await page.evaluateOnNewDocument(prepare);
    if (clock !== undefined) await setClock(page, clock);
    return page;
  };
  const pass = (wanted = {}) => world.control("POST", "/pass", { account: "31168", ...wanted });
  const forget = () => world.control("DELETE", "/requests");

  return {
    ...world,
    world,
    pass,
    /** A new reader's tab. `pass`: text, or what to order; `clock`: see `setClock`. */
    async reader({ pass: wanted, clock } = {}) {
      const page = await tab(undefined, clock);
      if (wanted) await give(page, typeof wanted == "string" ? wanted : await pass(wanted));
      return page;
    },
    /** Serves a text at that path of a second site on the same host; its address. */
    publish: own.publish,
    /** The same, answered when it is released; `asked` comes true when somebody asks. */
    hold: own.hold,
    /** A renewal's answer that is held back: a new pass of that account, or the text given. */
    async holdRenewal(text, status) {
      return own.hold("/renewal.json", text ?? JSON.stringify({ pass: await pass() }), status);
    },
    /** Another tab of the same reader. */
    tab,
    fault: (renewal, more) => world.control("POST", "/fault", { renewal, ...more }),
    renewals: () => world.renewals(),
    /** Forgets the service's requests so far. */
    forget,
    /** A page view with a wall, at that time of the reader's clock: how often it asked the service. */
    async asks(page, ahead = page.clock ?? 0, { wall = {}, config } = {}) {
      if (ahead != page.clock) await setClock(page, ahead);
      await forget();
      await open(
        page,
        "/article",
        (config, wall) => {
          if (config) Iteras.configure(config);
          Iteras.wall({ ...wall, unauthorized: note });
        },
        config ?? null,
        wall,
      );
      await quiet(page);
      return (await world.renewals()).length;
    },
    /** Waits until the service has seen so many renewals. */
    asked: (count) => until(async () => (await world.renewals()).length >= count, `${count} renewals`),
  };
}

/** Waits for something that is asked from here: in pages that broke what `waitForFunction` needs, too. */
export async function until(condition, what) {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    if (await condition()) return;
    await new Promise((next) => setTimeout(next, 20));
  }
  throw new Error(`waited in vain for ${what}`);
}

// A site for pages that only one test needs. Cookies don't know ports: it shares them with the first.
// Files that end in `.json` may be read from everywhere.
async function publisher() {
  const answers = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const { text = "", status = 404, arrived, held } = answers.get(pathname) ?? {};
    arrived?.();
    await held;
    const type =
      { js: "text/javascript", json: "application/json" }[pathname.split(".")[1]] ?? "text/html; charset=utf-8";
    response.setHeader("Content-Type", type);
    if (type == "application/json") response.setHeader("Access-Control-Allow-Origin", "*");
    response.writeHead(status);
    response.end(text);
  });
  await new Promise((ready) => server.listen(0, "localhost", ready));
  const publish = (path, text, status = 200, more = {}) => {
    answers.set(path, { text, status, ...more });
    return `http://localhost:${server.address().port}${path}`;
  };
  return {
    publish,
    hold(path, text, status) {
      let arrived, release;
      const asked = new Promise((done) => (arrived = done));
      const held = new Promise((done) => (release = done));
      return { url: publish(path, text, status, { arrived, held }), asked, release };
    },
    stop() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

// `note` is a handler; `order` holds handlers and events as they came.
function prepare() {
  window.handled = [];
  window.order = [];
  window.note = (verdict) => {
    window.handled.push(verdict);
    window.order.push(`handler ${verdict.reason}`);
  };
  for (const type of ["authorized", "unauthorized", "login", "renewed", "refused", "logout", "error"]) {
    document.addEventListener(`iteras:${type}`, ({ detail }) =>
      window.order.push([type, detail.code || detail.reason].filter(Boolean).join(" ")),
    );
  }
}

/**
 * Stops the reader's clock, from the next page view on: so many milliseconds after the reader appeared. What
 * is to lie between two page views does not depend on how busy this machine is then.
 */
export async function setClock(page, ahead) {
  page.clock = ahead;
  await page.evaluateOnNewDocument((time) => (Date.now = () => time), page.born + ahead);
}

/** Stores a pass, or another cookie, as a server would. */
export const give = (page, value, more = {}) =>
  page.browserContext().setCookie({ name: "iteraspass", value, domain: "localhost", path: "/", ...more });

/** All cookies of the reader, whatever their paths: `["/ iteraspass=…"]`. */
export const cookies = async (page) =>
  (await page.browserContext().cookies()).map(({ path, name, value }) => `${path} ${name}=${value}`);

/** The reader's pass cookie, as pages at this path see it. */
export const stored = (page) => page.evaluate(() => /(?:^|; )iteraspass=([^;]*)/.exec(document.cookie)?.[1] ?? null);

/** Lets a function run wherever that path's page says `inHead()` or `inBody()`. */
export async function hook(page, path, work, { args = [], place = "inHead" } = {}) {
  const { identifier } = await page.evaluateOnNewDocument(`
    if (location.pathname == ${JSON.stringify(path)}) window.${place} = () => {
      try {
        window.result = (${work})(...${JSON.stringify(args)});
      } catch (error) {
        window.thrown = { code: error.code, message: error.message, isError: error instanceof Error };
      }
    };`);
  return identifier;
}

/** Goes to a page of the site with that function in its head; what the function gave, dates as text. */
export async function open(page, path, work, ...args) {
  const pathname = new URL(path, page.site).pathname;
  const identifier = work && (await hook(page, pathname, work, { args }));
  await page.goto(page.site + path);
  const result = work && (await outcome(page));
  if (work) await page.removeScriptToEvaluateOnNewDocument(identifier);
  return result;
}

/** What the function in the head gave, or what it threw. */
export async function outcome(page) {
  const said = await page.evaluate(() => [window.thrown, window.result]);
  return said[0] ? { thrown: said[0] } : said[1];
}

/** Walls the article with a handler; the verdict. `renew`: where passes are sent; `stays`: it opens without being
 * loaded again. */
export const wall = (page, { renew, stays, ...options } = {}) =>
  open(
    page,
    "/article",
    (renew, stays, options) => {
      if (renew) Iteras.configure({ endpoints: { renew } });
      const authorized = stays ? () => {} : null;
      return JSON.parse(JSON.stringify(Iteras.wall({ ...options, authorized, unauthorized: note })));
    },
    renew ?? null,
    !!stays,
    options,
  );

/** Logs the reader in: a log-in frame of this page hands over a pass. */
export async function logIn(page, pass, id = WALL) {
  await page.evaluate(
    (id) => document.body.insertAdjacentHTML("beforeend", Iteras.paywalliframe({ profile: "lumen", paywallid: id })),
    id,
  );
  const frame = await page.waitForFrame((frame) => frame.url().includes("/lumen/paywall/"));
  await frame.evaluate((pass) => {
    const id = new URLSearchParams(location.search).get("frame");
    parent.postMessage({ iteras: 1, frame: id, type: "pass", pass }, "*");
  }, pass);
  await happened(page, "login");
}

/** Handlers and events of the page so far, in order: `["unauthorized nopass", "handler nopass"]`. */
export const order = (page) => page.evaluate(() => window.order);

export const handled = (page) => page.evaluate(() => window.handled);

/** Waits for something in a page or frame. Tabs in the background draw no frames, so time is what counts. */
export const holds = (page, condition, ...args) =>
  page.waitForFunction(condition, { polling: 20, timeout: 20_000 }, ...args);

/** The page's address as the page has it: the driver's own word of it may come later. */
export const address = (page) => page.evaluate(() => location.href);

/** Waits for an event or handler of the page: `"renewed"`, `"error redirect_loop"`, `"handler refused"`. */
export const happened = (page, what) => holds(page, (text) => window.order?.includes(text), what);

/**
 * Waits until nothing more will come of this page view. Renewal begins within 100 ms after `wall`; where
 * nothing is to happen there is nothing to wait for but that time.
 */
export async function quiet(page) {
  // The next view is the one to wait for if the page loads itself again.
  await quietView(page).catch((error) => {
    if (!leftBehind(error)) throw error;
    return quietView(page);
  });
}

async function quietView(page) {
  await page.evaluate(async (name) => {
    await new Promise((over) => setTimeout(over, 150));
    const mine = (locks) => locks.some((lock) => lock.name == name);
    for (let busy = navigator.locks; busy;) {
      const { held, pending } = await navigator.locks.query();
      busy = mine(held) || mine(pending);
    }
  }, KEY);
}

/** The 3 seconds of the page's next documents are over when `lapse` says so: what ends the waiting before was known. */
export const patient = (page) =>
  page.evaluateOnNewDocument(() => {
    const later = window.setTimeout;
    window.lapsed = [];
    window.setTimeout = (work, ms, ...rest) => (ms == 3000 ? lapsed.push(work) : later(work, ms, ...rest));
  });
export const lapse = (page) => page.evaluate(() => lapsed.forEach((work) => work()));
