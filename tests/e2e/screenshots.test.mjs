// Pages and frames look as they did: each picture is held against what tests/e2e/pictures.json keeps of it. And the
// comparison notices what it is for, and nothing else.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { boxFont } from "./box-font.mjs";
import { COLOUR_TOLERANCE, REFERENCES, SQUARE, compare, digest, kept } from "./digest.mjs";
import { test } from "./driver/test.mjs";
import { ONE_PROCESS, start } from "./harness.mjs";
import { SCENES, openScene, show } from "./looks-scenes.mjs";
import { compared, lookedAt, viewsOf } from "./pictures.mjs";

const ACCEPT =
  "Look at target/screenshots/index.html after `cargo xtask screenshots`; `--write` accepts what is there.";

let world;
before(async () => {
  world = await start({ site: "www", browser: ONE_PROCESS });
});
after(() => world?.stop());

for (const scene of SCENES) {
  test(`looks as it did: ${scene.name}`, async () => {
    const page = await openScene(world, scene);
    try {
      const wrong = [];
      for (const { view, png } of await compared(page, scene)) {
        wrong.push(...compare(REFERENCES[view], digest(png)).map((sentence) => `${view} ${sentence}`));
      }
      assert.deepEqual(wrong, [], ACCEPT);
    } finally {
      await page.browserContext().close();
    }
  });
}

test("no reference is left of what is not shown any more", () => {
  const views = SCENES.flatMap(viewsOf);
  assert.equal(new Set(views).size, views.length, "two scenes have one name");
  assert.deepEqual(
    Object.keys(REFERENCES).filter((view) => !views.includes(view)),
    [],
    ACCEPT,
  );
});

function sceneOf(name) {
  const found = SCENES.find((scene) => scene.name == name);
  assert.ok(found, `there is no scene ${name}`);
  return found;
}

// A page as it is kept, and the sentences about it after something was done to it.
async function planted() {
  const scene = sceneOf("/subscribe, a stranger, en");
  const page = await openScene(world, scene);
  const references = (await compared(page, scene)).map(({ png }) => kept(digest(png)));
  const sentences = async () =>
    (await compared(page, scene)).flatMap(({ png }, index) => compare(references[index], digest(png)));
  return { page, sentences };
}

const FAULTS = {
  "a style sheet that is gone": () => document.querySelector('link[rel="stylesheet"]').remove(),
  "a panel that moved": () => (document.querySelector(".aside").style.transform = "translateX(30px)"),
  "a panel that lost its place beside another": () => (document.querySelector(".split").style.display = "block"),
  "a button that is gone": () => document.querySelector(".offers .button").remove(),
  "a button that can't be seen": () => (document.querySelector(".offers .button").style.visibility = "hidden"),
  "a text that runs over": () => {
    const line = document.querySelector(".offers .price");
    line.style.whiteSpace = "nowrap";
    line.textContent = "A price that nobody has ever thought of and that does not end ".repeat(4);
  },
  "a heading in another family of letters": () => (document.querySelector("h1").style.fontFamily = "var(--mono)"),
  "a colour of the dark in the light": () =>
    (document.querySelector(".note, .demo-accounts").style.background = "#10242e"),
  "an icon that is gone": () => document.querySelector(".masthead .wordmark").remove(),
};

for (const [what, fault] of Object.entries(FAULTS)) {
  test(`the comparison notices ${what}`, async () => {
    const { page, sentences } = await planted();
    await page.evaluate(fault);
    assert.match(
      (await sentences()).join("\n"),
      /looks otherwise at x \d+ to \d+, y \d+ to \d+|pixels (high|wide), was/,
    );
    await page.browserContext().close();
  });
}

test("the comparison finds the same picture again, and names the place of what is gone", async () => {
  const { page, sentences } = await planted();
  assert.deepEqual(await sentences(), []);
  await show(page, { width: 1280 });
  const place = await page.evaluate(() => {
    const { left, top, right, bottom } = document.querySelector(".offers .button").getBoundingClientRect();
    document.querySelector(".offers .button").style.visibility = "hidden";
    return { left, top, right, bottom };
  });
  const [sentence] = await sentences();
  const [left, right, top, bottom] = sentence.match(/\d+/g).map(Number);
  const near = (one, other) => Math.abs(one - other) <= SQUARE;
  assert.ok(near(left, place.left) && near(right, place.right), sentence);
  assert.ok(near(top, place.top) && near(bottom, place.bottom), sentence);
  await page.browserContext().close();
});

test("what is kept of a picture is it within half a step, and a page that has none is told", () => {
  const colours = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 37) % 256));
  const one = { width: 320, height: 320, colours };
  assert.deepEqual(compare(kept(one), one), []);
  const other = { ...one, colours: Buffer.from(colours) };
  other.colours[150] = (colours[150] + 128) % 256;
  assert.deepEqual(compare(kept(one), other), ["looks otherwise at x 0 to 32, y 160 to 192"]);
  other.colours[150] = colours[150] + Math.min(COLOUR_TOLERANCE / 2, 255 - colours[150]);
  assert.deepEqual(compare(kept(one), other), []);
  assert.deepEqual(compare(kept(one), { ...one, height: 326 }), ["is 326 pixels high, was 320"]);
  assert.deepEqual(compare(undefined, one), ["is new: no reference is kept of it"]);
});

// Another machine, which has the first typefaces that pages name, and those are much wider than any here.
const WIDE_LETTERS = boxFont({ advance: 700, height: 600 });
const FIRST_NAMES = ["Iowan Old Style", "Avenir Next", "SF Mono"];
function install(names, file) {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  for (const name of names) document.fonts.add(new FontFace(name, bytes));
}

test("other typefaces on the machine move no picture that is compared, though they move the page", async () => {
  const machines = [undefined, (page) => page.evaluateOnNewDocument(install, FIRST_NAMES, WIDE_LETTERS)];
  for (const name of ["/subscribe, a stranger, da", "/check, a stranger, findings, en", "frame: order, mistakes, en"]) {
    const scene = sceneOf(name);
    const taken = [];
    for (const machine of machines) {
      const page = await openScene(world, scene, machine);
      const [real] = await lookedAt(page, scene);
      taken.push([digest(real.png, 1), ...(await compared(page, scene)).map(({ png }) => digest(png))]);
      await page.browserContext().close();
    }
    const [moved, ...boxes] = taken[0].map((one, index) => compare(kept(one), taken[1][index]));
    assert.ok(moved.length, `${name}: the other typefaces made no difference to begin with`);
    assert.deepEqual(boxes, [[], []], name);
  }
});
