// The scene of the tests of frames: a publisher and a service on any origin without a network, frames
// that say what they are told to say, and the vectors.
//
//   const page = await publisher(world);                 // https://pub.example/page, our script on it
//   await page.evaluate(async () => {
//     const frame = await insert(Iteras.paywalliframe({ profile: "lumen", paywallid: "n8fsoupukhv3" }));
//     await say(frame, { iteras: 1, frame: idOf(frame), type: "resize", height: 300 });
//   });
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { unlessGone } from "./driver/engine.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const dist = process.env.ITERAS_DIST || join(root, "dist");

export const SERVICE = "https://service.example";
export const PUBLISHER = "https://pub.example";
export const WALL = "n8fsoupukhv3";
export const FRAME_ID = /^[0-9a-f]{32}$/;

export const fixture = (name) => readFileSync(join(root, "tests/e2e/pages", name), "utf8");
// Read once: scripts and their hashes belong together, whoever builds in the meantime.
const files = readdirSync(dist).filter((name) => /\.js(on)?$/.test(name));
const scripts = Object.fromEntries(files.map((name) => [name, readFileSync(join(dist, name), "utf8")]));
export const built = (name) => scripts[name];
const vector = (name) => readFileSync(join(root, "tests/vectors", name), "utf8");

const { vectors } = JSON.parse(vector("pass-vectors.json"));
const signed = (note) => {
  const found = vectors.find((vector) => vector.note == note);
  return `${found.signed}/sha256:${found.sha256}`;
};
/** `sub` for WALL until 2099. */
export const PASS = signed("plain");
/** `user` for WALL until 2099. */
export const USER_PASS = signed("user level, IPv6");
/** For AAAA1111 and BBBB2222. */
export const OTHER_PASS = signed("two walls, the second only at user level");

export const redirectCases = JSON.parse(vector("redirect_cases.json"));

// The lines of the payload files whose names match, empty ones apart.
function payloads(pattern) {
  const files = readdirSync(join(root, "tests/vectors/payloads")).filter((name) => pattern.test(name));
  return files.flatMap((name) => vector(`payloads/${name}`).split("\n")).filter(Boolean);
}
const naughty = () => JSON.parse(vector("blns/blns.base64.json")).map((text) => Buffer.from(text, "base64").toString());
/** Markup and scripts in every disguise, and strings that break programs. */
export const hostileTexts = () => [...new Set([...payloads(/^xss-/), ...naughty()])];
/** Addresses that lead elsewhere, and header injections. */
export const hostileTargets = () => [...new Set(payloads(/redirect|crlf/))];

/**
 * A reader's page at `url`, served without a network: our script wherever one is called so, a frame
 * that says what it is told wherever the query has `iframe`, a publisher's page elsewhere on
 * `pub.example`, and `pages` (address without query -> HTML, or a whole response) before all that. Other requests
 * are refused and noted in `page.strays`; dialogs are noted in `page.dialogs`.
 */
export async function publisher(world, { url = `${PUBLISHER}/page`, pages = {}, service = SERVICE, prepare } = {}) {
  const page = await world.page();
  page.strays = [];
  page.dialogs = [];
  page.on("dialog", (dialog) => {
    page.dialogs.push(dialog.message());
    dialog.dismiss();
  });
  await page.setRequestInterception(true);
  page.on("request", (request) => answer(request, pages, service, page.strays)?.catch(unlessGone));
  await page.evaluateOnNewDocument(relay);
  if (prepare) await page.evaluateOnNewDocument(prepare);
  await page.goto(url);
  return page;
}

function answer(request, pages, service, strays) {
  const url = new URL(request.url());
  if (url.protocol == "data:") return;
  const html = (body) => request.respond({ contentType: "text/html; charset=utf-8", body });
  const own = pages[url.origin + url.pathname];
  if (typeof own == "string") return html(own);
  if (own) return request.respond({ contentType: "text/html; charset=utf-8", ...own });
  if (/^iteras[^/]*\.js$/.test(basename(url.pathname))) {
    return request.respond({
      contentType: "text/javascript; charset=utf-8",
      headers: { "Access-Control-Allow-Origin": "*" },
      body: built(basename(url.pathname)),
    });
  }
  if (url.searchParams.has("iframe")) return html(fixture("frames/speaker.html"));
  if (/(^|\.)pub\.example$/.test(url.hostname) && request.isNavigationRequest()) {
    return html(fixture("frames/publisher.html").replaceAll("http://127.0.0.1:4802", service));
  }
  if (url.pathname != "/favicon.ico") strays.push(url.href);
  return request.abort();
}

// Runs in every page before anything else.
export function relay() {
  if (window != top) return;
  // The URL that the page wanted to go to; it stays, so that many targets can be tried on one page.
  window.went = [];
  navigation.addEventListener("navigate", (event) => {
    if (event.navigationType == "traverse" || event.destination.sameDocument) return;
    window.went.push([event.navigationType, event.destination.url]);
    event.preventDefault();
  });
  // Puts a frame, HTML or element, into the page; done when it has loaded.
  window.insert = (frame, into = document.body) => {
    const box = document.createElement("div");
    if (typeof frame == "string") box.innerHTML = frame;
    else box.append(frame);
    return loaded(box.firstElementChild, () => into.append(box));
  };
  window.idOf = (frame) => frame.dataset.iterasFrame;
  const windowOf = (frame) => (frame instanceof HTMLIFrameElement ? frame.contentWindow : frame);
  // A task of its own, also on pages without timers.
  const later = (work) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = work;
    port2.postMessage(0);
  };
  // Sends something to a frame or window (or another way, by `send`); done when it has answered and
  // every listener has seen that.
  const answered = (frame, message, send) =>
    new Promise((done) => {
      const source = windowOf(frame);
      addEventListener("message", function listener(event) {
        if (event.source != source) return;
        removeEventListener("message", listener);
        later(() => done(event.data));
      });
      if (send) send();
      else source.postMessage(message, "*");
    });
  // Has a frame or window say something; done when the page has heard it.
  window.say = (frame, message) => answered(frame, { say: message });
  // The same from the frame inside a frame, and from the page itself.
  window.sayFromWithin = (frame, message) =>
    answered(frame.contentWindow[0], null, () => frame.contentWindow[0].postMessage({ say: message, up: true }, "*"));
  window.sayMyself = (message) => answered(window, null, () => postMessage(message, "*"));
  // Puts another frame into a frame.
  window.embed = (frame, url) => answered(frame, { embed: url });
  // The messages that a frame has heard from the page.
  window.heardBy = async (frame) => (await answered(frame, { tell: true })).heard;
  // Sends a frame elsewhere.
  window.loaded = (frame, change) =>
    new Promise((done) => {
      frame.onload = () => done(frame);
      change();
    });
  window.moveTo = (frame, url) => loaded(frame, () => (frame.src = url));
  window.painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
  window.thrownBy = (work) => {
    try {
      return { returned: work() };
    } catch (error) {
      return { code: error.code, message: error.message };
    }
  };
}
