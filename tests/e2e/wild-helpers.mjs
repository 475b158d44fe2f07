// The common part of the tests of pages in the wild: the stand-in with a site of that kind registered, its readers,
// and their log-ins and messages in real frames.
//
//   const scene = await setUpWild();
//   scene.site.show("/?p=5", article({ before: redirect({ to: "/?page_id=12" }) }));
//   const reader = await scene.reader();
//   await reader.goto(scene.at("/?p=5"));
import { after, beforeEach } from "node:test";

import { ONE_PROCESS, shown } from "./harness.mjs";
import { holds, order, setUp, until } from "./helpers.mjs";
import { wildSite } from "./wild-site.mjs";

export async function setUpWild() {
  const site = await wildSite();
  after(() => site.stop());
  const scene = await setUp({ args: ["--allow-site", site.origin], browser: ONE_PROCESS });
  site.service = scene.service;
  beforeEach(() => site.clear());
  const here = (page) => {
    page.site = site.origin;
    return page;
  };
  return {
    ...scene,
    site,
    /** The address of a page of the site. */
    at: (path) => site.origin + path,
    reader: async (options) => here(await scene.reader(options)),
    tab: async (from, clock) => here(await scene.tab(from, clock)),
    /** The page views so far, in order: `["/?p=5", "/?p=5"]`. */
    views: () => site.views.slice(),
  };
}

/** The page's first frame whose content shows what the selector names. */
export async function frameOf(page, kind, selector) {
  const frame = await page.waitForFrame((frame) => frame.url().includes(`/lumen/${kind}/`));
  await shown(frame, selector);
  return frame;
}

/** Logs in by the form of the page's log-in frame; cares for nothing that comes after. */
export async function logInAs(page, name, password = "lumen") {
  const frame = await frameOf(page, "paywall", '[name="password"]');
  await send(frame, `${name}@example.com`, password);
}

// In the frame's own world, since a frame in a hidden box can't be clicked; the page may go away meanwhile.
const send = (frame, who, password) =>
  frame.evaluate(
    (who, password) => {
      document.querySelector('[name="who"]').value = who;
      document.querySelector('[name="password"]').value = password;
      setTimeout(() => document.querySelector('button[value="login"]').click());
    },
    who,
    password,
  );

/** Has the page's frame of that kind say something, as its content would. */
export async function sayFrom(page, kind, message) {
  const frame = await page.waitForFrame((frame) => frame.url().includes(`/lumen/${kind}/`));
  await frame.evaluate((message) => {
    const id = new URLSearchParams(location.search).get("frame");
    parent.postMessage({ iteras: 1, frame: id, ...message }, "*");
  }, message);
}

/** Path and query of the page, once it has come to rest there. */
export async function arrives(page, path) {
  const there = () => page.evaluate(() => document.readyState == "complete" && location.href.slice(origin.length));
  await until(async () => (await there().catch(() => "")) === path, `${path} (at ${page.url()})`);
}

/**
 * The part of the article that the reader can read: `"all"`, `"lead"`, or `"nothing"` where its box stands instead; `""`
 * where neither is there yet.
 */
export const reads = (page) =>
  page.evaluate(() => {
    const sees = (selector) => [...document.querySelectorAll(selector)].some((element) => element.checkVisibility());
    if (sees(".rest")) return "all";
    return sees(".iteras-content-wrapper") ? "lead" : sees(".paywall-box") ? "nothing" : "";
  });

/** Sees the box with its frame. */
export const seesBox = (page) => page.evaluate(() => document.querySelector(".paywall-box").checkVisibility());

/** Waits until the reader reads that much. */
export const readsSoon = async (page, what) =>
  until(async () => (await reads(page).catch(() => "")) === what, `a reader of ${what} at ${page.url()}`);

/** Events and handlers so far, those of renewals apart, which come when they come. */
export const heard = async (page) => (await order(page)).filter((what) => what != "renewed");

/** Waits for a further view of the page: the window that was there is gone. */
export async function loadedAgain(page, work) {
  await page.evaluate(() => (window.before = true));
  await work();
  await holds(page, () => !window.before && document.readyState == "complete");
}
