// Firefox, by WebDriver BiDi.
import { puppeteer } from "./tools.mjs";

/** A browser. The flags that a test asks for are Chromium's. */
export async function launch() {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX || "/usr/bin/firefox-esr",
    extraPrefsFirefox: { "ui.prefersReducedMotion": 1 },
  });
  const createContext = browser.createBrowserContext.bind(browser);
  browser.createBrowserContext = async () => {
    const context = await createContext();
    const newPage = context.newPage.bind(context);
    context.newPage = async () => adapted(await newPage());
    return context;
  };
  return browser;
}

// Differences from the driver of Chromium.
function adapted(page) {
  // A preference of the whole browser, set above.
  page.emulateMediaFeatures = async (features) => {
    const known = ({ name, value }) => name == "prefers-reduced-motion" && value == "reduce";
    if (!features.every(known)) throw new Error("Firefox can pretend reduced motion only");
  };
  let address;
  const url = page.url.bind(page);
  page.url = () => address ?? url();
  page.on("framenavigated", (frame) => {
    if (frame == page.mainFrame()) address = undefined;
  });
  const travelled = async (by) => (address = await travel(page, by));
  page.goBack = () => travelled(-1);
  page.goForward = () => travelled(1);
  // Firefox's own complaints, about a policy or a script's hash, are told as errors of the page.
  const emit = page.emit.bind(page);
  page.emit = (event, what) => {
    const own = /^Content-Security-Policy: |^None of the .* hashes in the integrity attribute match/;
    if (event != "pageerror" || !own.test(what.message)) return emit(event, what);
    return emit("console", { text: () => what.message, type: () => "error", location: () => ({}), args: () => [] });
  };
  return page;
}

// A page that comes out of the back/forward cache does not load, for which the driver would wait; nor does the driver
// learn its address.
async function travel(page, by) {
  const { url, length } = await page.evaluate((by) => {
    setTimeout(() => history.go(by));
    return { url: location.href, length: history.length };
  }, by);
  if (length < 2) throw new Error("there is nowhere to go");
  const came = (url) => location.href != url && document.readyState == "complete";
  await page.waitForFunction(came, { polling: 20, timeout: 20_000 }, url);
  return page.evaluate(() => location.href);
}

/** Whether an expression is true in some frame of the page. The driver loses frames that come out of the cache. */
export async function inSomeWorld(page, expression) {
  const { connection } = page.browser();
  const { result } = await connection.send("browsingContext.getTree", { root: page.mainFrame()._id });
  const within = ({ context, children }) => [context, ...children.flatMap(within)];
  const asked = result.contexts.flatMap(within).map(
    (context) =>
      connection
        .send("script.evaluate", { expression, target: { context }, awaitPromise: false })
        .then(({ result }) => result.result?.value)
        .catch(() => false), // it has gone meanwhile
  );
  return (await Promise.all(asked)).includes(true);
}
