// All that the demo and the stand-in can show: each page in each language, pages as other readers find them, and each
// state of each frame. Tests of looks and the pictures of `cargo xtask screenshots` go over the same list.
//
//   for (const scene of SCENES) {
//     const page = await openScene(world, scene);   // loaded, sections unfolded, at the height that frames asked for
//     await show(page, { width: 320, scheme: "dark" });
//   }
import { PAGES, languagesOf } from "./demo-pages.mjs";
import { give } from "./helpers.mjs";

const API_KEY = "lumen-api-key-for-development";
const READERS = { anna: "31168", bo: "31169" };
const DORA = { name: "Dora Drøm", email: "dora@example.com", password: "lysdag" };
const BUYS = { ...DORA, products: "12MDigital", street: "Lampevej 3", postcode: "8000", city: "Aarhus C" };
const knows = (name) => ({ who: `${name}@example.com`, password: "lumen" });
/** Where pages stop their clock: the season of the magazine's issue. */
const NOON = Date.UTC(2026, 11, 1, 11);
/** The end of the readers' passes, a fixed day, since some pages tell it. */
const PASS_ENDS = Date.UTC(2036, 11, 1);
const HEIGHT = 900;

// Pages. `as` is the reader whose pass is in the browser; what a reader with a subscription finds comes first.
const TO_A_STORY = "iterasnext=%2Farticle-redirect&iterasaccess=sub&iterasneeds=n8fsoupukhv3";
const OF_PAGES = [
  ...PAGES.map((path) => ({ path, as: "anna" })),
  { path: "/nowhere", as: "anna", languages: ["en", "da"] },
  { path: "/article-teaser" },
  { path: "/article-teaser", as: "bo" },
  { path: "/article-declarative" },
  { path: `/subscribe?${TO_A_STORY}` },
  { path: `/subscribe?${TO_A_STORY}`, as: "bo" },
  { path: "/login" },
  { path: "/join" },
  { path: "/order?product=12MPro" },
  { path: "/account" },
  { path: "/sign-in?login=wrong" },
  { path: "/beside/subscribe" },
  { path: "/beside/order" },
  { path: "/beside/account" },
  { path: "/login", note: "no service", act: withoutService },
  { path: "/article-teaser", as: "anna", note: "what if", act: openPanel },
  { path: "/letters/4", note: "three letters read", act: readLetters },
  { path: "/check", note: "findings", act: checkMistakes },
];

// Frames as documents of their own: the address, then for each step a form's action, what was typed before, and last what
// is there in the end.
const PAYWALL = "/lumen/paywall/n8fsoupukhv3,BBBB2222/";
const ORDER = "/lumen/order/lumen-order/";
const SIGNUP = "/lumen/signup/lumen-signup/";
const ACCOUNT = "/lumen/selfservice/";
const WANTED = "iterasnext=%2Farticle-redirect&iterasaccess=sub";
const IN = ["login", knows("anna")];
const DETAILS = ["details", BUYS];
const OF_FRAMES = [
  ["log-in", PAYWALL, "#who:not([aria-invalid])"],
  ["log-in, nothing typed", PAYWALL, ["login"], "#password-error"],
  ["log-in, wrong password", PAYWALL, ["login", { ...knows("anna"), password: "lamp" }], ".alert"],
  ["log-in, link too old", `${PAYWALL}?preauth=a:b:c`, ".alert"],
  ["log-in, logged in", PAYWALL, IN, '[data-pass-when="now"] [data-when="in"]'],
  ["log-in, subscription ended", PAYWALL, ["login", knows("cleo")], 'body:not([data-pass]) [data-when="lacking"]'],
  ["log-in, for subscribers only", `${PAYWALL}?${WANTED}`, ["login", knows("bo")], "[data-send-pass]"],
  ["log-in, on to an order", `${PAYWALL}?${WANTED}`, ["login", knows("bo")], ["offer"], 'button[value="details"]'],
  ["order", ORDER, 'button[value="details"]'],
  [
    "order, logged in",
    async (world) => `${ORDER}?preauth=${encodeURIComponent(await preauth(world))}`,
    "fieldset strong",
  ],
  ["order, mistakes", ORDER, ["details", { email: "dora" }], "#products-error"],
  ["order, payment", ORDER, DETAILS, 'button[value="pay"]'],
  ["order, declined", ORDER, DETAILS, ["decline"], ".alert"],
  ["order, gone", ORDER, DETAILS, ["pay", { pending: "1" }], 'button[value="start"]'],
  ["order, receipt", `${ORDER}?${WANTED}`, DETAILS, ["pay"], "[data-send-pass]"],
  ["sign-up", SIGNUP, 'button[value="signup"]'],
  ["sign-up, mistakes", SIGNUP, ["signup"], "#name-error"],
  ["sign-up, welcome", `${SIGNUP}?${WANTED}`, ["signup", DORA], "[data-send-pass]"],
  ["account, log-in", ACCOUNT, "#who"],
  ["account, wrong password", ACCOUNT, ["login", { ...knows("anna"), password: "lamp" }], ".alert"],
  ["account", ACCOUNT, IN, "table"],
  ["account, without invoices", `${ACCOUNT}?next=%2F`, ["login", knows("bo")], "[data-navigate]"],
  ["account, ended", ACCOUNT, ["login", knows("cleo")], ".ended"],
  ["account, address", ACCOUNT, IN, ["edit"], "#street"],
  ["account, mistakes", ACCOUNT, IN, ["edit"], ["save", { street: "", city: "" }], "#city-error"],
  ["account, saved", ACCOUNT, IN, ["edit"], ["save"], ".notice"],
  ["account, logged out", ACCOUNT, IN, ["logout"], ".notice"],
  ["double, log-in", "/official/embed?what=login&account=lumen&wall=n8fsoupukhv3", "#who"],
  ["double, order", "/official/embed?what=order&account=lumen&form=lumen-order", 'button[value="details"]'],
  ["no such frame", "/lumen/paywall/none/", "body:not([data-pass]) main > p"],
  ["site not registered", PAYWALL, openElsewhere, "[data-console] code"],
];

/**
 * Scenes `{ name, kind, path, language, … }`: `kind` is `page` or `frame`, `name` tells them apart. The stand-in's
 * front page is no frame, but looks like one.
 */
export const SCENES = [
  ...OF_PAGES.flatMap((scene) =>
    (scene.languages ?? languagesOf(scene.path.split("?")[0])).map((language) => ({
      ...scene,
      kind: "page",
      language,
      name: [scene.path.split("?")[0], scene.as ?? "a stranger", scene.note, language].filter(Boolean).join(", "),
    })),
  ),
  ...OF_FRAMES.flatMap(([title, path, ...steps]) =>
    ["en", "da"].map((language) => ({ kind: "frame", name: `frame: ${title}, ${language}`, path, steps, language })),
  ),
  { kind: "frame", name: "the stand-in's front page", path: "/", steps: ["table"], language: "en" },
];

/**
 * Opens a scene for a reader of its own, on a screen of 1280 pixels; everything that folds is unfolded. `prepare` is done
 * to the page before it loads.
 */
export async function openScene(world, scene, prepare) {
  await world.control("POST", "/reset");
  const page = await world.page();
  await page.setExtraHTTPHeaders({ "Accept-Language": scene.language });
  await page.evaluateOnNewDocument(stopClock, NOON);
  await prepare?.(page);
  await show(page, { width: 1280, scheme: "light" });
  if (scene.kind == "page") await openPage(world, page, scene);
  else await openFrame(world, page, scene);
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  await settled(page);
  return page;
}

/**
 * Shows a page to another screen: `width` in CSS pixels, `scheme` light or dark, `zoom` the device's pixels for one of
 * those, `forced` for the colours of a contrast theme. Nothing may move while it is looked at.
 */
export async function show(page, { width, height = HEIGHT, scheme = "light", zoom = 1, forced = false }) {
  await page.setViewport({ width, height, deviceScaleFactor: zoom });
  page.media ??= await page.createCDPSession();
  await page.media.send("Emulation.setEmulatedMedia", {
    features: [
      { name: "prefers-reduced-motion", value: "reduce" },
      { name: "prefers-color-scheme", value: scheme },
      { name: "forced-colors", value: forced ? "active" : "none" },
    ],
  });
  if (page.url() != "about:blank") await settled(page);
}

/** The frames of the page that show something, the page's own first. */
export const shownFrames = (page) => page.frames().filter((frame) => /^http/.test(frame.url()));

/** Waits until frames have the height of what is in them, and that has been drawn. */
async function settled(page) {
  for (const frame of shownFrames(page)) {
    if (frame != page.mainFrame()) {
      // Out of sight it is not laid out.
      await (await frame.frameElement()).evaluate((element) => element.scrollIntoView());
      await frame.waitForFunction(
        () => innerHeight == Math.ceil(document.documentElement.getBoundingClientRect().height),
        { polling: 20, timeout: 20_000 },
      );
    }
  }
  await page.evaluate(async () => {
    scrollTo(0, 0);
    await document.fonts.ready;
    const inSight = [...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight);
    await Promise.all(inSight.map((image) => image.decode()));
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
}

async function openPage(world, page, { path, as, act }) {
  if (as) {
    // A service that is broken leaves a pass as it is; one that works would renew it, until another day.
    await world.control("POST", "/fault", { renewal: "500" });
    const wanted = { account: READERS[as], expires_in: Math.round((PASS_ENDS - Date.now()) / 1000) };
    await give(page, await world.control("POST", "/pass", wanted));
  }
  const open = (path) => page.goto(world.site + path);
  if (act) await act(page, open, path);
  else await open(path);
}

async function openFrame(world, page, { path, steps, language }) {
  const address = new URL(typeof path == "string" ? path : await path(world), world.service);
  for (const [name, value] of Object.entries({ language, frame: "f1", cssclass: "lumen", css: "lumen" })) {
    address.searchParams.set(name, value);
  }
  const shown = steps.at(-1);
  if (steps[0] == openElsewhere) await openElsewhere(page, address);
  else await page.goto(address.href);
  for (const [action, typed = {}] of steps.filter(Array.isArray)) {
    const came = page.waitForNavigation();
    await send(page, action, typed);
    await came;
  }
  if (!(await page.$(shown))) throw new Error(`${address.pathname} shows no ${shown}`);
}

/** Fills a form of the stand-in's and presses its button. `where` is a page or a frame. */
export const send = (where, action, typed) =>
  where.evaluate(
    (action, typed) => {
      const button = document.querySelector(`button[value="${action}"]`);
      for (const [name, value] of Object.entries(typed)) button.form.elements[name].value = value;
      button.click();
    },
    action,
    typed,
  );

// The frame as it comes in a page of a site that nobody registered: told by headers that a browser sends.
async function openElsewhere(page, address) {
  await page.setRequestInterception(true);
  page.on("request", async (request) => {
    if (request.url() != address.href) return request.continue();
    const answer = await fetch(address, {
      headers: { "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", Referer: "https://www.pub.example/" },
    });
    return request.respond({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    });
  });
  await page.goto(address.href);
}

// The part of the publisher's server: trades e-mail and password for a token.
async function preauth(world) {
  const answer = await fetch(`${world.service}/api/authenticatecustomer/`, {
    method: "POST",
    headers: { "X-Iteras-Key": API_KEY },
    body: new URLSearchParams({ email: "anna@example.com", password: "lumen", preauthseconds: "60" }),
  });
  return (await answer.json()).preauth;
}

async function withoutService(page, open, path) {
  await page.setRequestInterception(true);
  page.on("request", (request) =>
    /iteras\.js$/.test(request.url()) ? request.abort("connectionrefused") : request.continue(),
  );
  await open(path);
}

async function openPanel(page, open, path) {
  await open(path);
  await page.click("#what-if-toggle");
  await page.waitForSelector('[data-fault="500"][aria-pressed="true"]');
  await page.click('[data-fault="down"]');
  await page.waitForSelector("#what-if-status:not([hidden])");
  await page.waitForSelector('[data-fault="down"][aria-pressed="true"]');
  await page.click("#what-if-pass");
}

async function readLetters(page, open, path) {
  for (const letter of ["/letters/1", "/letters/2", "/letters/3", path]) await open(letter);
}

async function checkMistakes(page, open, path) {
  await open(path);
  await page.waitForSelector("#check-form[data-ready]");
  await page.evaluate(() => {
    document.querySelector("#html").value = `<!doctype html><title>x</title>
<script src="https://app.iteras.dk/static/api/iteras.js"></script>
<script>Iteras.wall({ paywalid: "n8fsoupukhv3", unauthorized: "/subscribe" })</script>
<a href="/subscribe">Subscribe</a>`;
    document.querySelector("#check").click();
  });
  await page.waitForSelector("#report .findings");
}

// Dates on pages are those of one day, so that no picture depends on when it is taken.
function stopClock(noon) {
  const RealDate = Date;
  window.Date = class extends RealDate {
    constructor(...given) {
      super(...(given.length ? given : [noon]));
    }
    static now() {
      return noon;
    }
  };
}
