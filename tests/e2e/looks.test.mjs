// Everybody can use what the demo and the stand-in show: each page and each state of each frame, by the rules of axe,
// with a keyboard alone, on a phone of 320 pixels, twice as large, in the dark, in forced colours, without motion.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { ONE_PROCESS, start, toolPath } from "./harness.mjs";
import { moving, noteStops, stickingOut, stopped, withoutEdges } from "./looks-checks.mjs";
import { SCENES, openScene, show, shownFrames } from "./looks-scenes.mjs";
import { checkPage } from "./page-checks.mjs";

const AXE = readFileSync(toolPath("axe-core/axe.min.js"), "utf8");
/** What WCAG 2.2 asks at levels A and AA, and what axe calls good practice. */
const EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Rules whose outcome may be another one on another screen or in other colours. */
const VISIBLE = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"];
/** For parts that browsers stop at because they scroll, and for the way round to the first stop. */
const SPARE_PRESSES = 10;
const WIDE = { width: 1280 };
/** The smallest phone; a frame on it has less. */
const NARROW = { page: { width: 320 }, frame: { width: 280 } };

let world;
before(async () => {
  world = await start({ site: "www", browser: ONE_PROCESS });
});
after(() => world?.stop());

// In each document of the page; frames of others can't be reached by a rule that runs in the page.
const everywhere = async (page, work, ...args) =>
  (
    await Promise.all(
      shownFrames(page).map(async (frame) => {
        const found = await frame.evaluate(work, ...args);
        return frame == page.mainFrame() ? found : found.map((sentence) => `in its frame: ${sentence}`);
      }),
    )
  ).flat();

async function axe(page, runOnly) {
  for (const frame of shownFrames(page)) {
    if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(AXE);
  }
  return everywhere(
    page,
    async (runOnly) => {
      const { violations, passes } = await window.axe.run(document, {
        runOnly,
        iframes: false,
        resultTypes: ["violations"],
      });
      if (!passes.length) return ["axe looked at nothing"];
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
      );
    },
    runOnly,
  );
}

// The presses reach the page one after another, each answered when it has dealt with it.
async function tabThrough(page) {
  await page.bringToFront();
  // Whatever window of this machine has the focus.
  await page.media.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  let presses = SPARE_PRESSES;
  // The page itself last: there the Tab key begins.
  for (const frame of shownFrames(page).reverse()) presses += await frame.evaluate(noteStops);
  await Promise.all(Array.from({ length: presses }, () => page.keyboard.press("Tab")));
  return everywhere(page, stopped);
}

// Checks that come out the same in every language, since pages in Danish are made as the English ones (demo.test.mjs).
async function beyondWords(page, note, kind) {
  note("by keyboard", await tabThrough(page));
  await show(page, { ...WIDE, scheme: "dark" });
  note("wide, dark", await axe(page, { type: "rule", values: VISIBLE }));
  await show(page, { ...NARROW[kind], scheme: "light" });
  note("narrow, light", await axe(page, { type: "rule", values: VISIBLE }));
  for (const scheme of ["light", "dark"]) {
    await show(page, { ...WIDE, scheme, forced: true });
    note(`forced colours, ${scheme}`, await everywhere(page, withoutEdges));
    for (const frame of shownFrames(page)) {
      const found = await frame.evaluate(checkPage, kind == "page" && frame == page.mainFrame() ? "page" : "frame");
      note(`forced colours, ${scheme}`, contrastOf(found));
    }
  }
}

const contrastOf = (sentences) => sentences.filter((sentence) => /contrast/.test(sentence));

for (const scene of SCENES) {
  test(`everybody can use it: ${scene.name}`, async () => {
    const page = await openScene(world, scene);
    const wrong = [];
    const note = (when, sentences) => wrong.push(...sentences.map((sentence) => `${when}: ${sentence}`));
    try {
      note("wide, light", await axe(page, { type: "tag", values: EVERYTHING }));
      note("less motion", await everywhere(page, moving));
      if (scene.language == "en") await beyondWords(page, note, scene.kind);
      await show(page, { width: 640, zoom: 2 });
      note("twice as large", await everywhere(page, stickingOut));
      await show(page, { ...NARROW[scene.kind], scheme: "dark" });
      note("narrow", await everywhere(page, stickingOut));
      note("narrow, dark", await axe(page, { type: "tag", values: EVERYTHING }));
      assert.deepEqual(wrong, []);
      assert.deepEqual(
        page.errors.filter((error) => !/Iteras is not defined/.test(error) || scene.note != "no service"),
        [],
      );
    } finally {
      await page.browserContext().close();
    }
  });
}

// A page of one fault, and the sentence that tells it. `how` is the check of those above that has to notice.
const FAULTS = [
  ["a picture without a text", '<img src="/img/fog.svg">', axeOf, /image-alt/],
  ["grey words on grey", '<p style="color: #888; background: #999">Words</p>', axeOf, /color-contrast/],
  ["a field without a label", "<input>", axeOf, /label: <input>/],
  [
    "what is too wide",
    '<p style="width: 120vw">Words</p>',
    (page) => everywhere(page, stickingOut),
    /scrolls sideways/,
  ],
  [
    "what is cut off",
    '<p style="height: 1em; overflow: hidden">Words<br>and more words</p>',
    (page) => everywhere(page, stickingOut),
    /cut off: <p/,
  ],
  ["a ring that is taken away", '<a href="/" style="outline: none">A link</a>', tabThrough, /focus not seen: <a/],
  [
    "another order than that of the document",
    '<a href="/">One</a> <button tabindex="1">Two</button> <a href="/">Three</a>',
    tabThrough,
    /came to <a href="\/">Three<\/a> instead of <button tabindex="1"/,
  ],
  [
    "a trap",
    '<a href="/">One</a> <input onkeydown="event.preventDefault()"> <a href="/">Out</a>',
    tabThrough,
    /came to nothing instead of <a href="\/">Out/,
  ],
  [
    "a button without an edge",
    '<button style="border: 0; background: yellow">Press</button>',
    async (page) => {
      await show(page, { ...WIDE, forced: true });
      return everywhere(page, withoutEdges);
    },
    /no edge: <button/,
  ],
  [
    "what moves all the same",
    "<style>@keyframes to { to { opacity: 0 } } p { animation: to 9s infinite }</style><p>Words</p>",
    (page) => everywhere(page, moving),
    /an animation runs/,
  ],
  [
    "what would move",
    "<style>p::before { content: ''; transition: all 1s }</style><p>Words</p>",
    (page) => everywhere(page, moving),
    /would move: <p>/,
  ],
];

async function axeOf(page) {
  return axe(page, { type: "tag", values: EVERYTHING });
}

for (const [what, html, check, sentence] of FAULTS) {
  test(`the checks notice ${what}`, async () => {
    const page = await world.page();
    await page.goto(`${world.site}/nowhere`);
    await page.setContent(
      `<!doctype html><html lang="en"><title>A fault</title><main><h1>A fault</h1>${html}</main></html>`,
    );
    await show(page, { ...WIDE, scheme: "light" });
    assert.match((await check(page)).join("\n"), sentence);
    await page.browserContext().close();
  });
}
