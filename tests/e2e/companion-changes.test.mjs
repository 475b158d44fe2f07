// Companion mode, steps 5 to 7: the cookie changes, a pass is expired by the reader's clock, readers log in and out.
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import {
  ARCHIVE,
  DAY,
  WALL,
  cookies,
  failed,
  give,
  happened,
  holds,
  open,
  order,
  setUp,
  settled,
  stored,
  waitFor,
  write,
} from "./companion-helpers.mjs";

const scene = setUp();
const EXPIRED = { expires_in: -60 };
const occasion = (page, type = "focus") => page.evaluate((type) => void dispatchEvent(new Event(type)), type);
const late = (page) => order(page).then((seen) => seen.slice());

test("F43: a log-in, a renewal and a log-out elsewhere are each told once", async () => {
  const page = await scene.reader();
  await open(page, "/article", () => {
    Iteras.wall({ paywallid: WALL_ID, unauthorized: note, authorized: () => order.push("open again") });
  });
  await write(page, await scene.pass());
  await happened(page, "login");
  await write(page, await scene.pass({ expires_in: 20 * 86400 }));
  await happened(page, "renewed");
  await write(page, await scene.pass({ account: "31169", expires_in: 20 * 86400 }));
  await holds(page, () => window.order.filter((what) => what == "login").length == 2);
  await write(page, null);
  await happened(page, "logout nopass");
  await occasion(page);
  assert.deepEqual(await order(page), [
    "unauthorized nopass",
    "handler nopass",
    "login",
    "authorized",
    "open again",
    "renewed",
    "login",
    "logout nopass",
    "unauthorized nopass",
  ]);
});

for (const [name, occur] of [
  ["focus", (page) => occasion(page, "focus")],
  ["pageshow", (page) => occasion(page, "pageshow")],
  ["visibilitychange", (page) => page.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")))],
]) {
  test(`F43: without cookieStore the cookie is looked at on ${name}`, async () => {
    const page = await scene.reader({ pass: {} });
    await page.evaluateOnNewDocument(() => Object.defineProperty(window, "cookieStore", { value: undefined }));
    await scene.wall(page);
    await settled(page);
    await write(page, null);
    await settled(page);
    assert.deepEqual(await order(page), ["authorized"]);
    await occur(page);
    assert.deepEqual((await order(page)).slice(1), ["logout nopass", "unauthorized nopass", "handler nopass"]);
  });
}

test("F43: it is looked at after a message from any frame, a second later too, and at most four times a second", async () => {
  const page = await scene.reader({ switches: "renewal=never" });
  await page.evaluateOnNewDocument(() => {
    Object.defineProperty(window, "cookieStore", { value: undefined });
    window.reads = 0;
    const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
    Object.defineProperty(document, "cookie", {
      configurable: true,
      get: () => (window.reads++, get.call(document)),
      set: (text) => set.call(document, text),
    });
  });
  await scene.wall(page);
  await page.evaluate(
    () =>
      new Promise((done) => {
        const frame = document.createElement("iframe");
        frame.srcdoc = "<script>parent.postMessage('hello', '*')</scr" + "ipt>";
        addEventListener("message", done, { once: true });
        document.body.append(frame);
      }),
  );
  // Written after the message's own tasks: only the second look can find it.
  await settled(page);
  await write(page, await scene.pass());
  await happened(page, "login");
  await settled(page);
  const [reads, seconds] = await page.evaluate(async () => {
    const frame = document.querySelector("iframe");
    const began = performance.now();
    window.reads = 0;
    for (let i = 0; i < 2000; i++) {
      frame.contentWindow.eval("parent.postMessage('again', '*')");
      if (i % 20 == 0) await new Promise((next) => setTimeout(next));
    }
    return [window.reads, (performance.now() - began) / 1000];
  });
  assert.ok(reads <= 4 * seconds + 1, `${reads} reads in ${seconds} s`);
});

test("F43: the page's own windows and its own messages are no occasion", async () => {
  const page = await scene.reader();
  await page.evaluateOnNewDocument(() => Object.defineProperty(window, "cookieStore", { value: undefined }));
  await scene.wall(page);
  await write(page, await scene.pass());
  await page.evaluate(() => new Promise((done) => (addEventListener("message", done), postMessage("own", "*"))));
  await settled(page);
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass"]);
});

test("F43: our own log-out is no change; it deletes what the official one leaves, and navigates only when that threw", async () => {
  const page = await scene.reader({ pass: {} });
  await give(page, await scene.pass(), { path: "/deep" });
  await open(page, "/deep/article");
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  assert.deepEqual(await cookies(page), []);
  await occasion(page);
  assert.deepEqual(await order(page), ["logout nopass"]);

  // Its own way: the argument is the page's.
  await give(page, await scene.pass());
  await page.evaluate(() => void Iteras.logoutFromWall({ redirect: "/welcome" }));
  await scene.arrive(page, "/welcome");

  const thrown = await scene.reader({ pass: {}, switches: "throws=logoutFromWall" });
  await open(thrown, "/article");
  await thrown.evaluate(() => void Iteras.logoutFromWall({ redirect: "/welcome" }));
  await scene.arrive(thrown, "/welcome");
  assert.deepEqual(await cookies(thrown), []);
  assert.deepEqual(thrown.errors, ["Uncaught Error: the double throws from logoutFromWall"]);
});

test("F43: expired by the clock, and renewed by the official wall: pending, then authorized", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  const verdict = await scene.wall(page);
  assert.deepEqual([verdict.authorized, verdict.pending, verdict.reason], [false, true, "expired"]);
  await happened(page, "renewed");
  assert.deepEqual(await order(page), ["renewed", "authorized"]);
});

test("F43: a clock two months ahead: renewed once, authorized, and no circle of renewals", async () => {
  const page = await scene.reader({ pass: { expires_in: 20 * 86400 }, clock: 60 * DAY });
  assert.equal((await scene.wall(page)).reason, "expired");
  await happened(page, "renewed");
  await page.evaluate(() => new Promise((over) => setTimeout(over, 400)));
  assert.deepEqual(await order(page), ["renewed", "authorized"]);
  assert.equal((await scene.checks()).length, 1);
});

test("F43: the official wall calls back about an expired pass: expired at once, the cookie stays", async () => {
  const page = await scene.reader({ switches: "renewal=never", pass: EXPIRED });
  await scene.wall(page);
  await happened(page, "handler expired");
  assert.deepEqual(await order(page), ["unauthorized expired", "handler expired"]);
  assert.ok(await stored(page));
});

test("F43: silent for three seconds about an expired pass: authorized", async () => {
  for (const switches of ["calls=silent", "calls=late&ms=20000"]) {
    const page = await scene.reader({ switches: `${switches}&renewal=never`, pass: EXPIRED });
    const began = Date.now();
    assert.equal((await scene.wall(page)).pending, true);
    await happened(page, "authorized");
    assert.ok(Date.now() - began >= 2900);
    assert.deepEqual(await order(page), ["authorized"]);
  }
});

test("F43: a callback after that silence still counts", async () => {
  const page = await scene.reader({ switches: "calls=late&ms=3600&renewal=never", pass: EXPIRED });
  await scene.wall(page);
  await happened(page, "handler expired");
  assert.deepEqual(await order(page), ["authorized", "unauthorized expired", "handler expired"]);
});

test("F43: the service is down or slow: three seconds, then the subscriber reads on", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await scene.fault("hang");
  assert.equal((await scene.wall(page)).pending, true);
  await happened(page, "authorized");
  assert.deepEqual(await order(page), ["authorized"]);
});

test("F43: missing or throwing, an expired pass is expired, and stays", async () => {
  for (const switches of ["script=missing", "throws=wall"]) {
    const page = await scene.reader({ switches, pass: EXPIRED });
    assert.equal((await scene.wall(page)).pending, true);
    await happened(page, "handler expired");
    const seen = (await late(page)).filter((what) => what != "error official_missing");
    assert.deepEqual(seen, ["unauthorized expired", "handler expired"]);
    assert.ok(await stored(page));
  }
});

test("F43: a late script is waited for before an expired pass is given up", async () => {
  for (const [first, how] of [
    ["official", "async"],
    ["ours", "async"],
    ["ours", ""],
  ]) {
    const page = await scene.reader({ switches: "script=late&ms=800", first, how, pass: EXPIRED });
    await scene.wall(page);
    await happened(page, "renewed");
    assert.deepEqual(await order(page), ["renewed", "authorized"], `${first} ${how}`);
  }
});

test("F43: a pass of another path that comes to light is no renewal", async () => {
  const page = await scene.reader();
  await give(page, await scene.pass({ expires_in: -DAY }), { path: "/deep" });
  await give(page, await scene.pass());
  await open(page, "/deep/article", () => Iteras.wall({ paywallid: WALL_ID, unauthorized: note }).reason);
  await scene.fault("hang");
  await write(page, null);
  await occasion(page);
  await happened(page, "renewed expired");
  const seen = await order(page);
  assert.deepEqual(seen, ["authorized", "renewed expired"]);
  assert.equal(await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID }).pending), true);
});

test("F43: a log-in frame on the landing page sets the cookie and goes on; ours only tells", async () => {
  for (const first of ["official", "ours"]) {
    const page = await scene.reader({ first });
    await open(page, "/landing?iterasnext=%2Farticle%3Fa%3D1", () =>
      document.addEventListener("iteras:login", () => sessionStorage.setItem("told", "login")),
    );
    await scene.logIn(page);
    await scene.arrive(page, "/article?a=1");
    assert.equal(await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID }).authorized), true);
    assert.equal(await page.evaluate(() => sessionStorage.getItem("told")), "login");
  }
});

test("F43: an order sets the pass, too", async () => {
  const page = await scene.reader({ options: { next: "/welcome" } });
  await open(page, "/order");
  const form = await scene.frame(page, "input[value='12MDigital']:checked");
  await form.evaluate(() => {
    const fields = { name: "Dora", street: "Vej 1", postcode: "8000", city: "Aarhus", email: "d@example.com" };
    for (const [name, value] of Object.entries({ ...fields, password: "hemmelig" }))
      document.querySelector(`[name=${name}]`).value = value;
    document.querySelector("button[value=details]").click();
  });
  const payment = await scene.frame(page, "button[value=pay]");
  await payment.evaluate(() => document.querySelector("button[value=pay]").click());
  await scene.frame(page, "[data-send-pass]");
  await happened(page, "login");
});

// A box below the article, opened by the handler, with the official log-in in it.
const box = (options) => {
  Iteras.wall({
    paywallid: WALL_ID,
    unauthorized(verdict) {
      note(verdict);
      document.querySelector("#box").innerHTML = Iteras.paywalliframe({ profile: "lumen", paywallid: WALL_ID });
    },
    authorized: options.callback && (() => (document.querySelector("#text").hidden = false)),
  });
};
async function inBox(page, options) {
  await page.evaluateOnNewDocument(`window.inBody = () => (${box})(${JSON.stringify(options)})`);
  await page.goto(`${scene.site}/box`);
  await scene.logIn(page);
}

test("F43: logged in inside a box: the authorized callback runs, and the page stays", async () => {
  const page = await scene.reader();
  await inBox(page, { callback: true });
  await holds(page, () => !document.querySelector("#text").hidden);
  assert.deepEqual(await order(page), ["unauthorized nopass", "handler nopass", "login", "authorized"]);
});

test("F43: without a callback the page is loaded again three seconds later, once in ten minutes", async () => {
  const page = await scene.reader();
  await inBox(page, {});
  await happened(page, "login");
  const began = Date.now();
  await waitFor(
    () => page.evaluate(() => window.order.length == 1 && window.order[0] == "authorized").catch(() => false),
    "the page to be loaded again",
  );
  assert.ok(Date.now() - began >= 2500);
  assert.match(await page.evaluate(() => sessionStorage.getItem("iteras.again")), /box/);
});

test("F43: with iterasnext ours leaves it to the official frame", async () => {
  const page = await scene.reader();
  await page.evaluateOnNewDocument(`window.inBody = () => (${box})({})`);
  await page.goto(`${scene.site}/box?iterasnext=%2Fwelcome`);
  await scene.logIn(page);
  await scene.arrive(page, "/welcome");
  assert.equal(await page.evaluate(() => sessionStorage.getItem("iteras.again")), null);
});

test("F43: beside a marker what the cookie allows is refused at once, and nobody is sent away without a reason", async () => {
  const page = await scene.reader({ switches: "renewal=never", pass: {} });
  const walled = () =>
    open(page, "/stump", () => Iteras.wall({ paywallid: WALL_ID, redirect: "/welcome" })).then(() => settled(page));
  await walled();
  assert.equal(page.url(), `${scene.site}/stump`);
  assert.deepEqual(await order(page), ["authorized", "unauthorized refused"]);
  assert.ok(await stored(page));

  const handled = await scene.reader({ switches: "renewal=never", pass: {} });
  await handled.evaluateOnNewDocument(() => {
    window.inBody = () => (window.verdict = Iteras.wall({ paywallid: WALL_ID, unauthorized: note }));
  });
  await handled.goto(`${scene.site}/stump`);
  const verdict = await handled.evaluate(() => ({ ...window.verdict, expires: null }));
  assert.deepEqual([verdict.authorized, verdict.pending, verdict.reason], [false, false, "refused"]);
  assert.deepEqual(await order(handled), ["unauthorized refused", "handler refused"]);
});

test("F43: beside a marker, just logged in: redirected, once in ten minutes", async () => {
  const page = await scene.reader();
  await open(page, "/landing?iterasnext=%2Fstump");
  await scene.logIn(page);
  await scene.arrive(page, "/stump");
  await page.evaluate(() => Iteras.wall({ paywallid: WALL_ID, redirect: "/welcome" })).catch(() => {});
  await waitFor(async () => new URL(page.url()).pathname == "/welcome", "the redirect");
  await page.goto(`${scene.site}/stump`);
  await page.evaluate(() => void Iteras.wall({ paywallid: WALL_ID, redirect: "/welcome" }));
  await settled(page);
  assert.equal(page.url(), `${scene.site}/stump`);
});

test("F43: beside a marker an expired pass is renewed first, and the page is loaded again, once", async () => {
  const page = await scene.reader({ pass: EXPIRED });
  await page.evaluateOnNewDocument(() => {
    sessionStorage.setItem("views", +sessionStorage.getItem("views") + 1);
    window.inBody = () => (window.first = Iteras.wall({ paywallid: WALL_ID, unauthorized: note }).reason);
  });
  await page.goto(`${scene.site}/stump`);
  await waitFor(
    () =>
      page
        .evaluate(() => window.order.includes("handler refused") && sessionStorage.getItem("views") == 2)
        .catch(() => false),
    "the second view, refused",
  );
  assert.equal(await page.evaluate(() => window.first), "refused");
});

test("F43: server: false does not look at the marker; the open mark lets in without a pass", async () => {
  const page = await scene.reader({ pass: {} });
  await page.evaluateOnNewDocument(() => {
    window.inBody = () => (window.verdict = Iteras.wall({ paywallid: WALL_ID, server: false, unauthorized: note }));
  });
  await page.goto(`${scene.site}/stump`);
  assert.equal(await page.evaluate(() => window.verdict.authorized), true);
  await waitFor(async () => (await scene.checks()).length == 1, "the official wall");
  await scene.world.control("DELETE", "/requests");

  const gift = await scene.reader();
  const verdict = await open(gift, "/article", () => {
    document.head.insertAdjacentHTML("beforeend", '<meta name="iteras-gate" content="open">');
    return Iteras.wall({ paywallid: WALL_ID, unauthorized: note }).authorized;
  });
  assert.equal(verdict, true);
  await settled(gift);
  assert.deepEqual(await scene.checks(), []);
});

test("F43: the back/forward cache: decided again", async () => {
  const page = await scene.reader({ pass: {} });
  await scene.wall(page);
  await settled(page);
  await page.goto(`${scene.site}/plain`);
  await write(page, null);
  await page.goBack();
  await holds(page, () => window.order.includes("handler nopass"));
  assert.deepEqual(page.errors, []);
});

// A page that is rendered ahead tells the service's log what happens in it, and whether the reader was there by then.
async function told() {
  const requests = await scene.world.control("GET", "/requests");
  const texts = requests.map(({ query }) => new URLSearchParams(query).get("told")).filter(Boolean);
  return texts.sort((one, other) => parseInt(one) - parseInt(other)).map((text) => text.replace(/^\d+ /, ""));
}

for (const [name, pass, query, ahead, here] of [
  ["without a pass", null, "?a=1", "pending nopass: ahead", ["unauthorized: here", "handler: here"]],
  ["with a pass", { expires_in: 86400 }, "?a=2", "pending null: ahead", ["authorized: here", "renewed: here"]],
  ["a log-out", {}, "?logout=1", "pending null: ahead", ["logout: here"]],
]) {
  test(`F43: rendered ahead, ${name}: nothing official is called before the reader comes`, async () => {
    const page = await scene.reader({ pass });
    await page.goto(`${page.site}/plain`);
    await page.evaluate((url) => {
      const rules = document.createElement("script");
      rules.type = "speculationrules";
      rules.textContent = JSON.stringify({ prerender: [{ urls: [url], eagerness: "immediate" }] });
      document.head.append(rules);
    }, `/prerendered${query}`);
    await waitFor(async () => (await told()).includes("loaded: ahead"), "the prerendered page");
    await page.evaluate(() => new Promise((over) => setTimeout(over, 200)));
    assert.deepEqual(await told(), [ahead, "loaded: ahead"]);
    assert.deepEqual(await scene.checks(), []);
    await page.evaluate((path) => void (location.href = path), `/prerendered${query}`);
    let seen = [];
    await waitFor(async () => {
      seen = await told();
      return here.every((text) => seen.includes(text));
    }, here.join());
    assert.deepEqual(
      seen.filter((text) => text.endsWith("ahead")),
      [ahead, "loaded: ahead"],
    );
    if (!pass) assert.deepEqual(await scene.checks(), []);
  });
}
