// Elements of the page that hide members of `document` by their names (rules, "Doors of the page"). The members are
// read off the sources, so that one more is tried as well.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";

import { test } from "./driver/test.mjs";
import { PASS, PUBLISHER, SERVICE, WALL, publisher } from "./frame-helpers.mjs";
import { start } from "./harness.mjs";

const source = fileURLToPath(new URL("../../pkg-template/src/", import.meta.url));
// Servers have no document.
const files = readdirSync(source, { recursive: true }).filter((name) => /^(?!server).*\.js$/.test(name));
const text = (name) =>
  readFileSync(join(source, name), "utf8")
    .split("\n")
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .join("\n");
const MEMBERS = [...new Set(files.flatMap((name) => [...text(name).matchAll(/\bdoc\.(\w+)/g)].map(([, it]) => it)))];

let world;
before(async () => (world = await start({ site: "tests/e2e/pages/frames" })));
after(() => world.stop());

test("C70 no script of ours asks the document itself", () => {
  // The fake service's frame is a page of its own, with no markup but ours.
  const apart = (name) => name.endsWith("page/document.js") || name == "testing/frame-page.js";
  for (const name of files.filter((name) => !apart(name))) {
    assert.doesNotMatch(text(name), /\bdocument\b(?!\.js")(?<!typeof document)(?<!\.observe\(document)/, name);
  }
  assert.ok(MEMBERS.includes("cookie") && MEMBERS.includes("currentScript"), MEMBERS.join());
});

const KINDS = {
  img: (name) => `<img name="${name}">`,
  form: (name) => `<form name="${name}"></form>`,
  "two forms": (name) => `<form name="${name}"></form><form name="${name}"></form>`,
  iframe: (name) => `<iframe name="${name}" srcdoc=""></iframe>`,
  embed: (name) => `<embed name="${name}">`,
  object: (name) => `<object id="${name}"></object>`,
};

/** What a page with these elements gets of us, from its first line to the log-out. */
async function journey(elements, attributes) {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Hidden</title><body>${elements}
    <script src="${SERVICE}/static/api/iteras.js" ${attributes}></script>
    <script>
      Iteras.configure({ base: "${SERVICE}" });
      window.reasons = [];
      window.verdict = Iteras.wall({ redirect: "/landing", unauthorized: ({ reason }) => reasons.push(reason) });
    </script>
    <a data-iteras-carry href="/log-in">Log in</a><div></div></body></html>`;
  const page = await publisher(world, {
    url: `${PUBLISHER}/page?iterasnext=%2Fback`,
    pages: { [`${PUBLISHER}/page`]: html },
    prepare: () => {
      window.find = document.querySelector.bind(document);
      const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
      window.cookie = get.bind(document);
    },
  });
  const told = await page.evaluate(
    async (wall, pass) => {
      const told = { verdict: verdict.reason, reasons, link: find("a").getAttribute("href") };
      const box = find("div");
      const loaded = (frame) => new Promise((done) => frame.addEventListener("load", () => done(frame)));
      box.insertAdjacentHTML("beforeend", Iteras.paywalliframe({ profile: "lumen", paywallid: wall }));
      const frame = await loaded(box.firstElementChild);
      await say(frame, { iteras: 1, frame: idOf(frame), type: "resize", height: 321 });
      await painted();
      told.height = frame.style.height;
      await say(frame, { iteras: 1, frame: idOf(frame), type: "pass", pass });
      told.in = [Iteras.isLoggedIn(), cookie()];
      told.went = went.map(([, url]) => url);
      told.element = Iteras.frame("selfservice", { profile: "lumen" }).tagName;
      Iteras.logoutFromWall({ redirect: null });
      told.out = [Iteras.isLoggedIn(), cookie()];
      box.insertAdjacentHTML("beforeend", '<meta name="iteras-gate" content="open">');
      told.marked = Iteras.wall().authorized;
      told.events = seen.map(([type]) => type);
      return told;
    },
    WALL,
    PASS,
  );
  assert.deepEqual(page.errors, []);
  await page.browserContext().close();
  return told;
}

const WHOLE = {
  verdict: "nopass",
  reasons: ["nopass"],
  link: `${PUBLISHER}/log-in?iterasnext=%2Fback`,
  height: "321px",
  in: [true, `iteraspass=${PASS}`],
  went: [`${PUBLISHER}/back`],
  element: "IFRAME",
  out: [false, ""],
  marked: true,
  events: ["unauthorized", "login", "authorized", "logout", "authorized"],
};

for (const kind of ["img", "form"]) {
  for (const member of MEMBERS) {
    test(`C70 <${kind} name=${member}>`, async () => {
      assert.deepEqual(await journey(KINDS[kind](member), ""), WHOLE);
    });
  }
}

for (const [kind, element] of Object.entries(KINDS)) {
  for (const engine of ["", 'data-engine="js"']) {
    test(`C70 all at once, ${kind} ${engine}`, async () => {
      assert.deepEqual(await journey(MEMBERS.map(element).join(""), engine), WHOLE);
    });
  }
}

test("a cookie that the page has wrapped stays wrapped", async () => {
  const html = `<!doctype html><script>
      const real = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
      window.asked = [];
      Object.defineProperty(document, "cookie", {
        get: () => (asked.push("read"), real.get.call(document)),
        set: (text) => asked.push(text),
        configurable: true,
      });
    </script><script src="${SERVICE}/static/api/iteras.js"></script>`;
  const page = await publisher(world, { pages: { [`${PUBLISHER}/page`]: html } });
  const asked = await page.evaluate(() => {
    const { reason } = Iteras.wall();
    const read = asked.splice(0);
    Iteras.logoutFromWall({ redirect: null });
    return [reason, read, asked.some((text) => text.startsWith("iteraspass=; Path=/; Max-Age=0"))];
  });
  assert.deepEqual(asked, ["nopass", ["read"], true]);
});
