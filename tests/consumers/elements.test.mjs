// The custom elements in a page without a framework, from a Vite build.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { EXPIRED_PASS, OTHER_PASS, PASS, WALL, install, launch, otherWall, reader, serve, tool } from "./harness.mjs";

const ARTICLE = `
  <p data-when="pending">One moment…</p>
  <div data-when="open" hidden>The whole article.</div>
  <div data-when="closed" hidden>Subscribe.</div>
  <div data-when="wrongpaywall accesslevel" hidden>Your subscription does not include this.</div>`;

let site;
let browser;
before(async () => {
  const app = await install("vite");
  const { build } = await tool("vite");
  await build({
    root: app,
    logLevel: "warn",
    build: { outDir: "pages", rollupOptions: { input: join(app, "elements.html") } },
  });
  [site, browser] = [await serve(join(app, "pages")), await launch()];
});
after(async () => {
  await browser?.close();
  await site?.close();
});

// A reader's page with the elements defined and that markup in it; events are noted as they bubble.
async function open(html, { cookies, hash = "", cookieStore = true } = {}) {
  const page = await reader(browser, cookies);
  if (!cookieStore)
    await page.evaluateOnNewDocument(() => Object.defineProperty(window, "cookieStore", { value: undefined }));
  await page.goto(`${site.origin}/elements.html${hash}`);
  await page.evaluate((markup) => {
    window.told = [];
    for (const type of ["iteras-verdict", "iteras-login", "iteras-error", "iteras:error", "iteras:login"]) {
      document.addEventListener(type, ({ detail, target }) =>
        told.push([type, target.id || target.nodeName, detail.code || detail.reason]),
      );
    }
    app.innerHTML = markup;
  }, html);
  return page;
}

/** The parts that are to be seen of each wall. */
const shown = (page) =>
  page.$$eval("iteras-wall", (walls) =>
    walls.map((wall) =>
      [...wall.querySelectorAll("[data-when]")]
        .filter((part) => part.checkVisibility())
        .map((part) => part.dataset.when)
        .join(", "),
    ),
  );
const become = (page, ...states) =>
  page.waitForFunction(
    (wanted) =>
      JSON.stringify([...document.querySelectorAll("iteras-wall")].map((wall) => wall.dataset.state)) == wanted,
    {},
    JSON.stringify(states),
  );
const told = (page) => page.evaluate(() => window.told.splice(0));
const calls = (page) => page.evaluate(() => globalThis[Symbol.for("iteras.1")].iteras.calls.length);
const turn = (page) => page.evaluate(() => new Promise((done) => setTimeout(done)));

test("free articles: a wall with a meter is open until they are used up, and an ordinary one without iteras/meter", async () => {
  const wall = `<iteras-wall paywallid="${WALL}" meter="1/30">${ARTICLE}</iteras-wall>`;
  const page = await open(wall);
  await become(page, "closed");
  const visit = async (path) => {
    await page.evaluate(
      async (path, markup) => {
        await meter();
        history.pushState(null, "", path);
        app.innerHTML = markup;
      },
      path,
      wall,
    );
  };
  await visit("/first");
  await become(page, "open");
  assert.deepEqual(await page.$eval("iteras-wall", ({ verdict, meter }) => [verdict.metered.used, meter]), [1, "1/30"]);
  await visit("/second");
  await become(page, "closed");
  assert.deepEqual(await shown(page), ["closed"]);
  await visit("/first");
  await become(page, "open");
});

test("each wall shows what goes with its own verdict", async () => {
  const page = await open(
    `<iteras-wall paywallid="${WALL}">${ARTICLE}</iteras-wall>
     <iteras-wall paywallid="AAAA1111, ${WALL}" access="user">${ARTICLE}</iteras-wall>
     <iteras-wall paywallid="BBBB2222">${ARTICLE}</iteras-wall>
     <iteras-wall>${ARTICLE}</iteras-wall>`,
    { cookies: [PASS] },
  );
  await become(page, "open", "open", "closed", "open");
  assert.deepEqual(await shown(page), ["open", "open", "closed, wrongpaywall accesslevel", "open"]);
  assert.equal(
    await page.$eval(
      "iteras-wall:nth-of-type(3)",
      (wall) => `${wall.dataset.reason} ${wall.verdict.reason} ${wall.state}`,
    ),
    "wrongpaywall wrongpaywall closed",
  );
  assert.equal(await page.$$eval("[aria-busy]", (busy) => busy.length), 0);
  assert.deepEqual(page.complaints, [otherWall(WALL, "BBBB2222")]);
});

test("a wall that waits for the service says so", async () => {
  const page = await open("", { cookies: [EXPIRED_PASS] });
  let renew;
  page.renews = new Promise((done) => (renew = done));
  await page.evaluate(
    (markup) => (app.innerHTML = markup),
    `<iteras-wall id="wall" paywallid="${WALL}">${ARTICLE}</iteras-wall>`,
  );
  await page.waitForSelector("iteras-wall[aria-busy=true]");
  assert.deepEqual(await shown(page), ["pending"]);
  renew();
  await become(page, "open");
  assert.deepEqual(await shown(page), ["open"]);
  assert.deepEqual(await told(page), [
    ["iteras-verdict", "wall", "expired"],
    ["iteras-verdict", "wall", null],
  ]);
});

test("a wall follows its attributes and its parts", async () => {
  const page = await open(`<iteras-wall paywallid="${WALL}">${ARTICLE}</iteras-wall>`, { cookies: [PASS] });
  await become(page, "open");
  await page.$eval("iteras-wall", (wall) => (wall.paywallid = ["AAAA1111", "BBBB2222"]));
  await become(page, "closed");
  assert.equal(await page.$eval("iteras-wall", (wall) => wall.getAttribute("paywallid")), "AAAA1111,BBBB2222");
  await page.$eval("iteras-wall", (wall) => {
    const late = document.createElement("p");
    late.dataset.when = "open";
    wall.append(late);
    wall.firstElementChild.dataset.when = "closed";
  });
  await page.waitForFunction(() => document.querySelector("iteras-wall").lastElementChild.hidden);
  assert.deepEqual(await shown(page), ["closed, closed, wrongpaywall accesslevel"]);
  // Each requirement was asked for once, and what is not asked for any more is forgotten.
  assert.equal(await calls(page), 1);
});

test("a moved wall goes on, a removed one ends, one that comes back asks again", async () => {
  const page = await open(`<iteras-wall id="wall">${ARTICLE}</iteras-wall><div id="elsewhere"></div>`);
  await become(page, "closed");
  assert.deepEqual(await told(page), [["iteras-verdict", "wall", "nopass"]]);
  await page.evaluate(() => elsewhere.append(wall));
  await turn(page);
  assert.deepEqual([await told(page), await calls(page)], [[], 1]);
  await page.evaluate(() => {
    window.kept = wall;
    kept.remove();
  });
  await turn(page);
  assert.equal(await calls(page), 0);
  await page.evaluate(() => app.append(kept));
  await become(page, "closed");
  assert.deepEqual([await told(page), await calls(page)], [[["iteras-verdict", "wall", "nopass"]], 1]);
});

test("parts of a wall within a wall are the inner one's", async () => {
  const page = await open(
    `<iteras-wall paywallid="${WALL}"><iteras-wall data-when="open" hidden paywallid="BBBB2222"><i data-when="closed" hidden></i></iteras-wall></iteras-wall>`,
    { cookies: [PASS] },
  );
  await become(page, "open", "closed");
  assert.deepEqual(await page.$$eval("[data-when]", (parts) => parts.map((part) => part.hidden)), [false, false]);
});

test("parts stay hidden under a style sheet that shows everything", async () => {
  const page = await open(`<style>div { display: flex }</style><iteras-wall>${ARTICLE}</iteras-wall>`);
  await become(page, "closed");
  assert.deepEqual(await shown(page), ["closed"]);
  assert.deepEqual(
    await page.$eval("iteras-wall", (wall) => [getComputedStyle(wall).display, wall.hasAttribute("style")]),
    ["block", false],
  );
  await page.$eval("iteras-wall", (wall) => (wall.hidden = true));
  assert.equal(await page.$eval("iteras-wall", (wall) => getComputedStyle(wall).display), "none");
});

test("a wall whose attributes make no sense is closed and complains", async () => {
  const page = await open(`<iteras-wall id="wall" access="subs">${ARTICLE}</iteras-wall>`, { cookies: [PASS] });
  await become(page, "closed");
  assert.deepEqual(await told(page), [
    ["iteras-error", "wall", "bad_option"],
    ["iteras:error", "#document", "bad_option"],
  ]);
  assert.deepEqual(page.complaints, ['<iteras-wall>: access: expected "user" or "sub", got "subs"']);
});

test("a wall believes the page's server unless it is told not to", async () => {
  const page = await open(
    `<iteras-wall>${ARTICLE}</iteras-wall><iteras-wall server="false">${ARTICLE}</iteras-wall>
     <div class="iteras-content-truncated iteras-no-pass"></div>`,
    { cookies: [PASS] },
  );
  await become(page, "closed", "open");
  assert.deepEqual(
    await page.$$eval("iteras-wall", (walls) => walls.map(({ server, dataset }) => [server, dataset.reason || null])),
    [
      [true, "refused"],
      [false, null],
    ],
  );
});

test("a wall redirects", async () => {
  const page = await open('<iteras-wall redirect="/log-in" access="sub"></iteras-wall>');
  await page.waitForFunction(
    () => location.pathname + location.search == "/log-in?iterasnext=%2Felements.html&iterasaccess=sub",
  );
});

test("frames are made of attributes, with a name for screen readers", async () => {
  const page = await open(`
    <iteras-login profile="lumen" paywallid="AAAA1111, BBBB2222" access="sub" next="/done" cssclass="dark"></iteras-login>
    <iteras-order profile="lumen" orderingid="12" prefill-products="12MPro" title="Subscribe"></iteras-order>
    <iteras-selfservice profile="lumen" preauth="a:b:c"></iteras-selfservice>`);
  await page.waitForFunction(() => document.querySelectorAll('iframe[style*="height: 321px"]').length == 3);
  const frames = await page.$$eval("iframe", (all) =>
    all.map(({ src, title }) => [src.replace(/&frame=.*/, ""), title]),
  );
  const service = "https://app.iteras.dk/lumen";
  assert.deepEqual(frames, [
    [`${service}/paywall/AAAA1111,BBBB2222/?iframe=1&cssclass=dark&next=%2Fdone&access=sub`, "Log in"],
    [`${service}/order/12/?iframe=1&prefill.products=12MPro`, "Subscribe"],
    [`${service}/selfservice/?iframe=1&preauth=a%3Ab%3Ac`, "Self-service"],
  ]);
  assert.deepEqual(page.complaints, []);
});

test("a frame follows its attributes and outlives everything else", async () => {
  const page = await open(
    '<iteras-order id="order" profile="lumen" orderingid="1"></iteras-order><div id="elsewhere"></div>',
  );
  await page.waitForSelector("iframe");
  const same = await page.evaluate(async () => {
    const turn = () => new Promise((done) => setTimeout(done));
    const frame = order.firstElementChild;
    const kept = [];
    for (const change of [
      () => order.classList.add("wide"),
      () => elsewhere.append(order),
      () => (order.orderingid = "1"),
    ]) {
      change();
      await turn();
      kept.push(order.firstElementChild == frame);
    }
    for (const change of [
      () => (order.orderingid = "2"),
      () => (order.prefill = { copies: 2 }),
      () => (order.title = "Abonnér"),
    ]) {
      change();
      await turn();
      kept.push(order.childElementCount == 1 && order.firstElementChild != frame);
    }
    return kept;
  });
  assert.deepEqual(same, [true, true, true, true, true, true]);
  assert.match(
    await page.$eval("iframe", (frame) => `${frame.title} ${frame.src}`),
    /^Abonnér .*\/order\/2\/\?iframe=1&prefill\.copies=2&/,
  );
  await page.waitForSelector('iframe[style*="height: 321px"]');
});

test("a frame without what it needs complains and has no content", async () => {
  const page = await open('<iteras-order id="order" profile="lumen" orderingid="1"></iteras-order>');
  await page.waitForSelector("iframe");
  await page.evaluate(() => order.removeAttribute("profile"));
  await page.waitForFunction(() => told.length);
  assert.deepEqual(await told(page), [
    ["iteras-error", "order", "bad_option"],
    ["iteras:error", "#document", "bad_option"],
  ]);
  assert.equal(await page.$("iframe"), null);
  await page.evaluate(() => (order.profile = "lumen"));
  await page.waitForSelector("iframe");
});

test("a frame's complaint names the element, what is missing and what it is", async () => {
  const page = await open(`
    <iteras-login paywallid="A"></iteras-login>
    <iteras-order profile="lumen"></iteras-order>
    <iteras-login profile="lumen" paywallid="," access="subs"></iteras-login>`);
  await page.waitForFunction(() => told.length == 6);
  assert.deepEqual(page.complaints.sort(), [
    '<iteras-login>: access: expected "user" or "sub", got "subs"',
    "<iteras-login>: profile is missing: the short name of your account, e.g. lumen",
    "<iteras-order>: orderingid is missing: an id of 1 to 256 bytes, not . or .., without control characters",
  ]);
});

test("C75 attributes that are mistyped: one line each, in full; others are silent", async () => {
  const page = await open(`
    <iteras-login profil="lumen" paywall-id="A" title="Log in" class="x" id="a" data-access="b" aria-label="c"></iteras-login>
    <iteras-wall paywallids="A" acces="sub" title="x" accesskey="y">${ARTICLE}</iteras-wall>
    <iteras-order profile="lumen" order-id="1" orderingid="2" prefill-acess="x"></iteras-order>`);
  await page.waitForSelector("iteras-order iframe");
  await become(page, "closed");
  const meant = (given, known) =>
    `Iteras: no option ${given}; did you mean ${known}? What nobody reads counts as missing.`;
  assert.deepEqual(
    page.complaints.filter((line) => line.startsWith("Iteras: ")),
    [
      meant("profil", "profile"),
      meant("paywall-id", "paywallid"),
      meant("paywallids", "paywallid"),
      meant("acces", "access"),
    ],
  );
});

test("C75 watchWall's own options, and the name that was called", async () => {
  const page = await open("");
  const said = await page.evaluate(async () => {
    await calls();
    iteras.watchWall({ paywallId: "A", unauthorised: 1 }, () => {})();
    const thrown = (work) => {
      try {
        work();
      } catch ({ code, message }) {
        return `${code} ${message}`;
      }
    };
    return [
      thrown(() => iteras.watchWall({ access: "subs" }, () => {})),
      thrown(() => iteras.watchWall("A", () => {})),
      thrown(() => iteras.watchWall({})),
      thrown(() => iteras.watchWall({}, "f")),
      thrown(() => iteras.wall({ access: "subs" })),
    ];
  });
  assert.deepEqual(said, [
    'bad_option Iteras.watchWall: access: expected "user" or "sub", got "subs"',
    'bad_option Iteras.watchWall: options: expected an object, got "A"',
    "bad_option Iteras.watchWall: listener is missing: a function",
    'bad_option Iteras.watchWall: listener: expected a function, got "f"',
    'bad_option Iteras.wall: access: expected "user" or "sub", got "subs"',
  ]);
  assert.deepEqual(page.complaints, [
    "Iteras: no option paywallId; did you mean paywallid? What nobody reads counts as missing.",
  ]);
});

// One frame in each element, that of the element itself: it is sized when it speaks.
const frames = (page, count = 1) =>
  page.waitForFunction(
    (count) => {
      const elements = [...document.querySelectorAll("iteras-login, iteras-order, iteras-selfservice")];
      const of = (element) => [...element.querySelectorAll("iframe")].map(({ style }) => style.height).join();
      return elements.length == count && elements.every((element) => of(element) == "321px");
    },
    { timeout: 10_000 },
    count,
  );
const LOG_IN = `<iteras-login profile="lumen" paywallid="${WALL}"></iteras-login>`;

for (const [name, change, count = 1] of [
  ["cloned", () => app.append(app.firstElementChild.cloneNode(true)), 2],
  [
    "imported from a template",
    () => {
      const template = document.createElement("template");
      template.innerHTML = app.innerHTML;
      app.append(document.importNode(template.content, true));
    },
    2,
  ],
  ["put back by innerHTML = innerHTML", () => (app.innerHTML = app.innerHTML)],
  ["put back by outerHTML, in a body made anew", () => (document.body.innerHTML = document.body.innerHTML)],
  [
    "restored from a copy, as Turbo keeps pages",
    () => {
      const copy = document.body.cloneNode(true);
      document.body.innerHTML = "<main>Another page</main>";
      document.body.replaceWith(copy);
    },
  ],
  [
    "restored from text of an earlier page, as htmx keeps them",
    () => {
      const text = app.innerHTML.replace(
        /data-iteras-frame="\w+"/,
        'data-iteras-frame="0123456789abcdef0123456789abcdef"',
      );
      app.innerHTML = "";
      app.innerHTML = text;
    },
  ],
  ["emptied by a library that makes the page like the server's", () => app.firstElementChild.replaceChildren()],
  [
    "given a stale frame as its content streams in",
    () => {
      const stale = app.querySelector("iframe").cloneNode();
      app.firstElementChild.prepend(stale);
    },
  ],
  [
    "moved into a shadow tree",
    () => {
      const host = app.appendChild(document.createElement("div"));
      const root = host.attachShadow({ mode: "open" });
      root.append(document.createElement("slot"));
      host.append(app.firstElementChild);
    },
  ],
]) {
  test(`F40 a frame element ${name}: one frame each, heard and sized, and a log-in counts`, async () => {
    const page = await open(LOG_IN);
    await frames(page);
    await page.evaluate(() => document.querySelector("iframe").removeAttribute("style"));
    await page.evaluate(change);
    await turn(page);
    await page.evaluate(() => {
      for (const frame of document.querySelectorAll("iframe")) {
        const say = { type: "resize", height: 321 };
        const speak = () => frame.contentWindow.postMessage({ say }, "*");
        frame.addEventListener("load", speak);
        speak();
      }
    });
    await frames(page, count);
    await told(page);
    await page.evaluate((pass) => {
      const all = document.querySelectorAll("iframe");
      all[all.length - 1].contentWindow.postMessage({ say: { type: "pass", pass } }, "*");
    }, PASS[1]);
    await page.waitForFunction(() => told.length >= 2);
    assert.deepEqual(
      (await told(page)).map(([type]) => type),
      ["iteras:login", "iteras-login"],
    );
    assert.deepEqual(page.complaints, []);
  });
}

// Verdicts and events that a watcher, an element and a plain wall hear, in order.
async function listening(cookies, { cookieStore, ...more } = {}) {
  const page = await open(`<iteras-wall id="wall" paywallid="${WALL}">${ARTICLE}</iteras-wall>`, {
    cookies,
    cookieStore,
  });
  await become(page, cookies ? "open" : "closed");
  await page.evaluate(
    async (paywallid, more) => {
      await calls();
      window.heard = [];
      const told = (who) => (verdict) => heard.push(`${who} ${verdict.subscriber ?? verdict.reason}`);
      iteras.wall({ paywallid, unauthorized: told("handler"), authorized: told("authorized") });
      window.stop = iteras.watchWall({ paywallid, ...more }, told("watcher"));
      wall.addEventListener("iteras-verdict", ({ detail }) => told("element")(detail));
    },
    WALL,
    more,
  );
  return page;
}
const heard = (page) => page.evaluate(() => heard.splice(0));
const shownAgain = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

test("a log-out that stays reaches every watcher and element at once, and plain walls not", async () => {
  const page = await listening([PASS], { redirect: "/elsewhere" });
  assert.deepEqual(await heard(page), ["watcher 31168"]);
  const atOnce = await page.evaluate(() => {
    iteras.logoutFromWall({ redirect: null });
    return [heard.splice(0).sort(), wall.dataset.state];
  });
  assert.deepEqual(atOnce, [["element nopass", "watcher nopass"], "closed"]);
  assert.deepEqual(await shown(page), ["closed"]);
  await shownAgain(page);
  await turn(page);
  // Nor is the watcher with a redirect sent away.
  assert.deepEqual([await heard(page), new URL(page.url()).pathname], [[], "/elements.html"]);
});

test("a log-out whose watcher ends itself, or logs out again, is told once to each", async () => {
  const page = await listening([PASS]);
  const told = await page.evaluate((paywallid) => {
    const told = [];
    let end = () => {};
    end = iteras.watchWall({ paywallid }, ({ reason }) => {
      told.push(`ends ${reason}`);
      if (!reason) return;
      iteras.logoutFromWall({ redirect: null });
      end();
    });
    iteras.watchWall({ paywallid }, ({ reason }) => told.push(`goes on ${reason}`));
    iteras.logoutFromWall({ redirect: null });
    return told;
  }, WALL);
  assert.deepEqual(told, ["ends null", "goes on null", "ends nopass", "goes on nopass"]);
  assert.equal((await heard(page)).filter((what) => what == "watcher nopass").length, 1);
});

test("a log-out, log-in and another reader's log-in by anybody are told as the store of cookies tells them", async () => {
  const page = await listening([PASS]);
  await heard(page);
  const [, value] = PASS;
  for (const [cookie, told] of [
    ["; Max-Age=0", "nopass"],
    [value, "31168"],
    [value.replace("|31168|", "|4711|"), "4711"],
  ]) {
    await page.evaluate((text) => void (document.cookie = text), `iteraspass=${cookie}; Path=/`);
    await page.waitForFunction(() => heard.length >= 2);
    assert.deepEqual((await heard(page)).sort(), [`element ${told}`, `watcher ${told}`]);
  }
  await page.evaluate(() => stop());
  await page.evaluate(() => void (document.cookie = "iteraspass=; Path=/; Max-Age=0"));
  await page.waitForFunction(() => heard.length);
  assert.deepEqual(await heard(page), ["element nopass"]);
});

test("where no store of cookies tells them, they are told at the next look", async () => {
  const page = await listening([PASS], { cookieStore: false });
  await heard(page);
  const [, value] = PASS;
  const write = (text) => page.evaluate((text) => void (document.cookie = text), text);
  const store = (value) => write(`iteraspass=${value}; Path=/`);
  // No storage event: a server deleted it, or a tab that has no record.
  await write("iteraspass=; Path=/; Max-Age=0");
  assert.deepEqual(await heard(page), []);
  await shownAgain(page);
  assert.deepEqual((await heard(page)).sort(), ["element nopass", "watcher nopass"]);
  await store(value);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  assert.deepEqual((await heard(page)).sort(), ["element 31168", "watcher 31168"]);
  await store(value.replace("|31168|", "|4711|"));
  await shownAgain(page);
  assert.deepEqual((await heard(page)).sort(), ["element 4711", "watcher 4711"]);
  await shownAgain(page);
  assert.deepEqual(await heard(page), []);
});

// Chromium writes cookies without waiting: another process may see what was stored after one before it sees the cookie.
test("another tab's cookie that comes later than its record is told all the same", async () => {
  const page = await listening([PASS], { cookieStore: false });
  await heard(page);
  await page.evaluate(() => {
    dispatchEvent(new StorageEvent("storage", { key: "another's" }));
    dispatchEvent(new StorageEvent("storage", { key: "iteras.renewal" }));
    document.cookie = "iteraspass=; Path=/; Max-Age=0";
  });
  await page.waitForFunction(() => heard.length >= 2);
  assert.deepEqual((await heard(page)).sort(), ["element nopass", "watcher nopass"]);
});

test("another tab of ours tells by storage: log-out and log-in", async () => {
  const page = await listening([PASS]);
  await page.waitForFunction(() => localStorage["iteras.renewal"]);
  await heard(page);
  const tab = await page.browserContext().newPage();
  await tab.goto(page.url());
  await tab.evaluate(() => calls());
  await tab.evaluate(() => iteras.logoutFromWall({ redirect: null }));
  await page.waitForFunction(() => heard.length == 2);
  assert.deepEqual((await heard(page)).sort(), ["element nopass", "watcher nopass"]);
  await tab.evaluate((pass) => {
    document.cookie = `iteraspass=${pass}; Path=/`;
    localStorage["iteras.renewal"] = "";
    localStorage.removeItem("iteras.renewal");
  }, PASS[1]);
  await page.waitForFunction(() => heard.length == 2);
  assert.deepEqual((await heard(page)).sort(), ["element 31168", "watcher 31168"]);
});

test("a log-in with another pass that opens as well is told, and what was stopped hears nothing", async () => {
  const page = await listening([PASS]);
  await heard(page);
  await page.evaluate(() => stop());
  await page.evaluate((markup) => app.insertAdjacentHTML("beforeend", markup), LOG_IN);
  await frames(page);
  await page.$eval(
    "iframe",
    (frame, pass) => frame.contentWindow.postMessage({ say: { type: "pass", pass } }, "*"),
    PASS[1].replace("|31168|", "|4711|"),
  );
  await page.waitForFunction(() => heard.length);
  assert.deepEqual(await heard(page), ["element 4711"]);
  await page.evaluate(() => iteras.logoutFromWall({ redirect: null }));
  assert.deepEqual(await heard(page), ["element nopass"]);
});

test("a refusal is told as such, and stays so at the next look", async () => {
  const page = await listening([PASS]);
  await heard(page);
  await page.waitForFunction(() => localStorage["iteras.renewal"]);
  // The lock outlives the answer by a moment; who finds it taken leaves the asking to its holder.
  await page.waitForFunction(async () => !(await navigator.locks.query()).held.length);
  page.refuses = true;
  await page.evaluate((paywallid) => {
    localStorage.clear();
    iteras.wall({ paywallid });
  }, WALL);
  await page.waitForFunction(() => heard.length >= 3);
  assert.deepEqual((await heard(page)).sort(), ["element refused", "handler refused", "watcher refused"]);
  await shownAgain(page);
  assert.deepEqual(await heard(page), []);
});

test("a log-in opens the walls it is for, and the frame says that it was there", async () => {
  const page = await open(`
    <iteras-wall paywallid="${WALL}">${ARTICLE}</iteras-wall>
    <iteras-wall paywallid="AAAA1111">${ARTICLE}</iteras-wall>
    <iteras-login id="first" profile="lumen" paywallid="${WALL}"></iteras-login>
    <iteras-login id="second" profile="lumen" paywallid="AAAA1111"></iteras-login>`);
  await become(page, "closed", "closed");
  await page.waitForFunction(() => document.querySelectorAll('iframe[style*="height: 321px"]').length == 2);
  await told(page);
  await page.$eval(
    "#second iframe",
    (frame, pass) => frame.contentWindow.postMessage({ say: { type: "pass", pass } }, "*"),
    OTHER_PASS[1],
  );
  await become(page, "closed", "open");
  assert.deepEqual(
    (await told(page)).filter(([type]) => type != "iteras-verdict"),
    [
      ["iteras:login", "#document", null],
      ["iteras-login", "second", null],
    ],
  );
});

test("elements that were there before their definition take what was set on them", async () => {
  const page = await open(
    `<iteras-wall id="wall">${ARTICLE}</iteras-wall><iteras-order id="order" profile="lumen"></iteras-order>`,
    { cookies: [PASS], hash: "#later" },
  );
  await page.evaluate(() => {
    wall.paywallid = ["BBBB2222"];
    order.orderingid = "12";
    order.prefill = { products: "12MPro" };
    return define();
  });
  await become(page, "closed");
  await page.waitForSelector('iframe[src*="/order/12/?iframe=1&prefill.products=12MPro&"]');
  assert.deepEqual(await page.evaluate(() => [Object.keys(wall), Object.keys(order), wall.getAttribute("paywallid")]), [
    [],
    [],
    "BBBB2222",
  ]);
});

test("elements work in a shadow tree", async () => {
  const page = await open('<div id="host"></div>', { cookies: [PASS] });
  await page.evaluate((article) => {
    const root = host.attachShadow({ mode: "open" });
    root.innerHTML = `<style>div { display: flex }</style><iteras-wall>${article}</iteras-wall><iteras-selfservice profile="lumen"></iteras-selfservice>`;
  }, ARTICLE);
  await page.waitForFunction(() => host.shadowRoot.querySelector('iframe[style*="height: 321px"]'));
  const visible = await page.evaluate(() =>
    [...host.shadowRoot.querySelectorAll("[data-when]")]
      .filter((part) => part.checkVisibility())
      .map((part) => part.dataset.when),
  );
  assert.deepEqual(visible, ["open"]);
  assert.deepEqual(await told(page), [["iteras-verdict", "host", null]]);
});
