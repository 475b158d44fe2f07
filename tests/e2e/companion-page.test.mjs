// Companion mode, steps 8 to 11: what is left to configure, frames byte for byte, and pages that make it hard.
import assert from "node:assert/strict";

import {
  WALL,
  cookies,
  happened,
  holds,
  open,
  heard,
  order,
  setUp,
  settled,
  stored,
  waitFor,
  write,
} from "./companion-helpers.mjs";
import { test } from "./driver/test.mjs";
import { PATCHES } from "./patches.mjs";

const scene = setUp();
const FRAMES = ["selfserviceiframe", "orderingiframe", "signupiframe", "paywalliframe"];

// Calls every frame method with the same options; the double counts frames and milliseconds in their names, so both
// stand still.
const frames = (methods) => {
  Date.now = () => 1768478400000;
  const options = {
    profile: "lumen",
    orderingid: "lumen-order",
    signupid: "lumen-order",
    paywallid: ["n8fsoupukhv3", "BBBB2222"],
    cssclass: 'a "quoted" <class>',
    next: "/welcome?a=1&b=ø",
    access: "sub",
    prefill: { products: "12MPro", name: "<b>" },
    unknown: { deep: [1] },
  };
  return methods.map((method) => Iteras[method](options));
};

test("F43: frame calls return the official string byte for byte", async () => {
  const path = "/article?iterasnext=%2Farticle&iterasaccess=sub&iteraspreauth=1:2:3";
  const [without, beside] = [await scene.reader({ ours: false }), await scene.reader()];
  const expected = await open(without, path, frames, FRAMES);
  assert.equal(expected.length, 4);
  assert.match(expected[3], /^<iframe src="[^"]+\/official\/embed\?what=login/);
  assert.deepEqual(await open(beside, path, frames, FRAMES), expected);
  assert.deepEqual([...without.errors, ...beside.errors], []);
});

test("F43: the argument of a frame call is the page's own, and what it throws comes through", async () => {
  const page = await scene.reader({ official: false });
  await page.evaluateOnNewDocument(() => {
    window.Iteras = {
      paywalliframe: (...given) => given.length == 2 && given[0] === window.given && given[1],
      orderingiframe() {
        throw new RangeError("theirs");
      },
    };
  });
  const found = await open(page, "/article", () => {
    window.given = Object.freeze({ profile: 1 });
    const found = [Iteras.paywalliframe(window.given, "more")];
    try {
      Iteras.orderingiframe({});
    } catch (error) {
      found.push(error.name, error.message);
    }
    return found;
  });
  assert.deepEqual(found, ["more", "RangeError", "theirs"]);
  assert.deepEqual(page.errors, []);
});

test("F43: frame() gives the first iframe of the official string, which works; none is an error", async () => {
  const page = await scene.reader();
  await open(page, "/article");
  const tags = await page.evaluate(() => {
    const kinds = ["selfservice", "ordering", "signup", "paywall"];
    const options = { profile: "lumen", orderingid: "lumen-order", signupid: "lumen-order", paywallid: WALL_ID };
    const elements = kinds.map((kind) => Iteras.frame(kind, options));
    document.body.append(elements[3]);
    const named = Iteras.frame("paywall", { ...options, title: "Log in" });
    return [named.title, ...elements.map(({ tagName, src }) => `${tagName} ${new URL(src).searchParams.get("what")}`)];
  });
  assert.deepEqual(tags, ["Log in", "IFRAME customer", "IFRAME order", "IFRAME signup", "IFRAME login"]);
  await scene.logIn(page);
  await happened(page, "login");

  const wrong = await page.evaluate(() => {
    const told = [];
    const attempt = (work) => {
      try {
        told.push(work());
      } catch (error) {
        told.push([error.code ?? error.message]);
      }
    };
    attempt(() => Iteras.frame("pay", {}));
    attempt(() => Iteras.frame("constructor", {}));
    return told;
  });
  assert.deepEqual(wrong, [["bad_option"], ["bad_option"]]);

  const odd = await scene.reader({ official: false });
  await odd.evaluateOnNewDocument(() => {
    window.Iteras = {
      paywalliframe: () => "<p>later</p>",
      orderingiframe: () => '<div><iframe id="one"></iframe></div><iframe id="two"></iframe>',
    };
  });
  const found = await open(odd, "/article", () => {
    const first = Iteras.frame("ordering", {}).id;
    try {
      Iteras.frame("paywall", {});
    } catch (error) {
      return [first, error.message];
    }
  });
  assert.deepEqual(found, ["one", "Iteras.frame: the official paywalliframe gave no iframe"]);
});

test("F43: what is the official script's business is no option of ours", async () => {
  const page = await scene.reader();
  const told = await open(page, "/article", () =>
    [
      {},
      undefined,
      { base: "", endpoints: null },
      { base: "https://iteras.example" },
      { endpoints: { renew: "{base}/x" } },
      { cookieDomain: "localhost" },
      { renewAfter: 60 },
      { renewAfter: 0 },
      "text",
    ].map((options) => {
      try {
        return String(Iteras.configure(options));
      } catch (error) {
        return error.code;
      }
    }),
  );
  assert.deepEqual(told, [...Array(3).fill("undefined"), ...Array(6).fill("bad_option")]);
});

test("F43: options that make no sense: the strictest reading, then bad_option, as without companion", async () => {
  const page = await scene.reader({ pass: { account: "31169" } });
  const told = await open(page, "/article", () => {
    const told = [];
    for (const options of [{ access: "premium" }, { paywallid: {} }, 5, { unauthorized: 1 }]) {
      try {
        told.push(Iteras.wall({ unauthorized: note, ...options }).reason);
      } catch (error) {
        told.push(error.code);
      }
    }
    try {
      Iteras.wall(5);
    } catch (error) {
      told.push(error.code);
    }
    return told;
  });
  assert.deepEqual(told, ["bad_option", "bad_option", null, "bad_option", "bad_option"]);
  assert.deepEqual(
    (await order(page)).filter((what) => what.startsWith("handler")),
    ["handler accesslevel", "handler wrongpaywall"],
  );
  assert.deepEqual(page.errors, []);
});

test("F43: the tag's attributes start a wall, and the queue is worked off", async () => {
  const page = await scene.reader({ data: `data-paywallid="${WALL}, B" data-access="sub" data-redirect="/welcome"` });
  await open(page, "/article").catch((error) => assert.match(error.message, /context|navigat|abort/i));
  await waitFor(async () => new URL(page.url()).pathname == "/welcome", "the redirect");
  assert.equal(new URL(page.url()).search, "?iterasnext=%2Farticle&iterasaccess=sub");

  for (const first of ["official", "ours"]) {
    const queued = await scene.reader({ first, pass: {} });
    await queued.evaluateOnNewDocument(() => {
      window.Iteras = { q: [["wall", { paywallid: "B", unauthorized: note }]] };
    });
    await open(queued, "/article");
    await queued.evaluate(() => Iteras.q.push(["wall", { paywallid: WALL_ID, access: "sub" }]));
    await queued.evaluate(() => Iteras.q.push(["wall", { paywallid: WALL_ID, access: 3 }]));
    assert.deepEqual(await heard(queued), [
      "unauthorized wrongpaywall",
      "handler wrongpaywall",
      "authorized",
      "authorized",
      "error bad_option",
    ]);
  }
});

test("F43: carry hands the page's parameters on, less the log-in token", async () => {
  const page = await scene.reader();
  await page.evaluateOnNewDocument(() => {
    window.inBody = () =>
      document.body.insertAdjacentHTML("beforeend", '<a id="link" href="/landing" data-iteras-carry>Log in</a>');
  });
  await open(page, "/article?iterasnext=%2Fa&iteraspreauth=1:2&x=1");
  const href = await page.evaluate(() => document.querySelector("#link").getAttribute("href"));
  assert.equal(new URL(href, scene.site).search, "?iterasnext=%2Fa");
});

test("F43: where WebAssembly may not run the companion's fallback answers on the next line", async () => {
  for (const pass of [null, {}]) {
    const page = await scene.reader({ pass });
    const verdict = await scene.wall(page, {}, "/nowasm");
    assert.equal(verdict.reason, pass ? null : "nopass");
    const files = page.asked.map((line) => line.split("/").pop()).filter((name) => name.includes("companion"));
    assert.deepEqual(files, ["iteras.companion.js", "iteras.companion.fallback.js"]);
    assert.equal(await page.evaluate(() => typeof Iteras.version), "string");
    if (pass) await waitFor(async () => (await scene.checks()).length == 1, "the official wall");
    assert.deepEqual(page.errors, []);
  }
});

test('F43: data-engine="js" goes to the fallback at once; both scripts of one version are one', async () => {
  const page = await scene.reader({ data: 'data-engine="js"' });
  assert.equal((await scene.wall(page)).reason, "nopass");
  await page.evaluate(
    (src) =>
      new Promise((done) => {
        const script = document.createElement("script");
        Object.assign(script, { src, onload: done });
        document.head.append(script);
      }),
    `${scene.service}/static/api/iteras.companion.js`,
  );
  await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID, unauthorized: note }));
  assert.deepEqual(await order(page), [
    "unauthorized nopass",
    "handler nopass",
    "unauthorized nopass",
    "handler nopass",
  ]);
});

test("F43: under Trusted Types the verdict needs nothing, and frame() throws as the strings do", async () => {
  const page = await scene.reader({ pass: {} });
  const told = await open(page, "/trusted", () => {
    const told = [Iteras.wall({ paywallid: WALL_ID }).authorized];
    const options = { profile: "lumen", paywallid: WALL_ID };
    for (const work of [
      () => (document.createElement("div").innerHTML = Iteras.paywalliframe(options)),
      () => Iteras.frame("paywall", options),
    ]) {
      try {
        told.push(typeof work());
      } catch (error) {
        told.push(error.name);
      }
    }
    return told;
  });
  assert.deepEqual(told, [true, "TypeError", "TypeError"]);
});

test("F43: a trap in the core is told once; log-out still deletes, and frames are still handed through", async () => {
  const page = await scene.reader({ pass: {} });
  await page.evaluateOnNewDocument(() => {
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (...given) {
      const { exports } = new Instance(...given);
      let asked = 0;
      const ask = (...given) => {
        if (asked++ > 2) throw new WebAssembly.RuntimeError("unreachable");
        return exports.ask(...given);
      };
      return { exports: { ...exports, ask } };
    };
  });
  const reasons = await open(page, "/article", () =>
    [1, 2, 3, 4].map(() => Iteras.wall({ paywallid: WALL_ID, redirect: "/welcome", unauthorized: note }).reason),
  );
  assert.equal(reasons.pop(), "internal");
  assert.deepEqual(
    (await order(page)).filter((what) => !/^authorized/.test(what)),
    ["error internal"],
  );
  const frame = await page.evaluate(() => Iteras.paywalliframe({ profile: "lumen", paywallid: WALL_ID }));
  assert.match(frame, /^<iframe/);
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  assert.equal(await stored(page), null);
  assert.deepEqual(page.errors, []);
});

test("F43: handlers that throw, call every method and log out; the official script's own work goes on", async () => {
  const page = await scene.reader();
  const said = await open(page, "/article", () => {
    const said = [];
    const unauthorized = () => {
      said.push(Iteras.wall({ access: "sub", unauthorized: note }).reason, Iteras.isLoggedIn(), Iteras.pass());
      Iteras.logoutFromWall({ redirect: null });
      said.push(Iteras.frame("paywall", { profile: "lumen", paywallid: ["A"] }).tagName);
      Iteras.carry();
      throw new Error("the page's");
    };
    said.push(Iteras.wall({ unauthorized }).reason);
    return said;
  });
  assert.deepEqual(said, ["nopass", false, null, "IFRAME", "nopass"]);
  assert.deepEqual(page.errors, ["the page's"]);
});

for (const [name, patch] of Object.entries(PATCHES)) {
  test(`F43: patched built-ins: ${name}`, async () => {
    const page = await scene.reader({ pass: { expires_in: 10 * 86400 } });
    await page.evaluateOnNewDocument(patch);
    const said = await open(page, "/article", () => [
      Iteras.wall({ paywallid: [WALL_ID], access: "sub", unauthorized: note }).authorized,
      Iteras.wall({ paywallid: ["other"], unauthorized: note }).reason,
      Iteras.isLoggedIn(),
      Iteras.pass().paywallids.join(),
      typeof Iteras.paywalliframe({ profile: "lumen", paywallid: [WALL_ID] }),
    ]);
    assert.deepEqual(said, [true, "wrongpaywall", true, WALL, "string"]);
    await waitFor(async () => (await order(page)).includes("renewed"), "renewed");
    await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
    assert.deepEqual(await order(page), [
      "authorized",
      "unauthorized wrongpaywall",
      "handler wrongpaywall",
      "renewed",
      "logout nopass",
    ]);
    assert.deepEqual(page.errors, []);
  });
}

test("F43: an element called Iteras is no official script, wherever it stands", async () => {
  for (const html of [
    '<img id="Iteras" alt="">',
    '<iframe name="Iteras"></iframe>',
    "<p id=Iteras></p><p id=Iteras></p>",
  ]) {
    const page = await scene.reader({ official: false });
    await page.evaluateOnNewDocument((html) => {
      if (self != top) return;
      new MutationObserver((changes, observer) => {
        if (!document.head) return;
        observer.disconnect();
        document.head.insertAdjacentHTML("beforebegin", html);
      }).observe(document, { childList: true, subtree: true });
    }, html);
    assert.equal((await scene.wall(page)).reason, "nopass", html);
    assert.deepEqual(page.errors, []);
  }
});

test("F43: two tabs: a log-out in one shuts the other when its reader comes back", async () => {
  const one = await scene.reader({ pass: {} });
  await scene.wall(one);
  const other = await scene.reader({ from: one });
  await scene.wall(other);
  await other.bringToFront();
  await other.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  await one.bringToFront();
  await happened(one, "handler nopass");
  assert.deepEqual((await order(other)).slice(-1), ["logout nopass"]);
  assert.deepEqual(await cookies(one), []);
});

test("F43: a pass that somebody else writes while the official wall is asked is nobody's refusal", async () => {
  const page = await scene.reader({ switches: "calls=late&ms=400&renewal=never", pass: { account: "31169" } });
  await scene.wall(page, { access: "sub" });
  assert.deepEqual(await order(page), ["unauthorized accesslevel", "handler accesslevel"]);
  await write(page, await scene.pass());
  await holds(page, () => window.order.includes("login"));
  await page.evaluate(() => new Promise((over) => setTimeout(over, 600)));
  assert.deepEqual((await order(page)).slice(2), ["login", "authorized"]);
});

test("F43: unreadable cookies are none, told once; storage that throws keeps nobody out", async () => {
  const page = await scene.reader();
  await page.evaluateOnNewDocument(() => {
    Object.defineProperty(document, "cookie", {
      get() {
        throw new DOMException("no cookies here", "SecurityError");
      },
    });
  });
  assert.equal((await scene.wall(page)).reason, "nopass");
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await settled(page);
  assert.deepEqual(await order(page), ["error cookie_unreadable", "unauthorized nopass", "handler nopass"]);
  assert.deepEqual(page.errors, []);

  const closed = await scene.reader({ pass: { expires_in: 86400 } });
  await closed.evaluateOnNewDocument(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("no storage here", "SecurityError");
        },
      });
    }
  });
  assert.equal((await scene.wall(closed)).authorized, true);
  await happened(closed, "renewed");
  assert.deepEqual(await order(closed), ["authorized", "renewed"]);
  assert.deepEqual(closed.errors, []);
});
