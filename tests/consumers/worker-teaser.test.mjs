// Teasers in workerd: the pages and the malformed ones that the Rust gate is tried with, byte for byte.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { install, root } from "./harness.mjs";
import { dice, serveOrigin, startWorker } from "./workerd.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const PAGE = read("crates/gate/tests/pages/article.html");
const TEASER = read("crates/gate/tests/pages/article.teaser.html");
const MALFORMED = JSON.parse(read("tests/vectors/teaser_cases.json"));
const OPTIONS = {
  gated: ".article-body",
  characters: 120,
  marker: ".more",
  allow: "#consent",
  allowComments: "#include",
};

let origin;
let worker;
before(async () => {
  origin = await serveOrigin();
  worker = await startWorker(await install("workerd"), "teasers.js", { ORIGIN: origin.url });
});
after(async () => {
  await worker?.close();
  await origin?.close();
});

async function teased(page, options = OPTIONS) {
  origin.pages.set("/page", page);
  return worker.ask("/page", { headers: { "x-options": JSON.stringify(options) } });
}

test("forty words stay hidden however the page is cut", async () => {
  assert.ok(PAGE.match(/CANARY/g).length >= 40);
  const chunks = [1, 2, 3, 7, 16, 64, 300, 2000, undefined];
  for (const seed of [1, 2, 3]) {
    for (const most of chunks) {
      const { status, body } = await teased({ body: PAGE, most, dice: dice(seed) });
      assert.deepEqual([status, body], [200, TEASER], `seed ${seed}, ${most}`);
      assert.ok(!body.includes("CANARY"));
    }
  }
  for (const kept of PAGE.match(/KEPT-\d+\./g)) assert.ok(TEASER.includes(kept), kept);
});

test("malformed pages lead nowhere", async () => {
  const { cases, gated, characters } = MALFORMED;
  for (const { note, page, ends } of cases) {
    for (const most of [undefined, 1]) {
      const { status, body } = await teased({ body: page, most, dice: dice(4) }, { gated, characters });
      assert.ok(
        status == 200 && body.endsWith(ends) && !body.includes("CANARY"),
        `${note}: ${page}\n${status} ${body}`,
      );
    }
  }
  assert.ok(cases.length > 0);
});

test("pages that can't be teased get the denial", async () => {
  const type = (kind) => ({ headers: { "content-type": kind } });
  const pages = [
    ...[
      "text/plain",
      "application/json",
      "text/html; charset=utf-16",
      "text/html; charset=shift_jis",
      "application/xhtml+xml",
    ].map((kind) => ({ body: PAGE, ...type(kind) })),
    { body: PAGE, headers: { "content-encoding": "x-own" } },
    { body: "<p>CANARY</p>" },
    { body: "" },
    { body: "<meta charset=big5><div class=article-body>CANARY</div>", ...type("text/html") },
    { body: "<meta charset=shift_jis><div class=article-body>CANARY</div>" },
    { body: `${"<b>".repeat(513)}<div class=article-body>CANARY</div>` },
    { body: `<form><div></form><form></form></div><div class=article-body>CANARY</div>` },
    { body: "<!-- <div class=article-body> --><p>CANARY" },
    { body: "<template><div class=article-body>CANARY</div></template>" },
    { body: `${"<p>CANARY</p>".repeat(60_000)}<div class=article-body>x</div>` },
    { body: "<p>CANARY", most: 5, dice: dice(1), breaks: true },
  ];
  for (const page of pages) {
    const { status, body, headers } = await teased(page);
    assert.deepEqual([status, headers["x-iteras-reason"]], [401, "nopass"], String(page.body).slice(0, 80));
    assert.ok(!body.includes("CANARY"), body);
  }
  await worker.log(/no teaser of a page: page is neither in UTF-8 nor in Latin-1/);
  await worker.log(/no teaser of a page: elements of the page are nested more than 512 deep/);
  await worker.log(/no teaser of a page: page is longer than what is read for a teaser/);
});

test("a page that breaks off, or can't be read, is not shown at all", async () => {
  const odd = "<div class=article-body>one</div>two<meta charset=big5>CANARY";
  for (const page of [
    { body: PAGE, most: 500, dice: dice(2), breaks: true },
    { body: odd, most: 3, dice: dice(2) },
  ]) {
    const { status, body } = await teased(page);
    assert.deepEqual([status, body.includes("KEPT") || body.includes("one")], [401, false], body);
  }
});

test("F29: pages leave nothing behind in the module, finished or not", async () => {
  const broken = { body: PAGE, most: 3000, dice: dice(3), breaks: true };
  const long = { body: PAGE + "<p>x</p>".repeat(20_000) };
  const options = { ...OPTIONS, characters: 5000 };
  const some = async (count) => {
    for (let n = 0; n < count; n++) {
      for (const page of [{ body: PAGE }, { body: "<p>none</p>" }, broken]) await teased(page, options);
      origin.pages.set("/page", long);
      await worker.abort("/page", { headers: { "x-options": JSON.stringify(options) } });
    }
    return (await worker.ask("/memory")).body;
  };
  const early = await some(20);
  assert.match(early, /^[1-9]\d+$/);
  assert.equal(await some(200), early);
});

test("Latin-1 stays Latin-1", async () => {
  const body = Buffer.from("<p>bl\xe5</p><div class=article-body>r\xf8d gr\xf8d med fl\xf8de</div>", "latin1");
  const headers = { "content-type": "text/html; charset=ISO-8859-1" };
  const { bytes } = await teased({ body, headers }, { gated: ".article-body", characters: 8 });
  const came = bytes.toString("latin1");
  assert.ok(came.includes("<body><p>bl\xe5</p>") && came.endsWith(">r\xf8d gr\xf8d</div></body></html>"), came);
  // A page may also say so itself.
  const named = {
    body: Buffer.concat([Buffer.from("<meta charset=latin1>"), body]),
    headers: { "content-type": "text/html" },
  };
  const { bytes: same } = await teased(named, { gated: ".article-body", characters: 8 });
  assert.ok(same.toString("latin1").endsWith(">r\xf8d gr\xf8d</div></body></html>"), same.toString("latin1"));
});

test("options that make no sense are refused by name", async () => {
  const refused = async (options, message) => {
    const { status, body } = await teased({ body: PAGE }, options);
    assert.deepEqual([status, body.slice(0, message.length)], [500, message]);
  };
  await refused(null, "bad_option: teaser: expected an object");
  await refused({}, "bad_option: teaser: gated: expected a string");
  await refused({ gated: [] }, "bad_option: teaser: gated: no selector");
  await refused({ gated: "a, b" }, 'bad_option: teaser: gated: "a, b" is not a selector: one at a time');
  await refused({ gated: "a[" }, 'bad_option: teaser: gated: "a[" is not a selector: ');
  await refused({ gated: "a", marker: ["b", "c"] }, "bad_option: teaser: marker: expected one selector");
  await refused({ gated: "a", characters: -1 }, "bad_option: teaser: characters: expected a whole number");
  await refused({ gated: "a", charcters: 1 }, 'bad_option: teaser: there is no "charcters"');
});
