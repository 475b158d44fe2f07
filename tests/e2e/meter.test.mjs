// Free articles: `wall({ meter })` with `iteras.meter.js` in front (reach, "Meter"). What is counted is for
// tests/vectors/meter_cases.json; here are the page's doors.
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import { DAY, WALL, cookies, give, handled, happened, holds, open, order, quiet, setUp, until } from "./helpers.mjs";

const scene = await setUp();
const RECORD = "iteras.meter";
const THREE = { free: 3, days: 30 };

// The articles of a site: any path, its scripts, and the usual hooks.
const html = ({ meter = true, script = "iteras.js", tag = "", before = "", body = "" } = {}) => `<!doctype html>
  <html lang="en"><head><meta charset="utf-8"><title>An article</title>${before}
  ${meter ? `<script src="${scene.service}/static/api/iteras.meter.js"></script>` : ""}
  <script src="${scene.service}/static/api/${script}" ${tag}></script>
  <script>window.inHead && inHead()</script></head><body><h1>An article</h1>${body}</body></html>`;

function publish(paths, more) {
  let site;
  for (const path of paths) site = new URL(scene.publish(path, html(more))).origin;
  return site;
}

async function reader(options) {
  const page = await scene.reader(options);
  page.site = publish(["/a", "/b", "/c", "/d"]);
  return page;
}

/** Goes to an article with a wall; the verdict, dates as text. */
const read = (page, path, options = {}) =>
  open(
    page,
    path,
    (options) => JSON.parse(JSON.stringify(Iteras.wall({ unauthorized: note, meter: "3/30", ...options }))),
    options,
  );
const record = (page) => page.evaluate((name) => localStorage.getItem(name), RECORD);
const said = ({ authorized, reason, metered }) => [authorized, reason, metered && `${metered.used}/${metered.free}`];

test("three articles are free, those stay so, and the next one is shut", async () => {
  const page = await reader();
  const before = Date.now();
  const first = await read(page, "/a", { meter: THREE });
  assert.deepEqual(said(first), [true, null, "1/3"]);
  assert.equal(first.pending, false);
  const days = (Date.parse(first.metered.until) - before) / DAY;
  assert.ok(Math.abs(days - 30) < 0.01, `${days} days`);
  assert.deepEqual(await order(page), ["authorized"]);
  assert.deepEqual(said(await read(page, "/b")), [true, null, "2/3"]);
  assert.deepEqual(said(await read(page, "/c")), [true, null, "3/3"]);
  assert.deepEqual(said(await read(page, "/d")), [false, "nopass", "3/3"]);
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);
  assert.equal((await handled(page))[0].metered.used, 3);
  assert.deepEqual(said(await read(page, "/a")), [true, null, "3/3"]);
  assert.deepEqual(await cookies(page), []);
});

test("the record names pages by numbers alone, and the service is told nothing", async () => {
  const page = await reader();
  await scene.forget();
  await read(page, "/a");
  await quiet(page);
  assert.match(await record(page), /^1 \d{10} \d{1,10}$/);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), [RECORD]);
  assert.deepEqual(await scene.renewals(), []);
});

test("when the days are over counting begins anew", async () => {
  const page = await reader({ clock: 0 });
  await read(page, "/a", { meter: "1/7" });
  assert.deepEqual(said(await read(page, "/b", { meter: "1/7" })), [false, "nopass", "1/1"]);
  const later = await scene.tab(page, 7 * DAY);
  later.site = page.site;
  assert.deepEqual(said(await read(later, "/b", { meter: "1/7" })), [true, null, "1/1"]);
});

test("in redirect mode a free article stays, and the next reader's way goes to the landing page", async () => {
  const page = await reader();
  publish(["/buy"], { meter: false });
  const redirecting = { unauthorized: null, redirect: "/buy", meter: "1/30" };
  assert.equal((await read(page, "/a", redirecting)).authorized, true);
  await open(page, "/b", (options) => void Iteras.wall(options), redirecting).catch(() => {});
  await until(() => page.url().includes("/buy?iterasnext=%2Fb"), "the landing page");
});

test("the tag's data-meter, and the queue", async () => {
  const page = await reader();
  publish(["/tag"], { tag: `data-paywallid="${WALL}" data-meter="1/30"` });
  await page.goto(`${page.site}/tag`);
  assert.deepEqual(await order(page), ["authorized"]);
  publish(["/queue"], {
    before: `<script>Iteras = { q: [["wall", { meter: "1/30", unauthorized: (v) => note(v) }]] }</script>`,
  });
  await page.goto(`${page.site}/queue`);
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);
});

test("without its file a metered wall is an ordinary one, says so once and stores nothing", async () => {
  const page = await reader();
  publish(["/bare"], { meter: false });
  const verdict = await read(page, "/bare");
  assert.deepEqual(said(verdict), [false, "nopass", undefined]);
  assert.deepEqual(
    page.lines.filter((line) => /meter/.test(line)),
    ["Iteras: no iteras.meter.js"],
  );
  assert.equal(await record(page), null);
});

test("a wall without a meter costs nothing beside the file", async () => {
  const page = await reader();
  assert.deepEqual(said(await read(page, "/a", { meter: null })), [false, "nopass", undefined]);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
});

test("limits and keys that make no sense are told, and open nothing", async () => {
  const page = await reader();
  const wrong = [
    "3",
    "0/30",
    "51/30",
    "3/367",
    "three/30",
    3,
    true,
    [],
    {},
    { free: 3 },
    { free: 3.5, days: 30 },
    { free: 3, days: -1 },
    { free: 3, days: 30, key: 7 },
    { free: 3, days: 30, key: "ø".repeat(129) },
    { free: 3, days: 30, key: "a\x1fb" },
  ];
  for (const meter of wrong) {
    const { thrown } = await read(page, "/a", { meter });
    assert.equal(thrown?.code, "bad_option", JSON.stringify(meter));
    assert.match(thrown.message, /^Iteras\.wall: meter: expected "3\/30", or \{ free: 1 to 50, days: 1 to 366 \}/);
    assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);
  }
  assert.equal(await record(page), null);
});

test("what an option's getter throws reaches the caller, and the page lives on", async () => {
  const page = await reader();
  const result = await open(page, "/a", () => {
    const meter = {
      get free() {
        throw new RangeError("mine");
      },
    };
    try {
      Iteras.wall({ meter, unauthorized: note });
    } catch (error) {
      return [error.message, Iteras.wall({ meter: "3/30" }).authorized];
    }
  });
  assert.deepEqual(result, ["mine", true]);
});

test("a reader with a fitting pass is not counted", async () => {
  const page = await reader({ pass: { expires_in: (20 * DAY) / 1000 } });
  assert.deepEqual(said(await read(page, "/a")), [true, null, undefined]);
  await happened(page, "renewed");
  assert.equal(await record(page), null);
});

test("a pass that asks for more: the free article is opened with what is known of the reader", async () => {
  const page = await reader({ pass: { level: "user", expires_in: (20 * DAY) / 1000 } });
  const verdict = await read(page, "/a", { access: "sub" });
  assert.deepEqual(said(verdict), [true, null, "1/3"]);
  assert.equal(verdict.subscriber, "31168");
});

test("nothing is counted while a renewal is waited for; the refusal is what counts", async () => {
  const page = await reader({ pass: { expires_in: -60 } });
  const held = await scene.hold("/renewal.json", JSON.stringify({ pass: null, errorcode: "no-access" }));
  const verdict = await open(
    page,
    "/a",
    (renew) => {
      Iteras.configure({ endpoints: { renew } });
      return JSON.parse(JSON.stringify(Iteras.wall({ unauthorized: note, meter: "3/30" })));
    },
    held.url,
  );
  assert.equal(verdict.pending, true);
  await held.asked;
  assert.equal(await record(page), null);
  held.release();
  await happened(page, "authorized");
  assert.match(await record(page), /^1 \d+ \d+$/);
  assert.deepEqual(await order(page), ["refused refused", "authorized"]);
});

test("beside a server's marker nothing is counted, and the page stays shut", async () => {
  const page = await reader();
  const body = `<div class="iteras-content-wrapper iteras-content-truncated iteras-no-pass"><p>Lead</p></div>
    <script>inBody()</script>`;
  publish(["/cut"], { body });
  const result = await page.evaluateOnNewDocument(() => {
    window.inBody = () => (window.result = Iteras.wall({ unauthorized: note, meter: "3/30" }));
  });
  await page.goto(`${page.site}/cut`);
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);
  assert.equal(await record(page), null);
  await page.removeScriptToEvaluateOnNewDocument(result.identifier);
});

test("storage that is forbidden, or full, or keeps nothing: the page opens", async () => {
  const ways = {
    forbidden: () =>
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("no", "SecurityError");
        },
      }),
    full: () => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    },
    forgetful: () => (Storage.prototype.setItem = () => {}),
  };
  for (const [name, way] of Object.entries(ways)) {
    const page = await reader();
    await page.evaluateOnNewDocument(way);
    for (const path of ["/a", "/b", "/c", "/d"]) {
      assert.deepEqual(said(await read(page, path)), [true, null, "1/3"], `${name} ${path}`);
    }
  }
});

test("a record that is none is replaced: by others' texts, by long ones, from the far future", async () => {
  const page = await reader();
  await read(page, "/a");
  const texts = [
    "[object Object]",
    "1",
    "9 1 2 3",
    `1 ${"7 ".repeat(100_000)}`,
    "1 4000000000 1 2 3 4",
    "\u0000",
    "1 -5 2",
  ];
  for (const text of texts) {
    await page.evaluate((name, text) => localStorage.setItem(name, text), RECORD, text);
    assert.deepEqual(said(await read(page, "/b")), [true, null, "1/3"], text.slice(0, 30));
    assert.match(await record(page), /^1 \d{10} \d{1,10}$/);
  }
});

test("two tabs count each page once", async () => {
  const page = await reader();
  const other = await scene.tab(page);
  other.site = page.site;
  await read(page, "/a");
  assert.deepEqual(said(await read(other, "/a")), [true, null, "1/3"]);
  assert.deepEqual(said(await read(other, "/b")), [true, null, "2/3"]);
  assert.deepEqual(said(await read(page, "/b")), [true, null, "2/3"]);
});

test("a meter that comes later, with consent: the handler has run, then the wall opens", async () => {
  const page = await reader();
  const verdicts = await open(page, "/a", () => {
    const before = Iteras.wall({ unauthorized: note });
    const after = Iteras.wall({ meter: "3/30" });
    return [before.authorized, after.authorized, after.metered.used];
  });
  assert.deepEqual(verdicts, [false, true, 1]);
});

test("two walls of one page count it once", async () => {
  const page = await reader();
  const used = await open(page, "/a", () => [1, 2].map(() => Iteras.wall({ meter: "3/30" }).metered.used));
  assert.deepEqual(used, [1, 1]);
});

test("an app that shows another page by now: each call counts the page on which it was made", async () => {
  const page = await reader();
  await open(page, "/a", () => void Iteras.wall({ meter: "2/30", unauthorized: note }));
  await page.evaluate(() => history.pushState(null, "", "/b"));
  // Every call is decided again.
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  await page.evaluate(() => void Iteras.wall({ meter: "2/30", unauthorized: note }));
  assert.equal((await record(page)).split(" ").length, 4);
  await page.evaluate(() => history.pushState(null, "", "/c"));
  assert.equal(await page.evaluate(() => Iteras.wall({ meter: "2/30", unauthorized: note }).authorized), false);
});

test("a key names one article at several addresses", async () => {
  const page = await reader();
  const meter = { free: 1, days: 30, key: "story-7" };
  assert.deepEqual(said(await read(page, "/a", { meter })), [true, null, "1/1"]);
  assert.deepEqual(said(await read(page, "/b", { meter })), [true, null, "1/1"]);
  assert.deepEqual(said(await read(page, "/a", { meter: "1/30" })), [false, "nopass", "1/1"]);
});

test("log-in opens what the meter had shut", async () => {
  const page = await reader();
  for (const path of ["/a", "/b", "/c", "/d"]) await read(page, path, { authorized: null });
  await give(page, await scene.pass());
  assert.deepEqual(said(await read(page, "/d")), [true, null, undefined]);
});

test("a page that is rendered ahead is counted when the reader comes", async () => {
  const page = await reader();
  await page.evaluateOnNewDocument(() => {
    Object.defineProperty(Document.prototype, "prerendering", { get: () => !window.here, configurable: true });
  });
  const verdict = await read(page, "/a");
  assert.equal(verdict.pending, true);
  assert.equal(await record(page), null);
  await page.evaluate(() => {
    window.here = true;
    document.dispatchEvent(new Event("prerenderingchange"));
  });
  assert.deepEqual(await order(page), ["authorized"]);
  assert.match(await record(page), /^1 \d+ \d+$/);
});

test("a page that comes back from the back/forward cache is not counted again", async () => {
  const page = await reader();
  await read(page, "/a");
  await page.goto(`${page.site}/b`);
  await page.goBack();
  await holds(page, () => document.readyState == "complete");
  assert.match(await record(page), /^1 \d+ \d+$/);
});

test("a policy without WebAssembly: the meter counts beside the fallback", async () => {
  const page = await reader();
  const policy = `<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline' ${scene.service}">`;
  publish(["/strict"], { before: policy });
  assert.deepEqual(said(await read(page, "/strict")), [true, null, "1/3"]);
});

test("beside the official script the meter counts in the same way", async () => {
  const page = await reader();
  const before = `<script src="${scene.service}/official/static/api/iteras.js"></script>`;
  publish(["/e", "/f"], { before, script: "iteras.companion.js" });
  assert.deepEqual(said(await read(page, "/e", { meter: "1/30" })), [true, null, "1/1"]);
  assert.deepEqual(said(await read(page, "/f", { meter: "1/30" })), [false, "nopass", "1/1"]);
});

test("pages that patch what everybody has do not stop it", async () => {
  const page = await reader();
  const before = `<script>
    Object.prototype.get = Object.prototype.set = () => 1;
    Object.prototype.free = 50; Object.prototype.days = 366; Object.prototype.key = "x";
  </script><a id="iteras.meter"></a>`;
  publish(["/patched", "/more"], { before });
  const own = { free: 1, days: 30, key: null };
  assert.deepEqual(said(await read(page, "/patched", { meter: own })), [true, null, "1/1"]);
  assert.deepEqual(said(await read(page, "/more", { meter: own })), [false, "nopass", "1/1"]);
});
