// Chromium, by the DevTools protocol.
import { puppeteer } from "./tools.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // The list below the address bar is two pages with renderers of their own, made anew for each context.
  "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
];

/** A browser; `flags`: further ones of its command line. */
export const launch = ({ flags = [], ...options } = {}) =>
  puppeteer.launch({
    executablePath: process.env.CHROME || "/usr/bin/chromium",
    args: [...FLAGS, ...flags],
    ...options,
  });

/** Whether an expression is true in some frame of the page. The driver loses frames that come out of the cache. */
export async function inSomeWorld(page, expression) {
  const session = await page.createCDPSession();
  const contexts = [];
  session.on("Runtime.executionContextCreated", ({ context }) => contexts.push(context.id));
  await session.send("Runtime.enable");
  const asked = contexts.map((contextId) => session.send("Runtime.evaluate", { expression, contextId }));
  const answers = await Promise.all(asked);
  await session.detach();
  return answers.some(({ result }) => result.value);
}
