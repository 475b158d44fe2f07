// Frames in use: each sized by its own content, two log-ins on one page, silence, a flood of messages.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { WALL, publisher, relay } from "./frame-helpers.mjs";
import { ONE_PROCESS, seen, shown, start } from "./harness.mjs";

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames", browser: ONE_PROCESS })));
after(() => world.stop());

async function open(page, path) {
  await page.evaluateOnNewDocument(relay);
  await page.goto(world.site + path);
  return page;
}

// The frame of the stand-in with this path in its address, once its form is there.
async function frameAt(page, path) {
  const frame = await page.waitForFrame((frame) => frame.url().includes(path));
  await shown(frame, "form");
  return frame;
}

const heights = (page) =>
  page.evaluate(() => [...document.querySelectorAll("iframe")].map((frame) => parseInt(frame.style.height)));
const settled = (page, test, ...given) => page.waitForFunction(test, {}, ...given);

test("several frames, each grows and shrinks with its own content; no inline style before the first resize", async () => {
  const page = await open(await world.page(), "/publisher.html");
  // A frame out of sight is not laid out by the browser, and so has nothing to say.
  await page.setViewport({ width: 900, height: 4000 });
  const untouched = await page.evaluate((wall) => {
    document.body.innerHTML =
      Iteras.paywalliframe({ profile: "lumen", paywallid: wall }) +
      Iteras.orderingiframe({ profile: "lumen", orderingid: "lumen-order" }) +
      Iteras.selfserviceiframe({ profile: "lumen" });
    return [...document.querySelectorAll("iframe")].map((frame) => [frame.hasAttribute("style"), frame.offsetHeight]);
  }, WALL);
  assert.deepEqual(untouched, [
    [false, 200],
    [false, 200],
    [false, 200],
  ]);

  const frames = [];
  for (const path of ["/paywall/", "/order/", "/selfservice/"]) frames.push(await frameAt(page, path));
  await settled(page, () =>
    [...document.querySelectorAll("iframe")].every((frame) => frame.style.height && frame.style.borderWidth == "0px"),
  );
  // The element gets the height of the frame's content.
  const fits = async () => {
    const wanted = await Promise.all(
      frames.map((frame) => frame.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height))),
    );
    await settled(
      page,
      (wanted) => [...document.querySelectorAll("iframe")].every((frame, i) => frame.style.height == `${wanted[i]}px`),
      wanted,
    );
    return wanted;
  };
  const first = await fits();

  await frames[1].evaluate(() => {
    const block = document.body.appendChild(document.createElement("div"));
    block.id = "block";
    block.attributeStyleMap ? block.attributeStyleMap.set("height", CSS.px(700)) : (block.style.height = "700px");
  });
  await settled(
    page,
    (before) => parseInt(document.querySelectorAll("iframe")[1].style.height) >= before + 700,
    first[1],
  );
  assert.deepEqual([(await heights(page))[0], (await heights(page))[2]], [first[0], first[2]]);

  await frames[1].evaluate(() => block.remove());
  // Shrinks below the 200 px that it began with, too.
  await frames[2].evaluate(() => document.body.replaceChildren("Short"));
  await settled(page, (before) => parseInt(document.querySelectorAll("iframe")[1].style.height) == before, first[1]);
  await settled(page, () => parseInt(document.querySelectorAll("iframe")[2].style.height) < 200);
  await fits();
  assert.deepEqual(page.errors, []);
});

test("C50 two log-in frames: each only its own", async () => {
  const page = await open(await world.page(), "/publisher.html");
  await page.evaluate((wall) => {
    const logIn = (paywallid) => Iteras.paywalliframe({ profile: "lumen", paywallid });
    document.body.innerHTML = logIn(wall) + logIn("BBBB2222");
  }, WALL);
  const first = await frameAt(page, `/paywall/${WALL}/`);
  const second = await frameAt(page, "/paywall/BBBB2222/");
  const logIn = async (frame, who) => {
    await frame.evaluate((who) => {
      document.querySelector("#who").value = who;
      document.querySelector("#password").value = "lumen";
      document.querySelector("button[value=login]").click();
    }, who);
    await shown(frame, "button[value=other]");
  };
  // Anna has no access to the second frame's paywall: no pass, and the first frame is none the wiser.
  await logIn(second, "anna@example.com");
  assert.equal(await page.evaluate("document.cookie"), "");
  assert.ok(await first.$("#password"));
  await logIn(first, "bo@example.com");
  await settled(page, () => document.cookie.startsWith("iteraspass=user|"));
  assert.deepEqual(await seen(page), ["login"]);
  assert.ok(await second.$("button[value=other]"));
});

// Keeps the timers of 15 seconds for the test to run, so that nobody waits.
function holdTimers() {
  const { setTimeout: set, clearTimeout: clear } = window;
  const held = new Map();
  let last = 1e9;
  window.setTimeout = (work, delay, ...given) => {
    if (delay != 15000) return set(work, delay, ...given);
    held.set(++last, work);
    return last;
  };
  window.clearTimeout = (id) => held.delete(id) || clear(id);
  window.waitingFrames = () => held.size;
  window.fifteenSecondsLater = () => {
    const due = [...held.values()];
    held.clear();
    due.forEach((work) => work());
  };
}

test("F26 a frame that is silent after it has loaded is reported, and nothing is inserted", async () => {
  const page = await publisher(world, { prepare: holdTimers });
  const found = await page.evaluate(async (wall) => {
    const log = [];
    const call = () => Iteras.paywalliframe({ profile: "lumen", paywallid: wall });
    const note = (what) => log.push([what, waitingFrames()]);
    document.body.innerHTML = "";
    const text = await insert(call());
    note("string loaded");
    const element = await insert(Iteras.frame("paywall", { profile: "lumen", paywallid: wall }));
    note("element loaded");
    const speaks = await insert(call());
    await say(speaks, { iteras: 1, frame: idOf(speaks), type: "hello" });
    note("third loaded and spoke");
    const before = document.documentElement.outerHTML;
    fifteenSecondsLater();
    const same = document.documentElement.outerHTML == before;
    // Silent again after another load: reported again. Frames that are not ours never are.
    await moveTo(text, text.src);
    await insert(`<iframe src="https://other.example/?iframe=1"></iframe>`);
    note("string loaded again");
    await say(text, { iteras: 1, frame: idOf(text), type: "resize", height: 10 });
    note("string spoke");
    return {
      log,
      same,
      style: element.getAttribute("style"),
      seen: seen.map(([type, { code, message }]) => [type, code, typeof message]),
    };
  }, WALL);
  assert.deepEqual(found, {
    log: [
      ["string loaded", 1],
      ["element loaded", 2],
      ["third loaded and spoke", 2],
      ["string loaded again", 1],
      ["string spoke", 0],
    ],
    same: true,
    style: null,
    seen: [
      ["error", "frame_silent", "string"],
      ["error", "frame_silent", "string"],
    ],
  });
  assert.deepEqual(page.errors, []);
});

test("F26 a frame that spoke before its load is not silent, as string and as element", async () => {
  // The stand-in's frames say hello as soon as they are parsed; these say nothing later.
  const early = `<!doctype html><script>
    parent.postMessage({ iteras: 1, frame: new URLSearchParams(location.search).get("frame"), type: "resize", height: 90 }, "*");
  </script><img src="/slow">`;
  const page = await publisher(world, {
    prepare: holdTimers,
    pages: { [`https://service.example/lumen/paywall/${WALL}/`]: early },
  });
  const waiting = await page.evaluate(async (wall) => {
    const found = [];
    const options = { profile: "lumen", paywallid: wall };
    for (const frame of [Iteras.paywalliframe(options), Iteras.frame("paywall", options)]) {
      await insert(frame);
      await painted();
      found.push([document.querySelectorAll("iframe").length, waitingFrames()]);
    }
    fifteenSecondsLater();
    return [found, seen.length, [...document.querySelectorAll("iframe")].map((frame) => frame.style.height)];
  }, WALL);
  assert.deepEqual(waiting, [
    [
      [1, 0],
      [2, 0],
    ],
    0,
    ["90px", "90px"],
  ]);
});

test("F26 a frame that the page's own policy blocks is reported as silent", async () => {
  const page = await publisher(world, { prepare: holdTimers });
  const reported = await page.evaluate(async (wall) => {
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = "frame-src 'none'";
    document.head.append(policy);
    await insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall }));
    fifteenSecondsLater();
    return seen.map(([type, { code }]) => `${type} ${code}`);
  }, WALL);
  assert.deepEqual(reported, ["error frame_silent"]);
});

test("F27 ten thousand resize messages in a second: no long task, one style write an animation frame", async () => {
  const page = await publisher(world);
  await page.evaluate(async (wall) => {
    window.frame = await insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall }));
    window.found = { heard: 0, writes: 0, painted: 0 };
    addEventListener("message", ({ data }) => data.type == "resize" && found.heard++);
    new MutationObserver(() => found.writes++).observe(frame, { attributeFilter: ["style"] });
    requestAnimationFrame(function count() {
      found.painted++;
      requestAnimationFrame(count);
    });
  }, WALL);
  const frame = page.frames().find((frame) => frame.url().includes("/paywall/"));
  // Tasks are measured in processor time: that the machine had other work is not our fault.
  await page.tracing.start({ categories: ["-*", "blink.user_timing", "disabled-by-default-devtools.timeline"] });
  const id = await page.evaluate(() => performance.mark("flood") && idOf(frame));
  // A hundred every ten milliseconds; when the timer is late, up to five hundred at a time catch up. More would be a long
  // task of the sender's, which has the page's thread where both are of one site.
  await frame.evaluate(
    (id) =>
      new Promise((done) => {
        const began = performance.now();
        let sent = 0;
        const timer = setInterval(() => {
          for (const due = Math.min(10000, sent + 500, (performance.now() - began) * 10); sent < due; sent++) {
            parent.postMessage({ iteras: 1, frame: id, type: "resize", height: 1 + ((sent + 1000) % 1000) }, "*");
          }
          if (sent == 10000) {
            clearInterval(timer);
            done();
          }
        }, 10);
      }),
    id,
  );
  await page.waitForFunction(() => found.heard == 10000);
  const found = await page.evaluate(() => painted().then(() => ({ ...window.found, height: frame.style.height })));
  const events = JSON.parse(Buffer.from(await page.tracing.stop())).traceEvents;
  const begin = events.find(({ name }) => name == "flood");
  const tasks = events.filter(
    ({ name, pid, tid, ts }) => name == "RunTask" && pid == begin.pid && tid == begin.tid && ts > begin.ts,
  );

  assert.ok(tasks.length > 10000, `${tasks.length} tasks`);
  assert.deepEqual(
    tasks.map(({ tdur }) => tdur / 1000).filter((milliseconds) => milliseconds > 50),
    [],
  );
  assert.equal(found.height, "1000px");
  assert.ok(
    found.writes > 5 && found.writes <= found.painted + 1,
    `${found.writes} writes in ${found.painted} animation frames`,
  );
});
