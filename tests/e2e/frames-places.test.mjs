// Frames wherever a page puts them: in shadow trees, twice, cloned, behind `document.open()`.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { PASS, WALL, publisher } from "./frame-helpers.mjs";
import { start } from "./harness.mjs";

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

async function open() {
  const page = await publisher(world);
  await page.evaluate((wall) => {
    window.options = { profile: "lumen", paywallid: wall };
    window.resize = (frame, height) => say(frame, { iteras: 1, frame: idOf(frame), type: "resize", height });
    window.logIn = (frame, pass) => say(frame, { iteras: 1, frame: idOf(frame), type: "pass", pass });
    window.heights = (...frames) => painted().then(() => frames.map((frame) => frame.style.height));
    window.types = () => seen.map(([type, { code }]) => code || type);
  }, WALL);
  return page;
}

test("F40 a string in an open shadow tree, however deep, is sized, and a log-in there counts", async () => {
  const page = await open();
  const found = await page.evaluate(async (pass) => {
    let root = document.body;
    const frames = [];
    for (const tag of ["section", "x-paywall", "div"]) {
      const host = root.appendChild(document.createElement(tag));
      root = host.attachShadow({ mode: "open" });
      frames.push(await insert(Iteras.paywalliframe(options), root));
    }
    for (const frame of frames) await resize(frame, 300 + frames.indexOf(frame));
    const sized = await heights(...frames);
    await logIn(frames[2], pass);
    return { sized, cookie: document.cookie, types: types() };
  }, PASS);
  assert.deepEqual(found, { sized: ["300px", "301px", "302px"], cookie: `iteraspass=${PASS}`, types: ["login"] });
  assert.deepEqual(page.errors, []);
});

test("F40 a string in a closed shadow tree stays unheard, and one slotted into a tree is heard", async () => {
  const page = await open();
  const found = await page.evaluate(async (pass) => {
    const shadow = (mode) => document.body.appendChild(document.createElement("div")).attachShadow({ mode });
    const closed = await insert(Iteras.paywalliframe(options), shadow("closed"));
    await resize(closed, 300);
    await logIn(closed, pass);
    const tree = shadow("open");
    tree.innerHTML = "<slot></slot>";
    const slotted = await insert(Iteras.paywalliframe(options), tree.host);
    await resize(slotted, 301);
    return { sized: await heights(closed, slotted), cookie: document.cookie };
  }, PASS);
  assert.deepEqual(found, { sized: ["", "301px"], cookie: "" });
});

// Elements in a shadow tree that say what our frame would say.
const LOOK_ALIKES = {
  "a frame with the id of another": (frame) =>
    frame.outerHTML.replace(/data-iteras-frame="\w+"/, 'data-iteras-frame="0"'),
  "a frame without an id": (frame) => frame.outerHTML.replace(/data-iteras-frame="\w+"/, ""),
  "an object": (frame) => `<object type="text/html" data="${frame.src}" data-iteras-frame="${idOf(frame)}"></object>`,
};
for (const [name, html] of Object.entries(LOOK_ALIKES)) {
  test(`F40 C43 what only looks like our frame, in a shadow tree, is not heard: ${name}`, async () => {
    const page = await open();
    await page.evaluate((html) => (window.html = new Function(`return (${html})(...arguments)`)), html.toString());
    const found = await page.evaluate(async (pass) => {
      const frame = await insert(Iteras.paywalliframe(options));
      const tree = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
      const other = await insert(html(frame), tree);
      await say(other.contentWindow, { iteras: 1, frame: idOf(frame), type: "resize", height: 300 });
      await say(other.contentWindow, { iteras: 1, frame: idOf(frame), type: "pass", pass });
      return { sized: await heights(frame, other), cookie: document.cookie, seen };
    }, PASS);
    assert.deepEqual(found, { sized: ["", ""], cookie: "", seen: [] });
  });
}

test("F40 C48 an element that was known by one id does not speak for another", async () => {
  const page = await open();
  const found = await page.evaluate(async (pass) => {
    const [own, other] = [await insert(Iteras.paywalliframe(options)), await insert(Iteras.paywalliframe(options))];
    await resize(own, 300);
    await say(own, { iteras: 1, frame: idOf(other), type: "resize", height: 900 });
    await say(own, { iteras: 1, frame: idOf(other), type: "pass", pass });
    return { sized: await heights(own, other), cookie: document.cookie };
  }, PASS);
  assert.deepEqual(found, { sized: ["300px", ""], cookie: "" });
});

for (const [name, put] of Object.entries({
  "put in twice": () => {
    const html = Iteras.paywalliframe(options);
    return [insert(html), insert(html)];
  },
  "once in the page and once in a shadow tree": () => {
    const html = Iteras.paywalliframe(options);
    const host = document.body.appendChild(document.createElement("div"));
    return [insert(html), insert(html, host.attachShadow({ mode: "open" }))];
  },
  "cloned from an element of frame()": () => {
    const element = Iteras.frame("paywall", options);
    return [insert(element), insert(element.cloneNode(true))];
  },
})) {
  test(`F40 one frame, ${name}: each element has its own height, in one animation frame, and logs in`, async () => {
    const page = await open();
    await page.evaluate((put) => (window.put = new Function(`return (${put})()`)), put.toString());
    const found = await page.evaluate(async (pass) => {
      const [first, second] = await Promise.all(put());
      const once = await Promise.all([resize(first, 300), resize(second, 500)]).then(() => heights(first, second));
      await Promise.all([resize(second, 200), resize(first, 400)]);
      const again = await heights(first, second);
      await logIn(second, pass);
      return { same: idOf(first) == idOf(second), once, again, types: types() };
    }, PASS);
    assert.deepEqual(found, { same: true, once: ["300px", "500px"], again: ["400px", "200px"], types: ["login"] });
    assert.deepEqual(page.errors, []);
  });
}

test("F40 restored by innerHTML = innerHTML, or from a copy of the page as Turbo keeps one: heard, sized", async () => {
  const page = await open();
  const found = await page.evaluate(async (pass) => {
    const frame = await insert(Iteras.paywalliframe(options));
    await resize(frame, 300);
    await heights(frame);
    const box = frame.parentElement;
    const restored = async (change) => {
      await new Promise((done) => {
        document.addEventListener("load", done, { capture: true, once: true });
        change();
      });
      return document.querySelectorAll("iframe");
    };
    const found = [];
    for (const change of [
      () => (box.innerHTML = box.innerHTML),
      () => (document.body.innerHTML = document.body.innerHTML),
      () => document.documentElement.replaceChild(document.body.cloneNode(true), document.body),
    ]) {
      const frames = await restored(change);
      frames[0].removeAttribute("style");
      await resize(frames[0], 310 + found.length);
      found.push([frames.length, ...(await heights(frames[0]))]);
    }
    await logIn(document.querySelector("iframe"), pass);
    return { found, types: types() };
  }, PASS);
  assert.deepEqual(found, {
    found: [
      [1, "310px"],
      [1, "311px"],
      [1, "312px"],
    ],
    types: ["login"],
  });
});

// `document.write` into a page that has loaded opens a new document in the same window.
for (const [name, write] of Object.entries({
  "made before and written after": () => {
    const html = Iteras.paywalliframe(options);
    document.open();
    document.write(`<!doctype html><body>${html}</body>`);
    document.close();
  },
  "written into a page that has loaded": () => document.write(Iteras.paywalliframe(options)),
  "made and written afterwards": () => {
    Iteras.paywalliframe(options);
    document.open();
    document.write(`<!doctype html><body>${Iteras.paywalliframe(options)}</body>`);
    document.close();
  },
  "written long after it was made": () => {
    const html = Iteras.paywalliframe(options);
    return painted().then(() => document.write(html));
  },
})) {
  test(`F40 document.open(): a string ${name} is heard, sized, and logs in`, async () => {
    const page = await open();
    await page.evaluate((write) => (window.write = new Function(`return (${write})()`)), write.toString());
    const found = await page.evaluate(async (pass) => {
      await write();
      const frame = document.querySelector("iframe");
      await new Promise((done) => frame.addEventListener("load", done));
      await resize(frame, 300);
      const sized = await heights(frame);
      await logIn(frame, pass);
      return { sized, cookie: document.cookie };
    }, PASS);
    assert.deepEqual(found, { sized: ["300px"], cookie: `iteraspass=${PASS}` });
    assert.deepEqual(page.errors, []);
  });
}

test("F26 F40 behind document.open() a silent frame is reported, once", async () => {
  const page = await open();
  const reported = await page.evaluate(async () => {
    const set = window.setTimeout;
    const late = [];
    window.setTimeout = (work, time, ...more) => (time == 15000 ? late.push(work) : set(work, time, ...more));
    const html = Iteras.paywalliframe(options);
    document.open();
    document.write(`<!doctype html><body>${html}</body>`);
    document.close();
    const codes = [];
    document.addEventListener("iteras:error", ({ detail }) => codes.push(detail.code));
    await new Promise((done) => document.querySelector("iframe").addEventListener("load", done));
    await painted();
    late.forEach((work) => work());
    return codes;
  });
  assert.deepEqual(reported, ["frame_silent"]);
});
