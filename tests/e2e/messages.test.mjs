// Messages from frames, which are obeyed, and from everybody else, which are not (rules, "Messages"). The service is a
// window that says what it is told; the browser is real.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { test } from "./driver/test.mjs";
import { PASS, PUBLISHER, SERVICE, WALL, fixture, publisher, relay } from "./frame-helpers.mjs";
import { start } from "./harness.mjs";

const UNTOUCHED = { style: null, cookie: "", seen: [], went: [], welcomes: 0 };

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

// Makes a log-in frame `window.frame` with `window.id`; `everyType()` are messages that would work.
function prepareFrame(wall, pass, change) {
  window.state = async () => {
    await painted();
    const welcomes = (await heardBy(frame)).filter(({ data }) => data && data.type == "welcome").length;
    return {
      style: frame.getAttribute("style"),
      cookie: document.cookie,
      seen: seen.map(String),
      went: went.slice(),
      welcomes,
    };
  };
  window.everyType = () => [
    { iteras: 1, frame: id, type: "hello" },
    { iteras: 1, frame: id, type: "resize", height: 300 },
    { iteras: 1, frame: id, type: "pass", pass },
    { iteras: 1, frame: id, type: "navigate", url: "/away" },
  ];
  const html = Iteras.paywalliframe({ profile: "lumen", paywallid: wall });
  return insert(html.replace("<iframe", `<iframe ${change}`)).then((element) => {
    window.frame = element;
    window.id = idOf(element);
  });
}

async function logInPage({ change = "", ...options } = {}) {
  const page = await publisher(world, options);
  await page.evaluate(prepareFrame, WALL, PASS, change);
  return page;
}

// The frame is heard after all that was ignored: it was the messages that were refused, not the frame.
async function assertOnlyTrueOnesCount(page, state) {
  assert.deepEqual(state, UNTOUCHED);
  const { style, welcomes } = await page.evaluate(async () => {
    await say(frame, { iteras: 1, frame: id, type: "resize", height: 321 });
    await say(frame, { iteras: 1, frame: id, type: "hello" });
    return state();
  });
  assert.deepEqual(
    { style, welcomes },
    { style: "min-height: 321px; height: 321px; max-height: none; display: block; border: 0px;", welcomes: 1 },
  );
  assert.deepEqual([page.errors, page.dialogs, page.strays], [[], [], []]);
}

test("the four messages do what the table says", async () => {
  const page = await logInPage();
  const result = await page.evaluate(async () => {
    for (const message of everyType()) await say(frame, message);
    return { ...(await state()), heard: await heardBy(frame), seen: seen.map(([type]) => type), id };
  });
  assert.equal(result.style, "min-height: 300px; height: 300px; max-height: none; display: block; border: 0px;");
  assert.equal(result.cookie, `iteraspass=${PASS}`);
  assert.deepEqual(result.seen, ["login"]);
  assert.deepEqual(result.went, [["push", `${PUBLISHER}/away`]]);
  assert.deepEqual(result.heard, [
    { data: { iteras: 1, frame: result.id, type: "welcome", state: "out" }, origin: PUBLISHER },
  ]);
});

test("C43 from the page itself, another frame of the service, a copy of ours, and one inside ours", async () => {
  const page = await logInPage();
  const state = await page.evaluate(async (service) => {
    const other = await insert(`<iframe src="${service}/other/?iframe=1"></iframe>`);
    // Looks like ours to whoever goes by the attribute.
    const copy = await insert(`<iframe data-iteras-frame="${id}" src="https://copy.example/?iframe=1"></iframe>`);
    await embed(frame, "/inner/?iframe=1");
    for (const message of everyType()) {
      await sayMyself(message);
      await say(other, message);
      await say(copy, message);
      await sayFromWithin(frame, message);
    }
    return state();
  }, SERVICE);
  await assertOnlyTrueOnesCount(page, state);
});

test("C43 from a window of the service that the page opened", async () => {
  const page = await world.page();
  const service = world.site.replace("localhost", "127.0.0.1");
  await page.evaluateOnNewDocument(relay);
  await page.goto(`${world.site}/publisher.html`);
  await page.evaluate((base) => Iteras.configure({ endpoints: { paywall: `${base}/speaker.html?of={id}` } }), service);
  await page.evaluate(prepareFrame, WALL, PASS, "");
  await page.evaluate(async (service) => {
    const popup = open(`${service}/speaker.html`);
    // It has another origin, so nothing but its answers tells that it is there.
    let there;
    const answer = say(popup, "there?").then(() => (there = true));
    while (!there) {
      popup.postMessage({ say: "there?" }, "*");
      await Promise.race([answer, new Promise((done) => setTimeout(done, 20))]);
    }
    for (const message of everyType()) await say(popup, message);
    // Answers to the questions above may have come in between.
    await say(popup, "last");
  }, service);
  // In a window that is covered nothing is painted.
  await page.bringToFront();
  await assertOnlyTrueOnesCount(Object.assign(page, { dialogs: [], strays: [] }), await page.evaluate("state()"));
});

test("C44 from our frame when it is sandboxed or shows a document without an origin", async () => {
  const sandboxed = await logInPage({ change: `sandbox="allow-scripts"` });
  const state = await sandboxed.evaluate(async () => {
    for (const message of everyType()) await say(frame, message);
    return state();
  });
  assert.deepEqual(state, UNTOUCHED);
  assert.deepEqual(sandboxed.errors, []);

  const page = await logInPage();
  const dataState = await page.evaluate(async (html) => {
    const home = frame.src;
    await moveTo(frame, `data:text/html,${encodeURIComponent(html)}`);
    for (const message of everyType()) await say(frame, message);
    const found = await state();
    await moveTo(frame, home);
    return found;
  }, fixture("frames/speaker.html"));
  await assertOnlyTrueOnesCount(page, dataState);
});

test("C45 C49 from our frame after it went to a look-alike origin, and again when it is back", async () => {
  const page = await logInPage();
  const states = await page.evaluate(async (html) => {
    const home = frame.src;
    const found = {};
    for (const origin of [
      "https://service.example:8443",
      "https://service.example.evil.example",
      "https://evil-service.example",
      "https://login.service.example",
      "https://service.example.",
      "https://serviceexample",
      "https://xn--srvice-dya.example",
      location.origin,
    ]) {
      await moveTo(frame, `${origin}/?iframe=1`);
      for (const message of everyType()) await say(frame, message);
      found[origin] = await state();
    }
    // A document written by the page has the page's origin.
    await moveTo(frame, "about:blank");
    frame.contentDocument.write(html);
    for (const message of everyType()) await say(frame, message);
    found.written = await state();
    await moveTo(frame, home);
    return found;
  }, fixture("frames/speaker.html"));
  for (const [origin, state] of Object.entries(states)) assert.deepEqual(state, UNTOUCHED, origin);
  await assertOnlyTrueOnesCount(page, UNTOUCHED);
});

test("C45 from our frame over http where the service has https", async () => {
  const page = await logInPage({ url: "http://pub.example/page" });
  const state = await page.evaluate(
    async (insecure) => {
      const home = frame.src;
      await moveTo(frame, `${insecure}/?iframe=1`);
      for (const message of everyType()) await say(frame, message);
      const found = await state();
      await moveTo(frame, home);
      return found;
    },
    SERVICE.replace("https:", "http:"),
  );
  await assertOnlyTrueOnesCount(page, state);
});

test("C46 C47 C48 with a wrong shape, id, type, height, pass or URL", async () => {
  const page = await logInPage();
  const accepted = await page.evaluate(async (pass) => {
    const good = (fields) => ({ iteras: 1, frame: id, type: "resize", height: 300, ...fields });
    const long = "x".repeat(9000);
    const valid = (bytes) => pass.replace("/", `|${"f".repeat(bytes)}/`);
    const bad = [
      // Shapes
      null,
      undefined,
      true,
      1,
      1n,
      "resize",
      JSON.stringify(good()),
      [good()],
      Object.assign([], good()),
      new Map(Object.entries(good())),
      new Date(),
      new Set([good()]),
      /resize/,
      new Error("resize"),
      Object.assign(new Date(), good()),
      Object.assign(new Map(), good()),
      new Uint8Array(9),
      new Blob(["resize"]),
      Object.assign(new String("resize"), good()),
      JSON.parse(JSON.stringify({ p: good() }).replace('"p"', '"__proto__"')),
      { data: good() },
      {},
      // Marks
      ...["1", true, 2, 0, null, [1], { valueOf: 1 }, 1n, new Number(1), NaN].map((iteras) => good({ iteras })),
      // Ids
      ...[
        "",
        id.toUpperCase(),
        `${id} `,
        id.slice(1),
        `${id}0`,
        "0".repeat(32),
        "__proto__",
        "constructor",
        "toString",
        "*",
        null,
        undefined,
        0,
        [id],
        { id },
        new String(id),
        long,
      ].map((frame) => good({ frame })),
      // Types
      ...[
        "",
        "Resize",
        "resize ",
        "welcome",
        "resize\x1fpass",
        "pass\0",
        "__proto__",
        "toString",
        long,
        null,
        undefined,
        1,
        ["resize"],
        { type: "resize" },
        new String("resize"),
      ].map((type) => good({ type, pass, url: "/away" })),
      // Heights
      ...[
        NaN,
        -1,
        0,
        -0,
        1e9,
        Infinity,
        -Infinity,
        100000.1,
        Number.MIN_SAFE_INTEGER,
        "300",
        "100px;position:fixed",
        "1e3",
        "",
        null,
        undefined,
        true,
        [300],
        { height: 300 },
        300n,
        new Number(300),
        new Date(300),
      ].map((height) => good({ height })),
      // Passes
      ...[
        "",
        "x",
        pass.slice(0, -1).replace(":", "|"),
        pass.replace("|", ""),
        `${pass}\n`,
        `${pass}\x1f`,
        ` ${pass}`,
        `${pass}; Path=/x`,
        pass.replace("192.0.2.7", "a;b"),
        pass.replace("192.0.2.7", "å"),
        pass.replace("192.0.2.7", '"'),
        encodeURIComponent(pass),
        pass.replace("2099-12-31", "2099-02-30"),
        valid(4096),
        valid(9000),
        valid(1e6),
        long,
        null,
        undefined,
        1,
        true,
        [pass],
        { pass },
        new String(pass),
      ].map((pass) => good({ type: "pass", pass })),
      // URLs; what makes a target safe has tests of its own
      ...[
        "",
        "//evil.example/",
        "https://evil.example/",
        `/${long}`,
        null,
        undefined,
        1,
        ["/away"],
        { href: "/away" },
        new String("/away"),
      ].map((url) => good({ type: "navigate", url })),
    ];
    const accepted = [];
    for (let i = 0; i < bad.length; i++) {
      await say(frame, bad[i]);
      if (frame.style.length || document.cookie || went.length || seen.length) {
        accepted.push(i);
        break;
      }
    }
    return { accepted, count: bad.length, state: await state() };
  }, PASS);
  assert.deepEqual(accepted.accepted, []);
  assert.ok(accepted.count > 110);
  await assertOnlyTrueOnesCount(page, accepted.state);
});

test("C47 heights are rounded up; fields that the table does not name are ignored", async () => {
  const page = await logInPage();
  const heights = await page.evaluate(async (pass) => {
    const found = {};
    for (const height of [0.2, 1, 300.1, 99999.5, 100000]) {
      await say(frame, { iteras: 1, frame: id, type: "resize", height });
      await painted();
      found[height] = frame.getAttribute("style");
    }
    const junk = JSON.parse('{"__proto__":{"height":5},"constructor":1,"toString":null}');
    await say(frame, {
      ...junk,
      iteras: 1,
      frame: id,
      type: "resize",
      height: 222,
      width: 9,
      style: "position:fixed",
      pass,
      url: "/away",
      extra: "x".repeat(1e6),
      nested: [[new Map()]],
    });
    found.junk = await state();
    return found;
  }, PASS);
  assert.deepEqual(heights, {
    0.2: "min-height: 1px; height: 1px; max-height: none; display: block; border: 0px;",
    1: "min-height: 1px; height: 1px; max-height: none; display: block; border: 0px;",
    300.1: "min-height: 301px; height: 301px; max-height: none; display: block; border: 0px;",
    99999.5: "min-height: 100000px; height: 100000px; max-height: none; display: block; border: 0px;",
    100000: "min-height: 100000px; height: 100000px; max-height: none; display: block; border: 0px;",
    junk: { ...UNTOUCHED, style: "min-height: 222px; height: 222px; max-height: none; display: block; border: 0px;" },
  });
});

test("C48 with the id of another frame, or of one that is gone", async () => {
  const page = await logInPage();
  const state = await page.evaluate(async (wall) => {
    const call = () => insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall }));
    const [second, old] = [await call(), await call()];
    old.remove();
    for (const message of everyType()) {
      await say(second, message);
      await say(frame, { ...message, frame: idOf(second) });
      await say(frame, { ...message, frame: idOf(old) });
    }
    return { ...(await state()), second: second.getAttribute("style") };
  }, WALL);
  assert.equal(state.second, null);
  delete state.second;
  await assertOnlyTrueOnesCount(page, state);
});

test("`welcome` goes to the exact origin, never to *", async () => {
  // A service at the page's own origin: only there the page may look at how it is spoken to.
  const page = await publisher(world, { url: `${PUBLISHER}/page` });
  const sent = await page.evaluate(
    async (origin, wall) => {
      Iteras.configure({ base: origin });
      const frame = await insert(Iteras.paywalliframe({ profile: "lumen", paywallid: wall }));
      const calls = [];
      const original = frame.contentWindow.postMessage.bind(frame.contentWindow);
      frame.contentWindow.postMessage = (...given) => (given[0].say ? original(...given) : calls.push(given));
      await say(frame, { iteras: 1, frame: idOf(frame), type: "hello" });
      return { calls, id: idOf(frame) };
    },
    PUBLISHER,
    WALL,
  );
  assert.deepEqual(sent.calls, [[{ iteras: 1, frame: sent.id, type: "welcome", state: "out" }, PUBLISHER]]);
});
