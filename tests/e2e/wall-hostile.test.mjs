// Pages and browsers that make it hard: re-entrant handlers, patched built-ins, no cookies, no storage,
// a core that traps (rules, "In the browser").
import assert from "node:assert/strict";

import { test } from "./driver/test.mjs";
import {
  DAY,
  WALL,
  cookies,
  give,
  handled,
  happened,
  holds,
  hook,
  open,
  order,
  patient,
  quiet,
  setUp,
  until,
  wall,
  address,
} from "./helpers.mjs";
import { PATCHES } from "./patches.mjs";

const scene = await setUp();
const SOON = { expires_in: (2 * DAY) / 1000 };
const REASONS = { authorized: false, pending: false, level: null, paywallid: null, subscriber: null, expires: null };

test("F35 a handler may call every method, and the verdict is still returned", async () => {
  const page = await scene.reader();
  const [verdict, said] = await open(page, "/article", () => {
    const said = [];
    const unauthorized = () => {
      said.push(Iteras.wall({ access: "sub", unauthorized: note }).reason);
      said.push(Iteras.isLoggedIn(), Iteras.pass());
      Iteras.logoutFromWall({ redirect: null });
      for (const method of ["selfserviceiframe", "orderingiframe", "signupiframe", "paywalliframe"]) {
        said.push(Iteras[method]({ profile: "lumen", paywallid: "A", orderingid: "o", signupid: "s" }).slice(0, 7));
      }
      said.push(Iteras.frame("paywall", { profile: "lumen", paywallid: ["A"] }).tagName);
      try {
        Iteras.configure({ renewAfter: 1 });
      } catch ({ code }) {
        said.push(code);
      }
      Iteras.carry();
      Iteras.q.push(["wall", { unauthorized: note }]);
    };
    return [Iteras.wall({ unauthorized }), said];
  });
  assert.deepEqual(verdict, { ...REASONS, reason: "nopass" });
  assert.deepEqual(said, ["nopass", false, null, "<iframe", "<iframe", "<iframe", "<iframe", "IFRAME", "bad_option"]);
  assert.deepEqual(
    (await handled(page)).map(({ requested }) => requested.access),
    ["sub", null],
  );
  assert.deepEqual(page.errors, []);
});

test("F35 a getter among the options may call wall", async () => {
  const page = await scene.reader();
  const reason = await open(
    page,
    "/article",
    () =>
      Iteras.wall({
        get paywallid() {
          return Iteras.wall({ paywallid: "inner", unauthorized: note }).authorized ? "x" : "outer";
        },
        get unauthorized() {
          return note;
        },
      }).reason,
  );
  assert.equal(reason, "nopass");
  assert.deepEqual(
    (await handled(page)).map(({ requested }) => requested.paywallid),
    [["inner"], ["outer"]],
  );
});

test("F35 what a handler or a listener throws is reported, and the verdict is still returned", async () => {
  for (const without of ["", "reportError"]) {
    const page = await scene.reader();
    if (without) await page.evaluateOnNewDocument("delete window.reportError");
    const reasons = await open(page, "/article", () => {
      document.addEventListener("iteras:unauthorized", () => {
        throw new Error("listener");
      });
      const handler = () => {
        throw new Error("handler");
      };
      return [Iteras.wall({ unauthorized: handler }).reason, Iteras.wall({ unauthorized: note }).reason];
    });
    assert.deepEqual(reasons, ["nopass", "nopass"]);
    await quiet(page);
    assert.equal((await handled(page)).length, 1);
    assert.deepEqual(page.errors.map((text) => text.replace("Uncaught Error: ", "")).sort(), [
      "handler",
      "listener",
      "listener",
    ]);
    assert.equal((await order(page)).includes("error internal"), false);
  }
});

test("F35 handlers that wall again from handlers", async () => {
  const page = await scene.reader();
  const depth = await open(page, "/article", () => {
    let depth = 0;
    const again = () => ++depth < 50 && Iteras.wall({ unauthorized: again });
    Iteras.wall({ unauthorized: again });
    return depth;
  });
  assert.equal(depth, 50);
});

test("F35 a handler that logs out while every call is decided again", async () => {
  const page = await scene.reader({ pass: SOON });
  await scene.fault("refuse");
  await open(page, "/article", () => {
    Iteras.wall({
      unauthorized: (verdict) => {
        note(verdict);
        Iteras.logoutFromWall({ redirect: null });
      },
    });
    Iteras.wall({ unauthorized: note });
  });
  await holds(page, () => handled.length == 2);
  assert.deepEqual(
    (await handled(page)).map(({ reason }) => reason),
    ["refused", "refused"],
  );
  assert.deepEqual(page.errors, []);
});

const engines = ["WebAssembly", "JavaScript"];
for (const [name, patch, engine] of Object.entries(PATCHES).flatMap((each) => engines.map((one) => [...each, one]))) {
  test(`F20 patched built-ins, the core as ${engine}: ${name}`, async () => {
    const page = await scene.reader({ pass: SOON });
    if (engine == "JavaScript") await page.evaluateOnNewDocument(() => delete window.WebAssembly);
    await scene.fault("ok", { delay_ms: 50 });
    await page.evaluateOnNewDocument(patch);
    const said = await open(
      page,
      "/article",
      (id) => {
        const verdict = Iteras.wall({ paywallid: [id], access: "sub", unauthorized: note });
        const denied = Iteras.wall({ paywallid: ["other"], unauthorized: note });
        return [
          verdict.authorized,
          verdict.level,
          denied.reason,
          Iteras.isLoggedIn(),
          Iteras.pass().paywallids.join(),
          /prefill\.a=1&prefill\.a=2&/.test(
            Iteras.orderingiframe({ profile: "lumen", orderingid: "o", prefill: { a: [1, 2] } }).replace(/&amp;/g, "&"),
          ),
          Iteras.frame("paywall", { profile: "lumen", paywallid: [id] }).src.includes(`/paywall/${id}/`),
        ];
      },
      WALL,
    );
    assert.deepEqual(said, [true, "sub", "wrongpaywall", true, WALL, true, true]);
    await scene.asked(1);
    await until(async () => (await order(page)).includes("renewed"), "renewed");
    await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
    assert.deepEqual(await order(page), [
      "authorized",
      "unauthorized wrongpaywall",
      "handler wrongpaywall",
      "renewed",
      "logout nopass",
    ]);
    assert.deepEqual(await cookies(page), []);
    assert.deepEqual(page.errors, []);
  });
}

test("F12 a sandboxed page may read no cookies: unauthorized, one word, no exception, no loop", async () => {
  const page = await scene.reader({ pass: {} });
  await hook(page, "/article", () => {
    const [first, second] = [Iteras.wall({ unauthorized: note }), Iteras.wall({})];
    Iteras.logoutFromWall({ redirect: null });
    return [first.reason, second.reason, Iteras.isLoggedIn(), Iteras.pass()];
  });
  await page.goto(scene.publish("/outer", `<iframe sandbox="allow-scripts" src="${page.site}/article"></iframe>`));
  const [frame] = page.mainFrame().childFrames();
  await holds(frame, () => window.result && document.readyState == "complete");
  assert.deepEqual(await frame.evaluate(() => result), ["nopass", "nopass", false, null]);
  assert.deepEqual(await frame.evaluate(() => order), [
    "error cookie_unreadable",
    "unauthorized nopass",
    "handler nopass",
    "unauthorized nopass",
    "logout nopass",
  ]);
  assert.deepEqual(page.errors, []);
});

test("F12 a sandboxed page is redirected once", async () => {
  const page = await scene.reader();
  const visited = [];
  page.on("framenavigated", (frame) => visited.push(frame.url().replace(page.site, "")));
  for (const path of ["/article", "/landing"]) await hook(page, path, () => void Iteras.wall({ redirect: "/landing" }));
  const outer = scene.publish("/outer", `<iframe sandbox="allow-scripts" src="${page.site}/article"></iframe>`);
  await page.goto(outer);
  await holds(page, () => frames.length);
  const [frame] = page.mainFrame().childFrames();
  await holds(frame, () => location.pathname == "/landing" && window.order?.includes("error redirect_loop"));
  assert.deepEqual(
    visited.filter((url) => url.startsWith("/landing")),
    ["/landing?iterasnext=%2Farticle"],
  );
  assert.deepEqual(page.errors, []);
});

const DROP_COOKIES = () => {
  const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(Document.prototype, "cookie", { get, set() {}, configurable: true });
};

test("F13 a browser that keeps no written cookie: the reader keeps the pass, one word is said, the service has its rest", async () => {
  const page = await scene.reader({ pass: SOON });
  const before = await cookies(page);
  await page.evaluateOnNewDocument(DROP_COOKIES);
  assert.equal(await scene.asks(page), 1);
  await page.evaluate(() => Iteras.wall({ unauthorized: note }));
  await quiet(page);
  assert.deepEqual(await order(page), ["authorized", "error cookie_not_stored", "authorized"]);
  assert.deepEqual(await cookies(page), before);
  assert.equal(await scene.asks(page, 59_999), 0);
});

test("F13 an expired pass whose renewal is not kept ends in the unauthorized path at once, without a loop", async () => {
  const page = await scene.reader({ pass: { expires_in: -60 } });
  await patient(page);
  await page.evaluateOnNewDocument(DROP_COOKIES);
  await wall(page);
  await happened(page, "handler expired");
  assert.deepEqual(await order(page), ["error cookie_not_stored", "unauthorized expired", "handler expired"]);

  await hook(page, "/article", () => void Iteras.wall({ redirect: "/landing" }));
  await hook(page, "/landing", () => void Iteras.wall({ redirect: "/landing" }));
  await page.goto(`${page.site}/article`);
  await holds(page, () => location.pathname == "/landing" && window.order?.includes("error redirect_loop"));
  assert.equal(await address(page), `${page.site}/landing?iterasnext=%2Farticle`);
  assert.deepEqual(page.errors, []);
});

// Ways in which storage can be unusable.
const STORAGE = {
  "throws when it is touched": () =>
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("no", "SecurityError");
      },
    }),
  "is null": () => Object.defineProperty(window, "localStorage", { value: null }),
};
const FULL = {
  "is full": () => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  },
  "drops what is written": () => {
    Storage.prototype.setItem = () => {};
  },
};

for (const [name, spoil] of Object.entries({ ...STORAGE, ...FULL })) {
  test(`F14 storage ${name}: only the last three days are asked for, once per page`, async () => {
    const page = await scene.reader({ pass: { expires_in: (20 * DAY) / 1000 } });
    await page.evaluateOnNewDocument(spoil);
    assert.equal((await wall(page)).authorized, true);
    await quiet(page);
    assert.deepEqual(await scene.renewals(), []);

    await give(page, await scene.pass(SOON));
    await scene.fault("503");
    assert.equal((await wall(page)).authorized, true);
    await scene.asked(1);
    await quiet(page);
    await page.evaluate(() => void Iteras.wall({ unauthorized: note }));
    await quiet(page);
    assert.equal((await scene.renewals()).length, 1);
    assert.deepEqual(await order(page), ["authorized", "authorized"]);

    await scene.fault("ok");
    await wall(page);
    await happened(page, "renewed");
    assert.equal((await scene.renewals()).length, 2);
    assert.deepEqual(page.errors, []);
  });

  test(`F14 storage ${name}: an expired pass is renewed all the same, log-out works`, async () => {
    const page = await scene.reader({ pass: { expires_in: -60 } });
    await page.evaluateOnNewDocument(spoil);
    await open(page, "/article", () => void Iteras.wall({ unauthorized: note }));
    await happened(page, "authorized");
    await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
    assert.deepEqual(await order(page), ["renewed", "authorized", "logout nopass"]);
    assert.deepEqual(await cookies(page), []);
    assert.deepEqual(page.errors, []);
  });
}

// The core's one working export throws as a trap does once `window.trap` is set.
const TRAP = () => {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (module) {
    const { exports } = new Instance(module);
    const ask = (...question) => {
      if (window.trap) throw new WebAssembly.RuntimeError("unreachable");
      return exports.ask(...question);
    };
    return { exports: { ...exports, ask } };
  };
};

test("F17 a trap is caught and told once; then walls answer and do nothing, frames throw, log-out deletes", async () => {
  const page = await scene.reader({ pass: {} });
  await page.evaluateOnNewDocument(TRAP);
  const said = await open(page, "/article", () => {
    const before = Iteras.isLoggedIn();
    window.trap = true;
    const walls = [Iteras.wall({ redirect: "/landing" }), Iteras.wall({ unauthorized: note }), Iteras.wall()];
    window.trap = false; // A module that trapped is not asked again.
    const thrown = ["selfserviceiframe", "orderingiframe", "signupiframe", "paywalliframe", "frame"].map((method) => {
      const options = { profile: "lumen", orderingid: "o", signupid: "s", paywallid: "p" };
      try {
        return method == "frame" ? Iteras.frame("paywall", options) : Iteras[method](options);
      } catch (error) {
        return [error instanceof Error, error.code, error.message.includes(`Iteras.${method}`)];
      }
    });
    Iteras.carry();
    return [before, walls, thrown, Iteras.isLoggedIn(), Iteras.pass(), /iteraspass/.test(document.cookie)];
  });
  const internal = { ...REASONS, reason: "internal" };
  assert.deepEqual(said, [
    true,
    [internal, internal, internal],
    Array(5).fill([true, "internal", true]),
    false,
    null,
    true,
  ]);
  await quiet(page);
  await page.evaluate(() => Iteras.logoutFromWall({ redirect: null }));
  assert.deepEqual(await cookies(page), []);
  assert.deepEqual(await order(page), ["error internal", "logout nopass"]);
  assert.equal(new URL(page.url()).pathname, "/article");
  assert.deepEqual([page.errors, await scene.renewals()], [[], []]);
});

test("F17 a trap in the middle of a renewal, and one in a page shown again", async () => {
  const page = await scene.reader({ pass: SOON });
  await page.evaluateOnNewDocument(TRAP);
  const answer = await scene.holdRenewal();
  await wall(page, { renew: answer.url });
  await answer.asked;
  await page.evaluate(() => {
    window.trap = true;
  });
  answer.release();
  await happened(page, "error internal");
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await quiet(page);
  // A bug of ours must not blank a site.
  assert.deepEqual(await order(page), ["authorized", "error internal"]);
  assert.equal((await cookies(page)).length, 1);
  assert.deepEqual(page.errors, []);
});
