// Text from right to left: a magazine, readers and products with Arabic names in the frames, in pages that are written
// from the right themselves. Frames keep their height, nothing is cut off, and each name reads in its own direction.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";

import { root } from "./driver/tools.mjs";
import { test } from "./driver/test.mjs";
import { ONE_PROCESS, shown, start } from "./harness.mjs";
import { WALL } from "./helpers.mjs";
import { stickingOut } from "./looks-checks.mjs";
import { send } from "./looks-scenes.mjs";

/** What the stand-in's magazine calls things, in each of its languages, and the names in their place. */
const NAMES = [
  [["All of Lumen", "Hele Lumen"], "كل أعداد منارة"],
  [["Lumen Digital, 12 months", "Lumen Digital, 12 måneder"], "منارة الرقمية، 12 شهرًا"],
  [["Every article, on screen.", "Alle artikler på skærm."], "كل المقالات على الشاشة (نسخة رقمية)."],
  [["Order Lumen", "Bestil Lumen"], "اطلب منارة"],
  [["Anna Eksempel"], "آنا نموذج"],
  [["Prøvevej 12, 2. th."], "شارع التجربة 12 (أ)"],
];
const named = (name) => NAMES.find(([names]) => names.includes(name))[1];
const ACCOUNT = { who: "anna@example.com", password: "lumen" };

let world, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "iteras-rtl-"));
  let config = readFileSync(join(root, "crates/standin/standin.toml"), "utf8");
  for (const [names, other] of NAMES) {
    for (const name of names) {
      assert.ok(config.includes(`"${name}"`), name);
      config = config.replaceAll(`"${name}"`, `"${other}"`);
    }
  }
  writeFileSync(join(folder, "standin.toml"), config);
  const args = ["--config", join(folder, "standin.toml")];
  world = await start({ site: "tests/e2e/pages/frames", args, browser: ONE_PROCESS });
});
after(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true });
});

// A page from right to left with a frame in it, on a screen of that width.
async function embedded(width, kind, options) {
  const page = await world.page();
  await page.setViewport({ width, height: 1600 });
  await page.goto(`${world.site}/right-to-left.html`);
  await page.evaluate(
    (kind, options) => document.getElementById("place").append(Iteras.frame(kind, { profile: "lumen", ...options })),
    kind,
    options,
  );
  const frame = await page.waitForFrame((frame) => frame.url().includes("/lumen/"));
  await shown(frame, "h1");
  return { page, frame };
}

async function post(frame, action, typed, answer) {
  await send(frame, action, typed);
  await shown(frame, answer);
}

// The frame is as high as what is in it, and stands in the page with both its sides.
async function fits({ page, frame }) {
  await frame.waitForFunction(() => innerHeight == Math.ceil(document.documentElement.getBoundingClientRect().height), {
    polling: 20,
    timeout: 20_000,
  });
  const place = await page.evaluate(() => {
    const { left, right, height } = document.querySelector("iframe").getBoundingClientRect();
    const { clientWidth, scrollWidth } = document.documentElement;
    return { left, right: clientWidth - right, height, scrolls: scrollWidth > clientWidth };
  });
  assert.equal(place.height, await frame.evaluate(() => innerHeight));
  assert.deepEqual({ ...place, height: 0 }, { left: 12, right: 12, height: 0, scrolls: false });
  assert.deepEqual([...(await page.evaluate(stickingOut)), ...(await frame.evaluate(stickingOut))], []);
}

// In which direction the innermost element with that text, or that field's value, reads.
const direction = (frame, text) =>
  frame.evaluate((text) => {
    const holds = (one) => one.value == text || one.textContent.trim() == text;
    const found = [...document.querySelectorAll("main *")].filter(holds).at(-1);
    return found ? getComputedStyle(found).direction : `no ${text}`;
  }, text);

for (const width of [1280, 320]) {
  test(`a log-in frame in a page from right to left, ${width} pixels`, async () => {
    const scene = await embedded(width, "paywall", { paywallid: [WALL, "BBBB2222"] });
    await fits(scene);
    await post(scene.frame, "login", { ...ACCOUNT, password: "lamp" }, ".alert");
    await fits(scene);
    await post(scene.frame, "login", ACCOUNT, "strong");
    await fits(scene);
    assert.equal(await direction(scene.frame, named("Anna Eksempel")), "rtl");
    assert.equal(await direction(scene.frame, ACCOUNT.who), "ltr");
    // A number behind a name from the right belongs to the sentence, not to the name.
    const [name, number] = await scene.frame.evaluate(() => {
      const line = document.querySelector("strong").parentElement;
      const last = document.createRange();
      last.setStart(line.lastChild, line.lastChild.length - 2);
      last.setEnd(line.lastChild, line.lastChild.length - 1);
      return [line.querySelector("strong").getBoundingClientRect(), last.getBoundingClientRect()].map(
        ({ left, top }) => top * 10_000 + left,
      );
    });
    assert.ok(number > name, "the customer's number stands before the name");
    await scene.page.browserContext().close();
  });

  test(`an order frame in a page from right to left, ${width} pixels`, async () => {
    const scene = await embedded(width, "ordering", { orderingid: "lumen-order" });
    await fits(scene);
    for (const name of ["Order Lumen", "Lumen Digital, 12 months", "Every article, on screen."]) {
      assert.equal(await direction(scene.frame, named(name)), "rtl", name);
    }
    await post(scene.frame, "details", { name: named("Anna Eksempel"), email: ACCOUNT.who }, ".alert");
    await fits(scene);
    assert.equal(await direction(scene.frame, named("Anna Eksempel")), "rtl");
    assert.equal(await direction(scene.frame, ACCOUNT.who), "ltr");
    await scene.page.browserContext().close();
  });

  test(`an account frame in a page from right to left, ${width} pixels`, async () => {
    const scene = await embedded(width, "selfservice", {});
    await fits(scene);
    await post(scene.frame, "login", ACCOUNT, "dl");
    await fits(scene);
    for (const name of ["Anna Eksempel", "Prøvevej 12, 2. th.", "Lumen Digital, 12 months"]) {
      assert.equal(await direction(scene.frame, named(name)), "rtl", name);
    }
    await post(scene.frame, "edit", {}, '[name="street"]');
    await fits(scene);
    assert.equal(await direction(scene.frame, named("Prøvevej 12, 2. th.")), "rtl");
    await scene.page.browserContext().close();
  });
}
