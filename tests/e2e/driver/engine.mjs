// The engine that the tests run in: `ENGINE=chromium|firefox|webkit`. Each engine's file has `launch`, for a
// browser with the face that puppeteer gives to it, and what else the engines do in ways of their own.
const ENGINES = ["chromium", "firefox", "webkit"];

export const engine = process.env.ENGINE || "chromium";
if (!ENGINES.includes(engine)) throw new Error(`ENGINE is ${engine}; there are ${ENGINES.join(", ")}`);

export const { inSomeWorld, launch } = await import(`./${engine}.mjs`);

/** Whether something failed because the page that was asked went away meanwhile. */
export const leftBehind = (error) =>
  /context was destroyed|Cannot find context|detached|nobody is there|injected script|no such frame|Inspected target/i.test(
    error.message,
  );

/** Whether a request failed because the page went elsewhere, by the text of its failure. */
export const abandoned = (errorText) => /^(net::ERR_ABORTED|NS_BINDING_ABORTED)$/.test(errorText);

/** Throws the error of an answer, unless its request has gone: a page that goes elsewhere takes its requests along. */
export function unlessGone(error) {
  if (!/no such request|InterceptionId|nobody is there/i.test(error.message)) throw error;
}

/** Whether a form that was sent in a frame is an entry in the page's history. */
export const FORMS_IN_FRAMES_ARE_ENTRIES = engine != "firefox";

/** Whether the engine's console has a line about a request that failed. */
export const LINES_ABOUT_REQUESTS = engine != "firefox";

/** Whether the engine tells a page that its policy forbade WebAssembly. */
export const REPORTS_WASM = engine != "webkit";
