// Vectors of what plans do to headers and of landing pages, through `handle` and Express of the packed file; the layer
// runs the same files natively.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer, request } from "node:http";
import { before, test } from "node:test";

import { cookie, entries, giftToken, KEY, PASS, vectors, WALL } from "./server-helpers.mjs";

const GIFT_KEY = "a key that is for gift links only";
const EDITOR_KEY = "a key that is for editors only";
const END = 4_102_444_799;

let createGate, expressGate;
before(async () => ({ createGate, expressGate } = (await entries()).import));

const gateOf = (options) =>
  createGate({ keys: [KEY], paywallid: WALL, gifts: GIFT_KEY, editors: EDITOR_KEY, crawlers, ...options });
const crawlers = [{ agent: "Googlebot", ranges: { prefixes: [{ ipv4Prefix: "66.249.64.0/19" }] } }];
const CRAWLER = "66.249.66.1";
const editorTag = createHmac("sha256", EDITOR_KEY).update(`editor1|pub.example|${END}`).digest("hex");

/** Query and Cookie header of a case. */
const SENT = {
  pass: () => ["", cookie(PASS)],
  gift: () => [`?iterasgift=${giftToken(GIFT_KEY, "pub.example", "/a", END)}`, ""],
  editor: () => ["", `iteraseditor=${END}.${editorTag}`],
  crawler: () => ["", ""],
  teaser: () => ["", ""],
  null: () => ["", ""],
};

/** Headers less those that stand in no vector. */
const listed = (headers) => {
  const { cookie, host, date, connection, "transfer-encoding": transfer, "keep-alive": alive, ...rest } = headers;
  return rest;
};

function compare(one, asked, answered) {
  if ("asked" in one) assert.deepEqual(asked, one.asked, `${one.id} asked`);
  if ("answered" in one) assert.deepEqual(answered, one.answered, `${one.id} answered`);
}

for (const one of vectors("header_cases.json").cases) {
  test(`${one.id}: handle`, async () => {
    const [query, cookies] = SENT[one.by]();
    const answer = () => new Response("article", { headers: one.origins });
    const gate = gateOf({
      reject: one.by === null ? answer : undefined,
      teaser: one.by == "teaser" ? () => null : null,
    });
    let asked = null;
    const next = ({ headers }) => {
      asked = listed(Object.fromEntries(headers));
      return answer();
    };
    const headers = { ...one.sent, ...(cookies && { cookie: cookies }) };
    const { headers: answered } = await gate.handle(new Request(`https://pub.example/a${query}`, { headers }), next, {
      trustedPeer: one.peer == "configured",
      peer: CRAWLER,
    });
    compare(one, asked, listed(Object.fromEntries(answered)));
  });

  // Express shows no teasers.
  if (one.by == "teaser") continue;
  test(`${one.id}: Express`, async () => {
    const [query, cookies] = SENT[one.by]();
    let asked = null;
    const answer = (res) => {
      for (const [name, value] of Object.entries(one.origins)) res.setHeader(name, value);
      res.end("article");
    };
    const middleware = expressGate(gateOf(), {
      reject: (verdict, req, res) => answer(res),
      trustedPeer: () => one.peer == "configured",
      peer: () => CRAWLER,
    });
    const server = createServer((req, res) =>
      middleware(req, res, () => {
        asked = listed(req.headers);
        answer(res);
      }),
    );
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    try {
      const headers = { ...one.sent, host: "pub.example", connection: "close", ...(cookies && { cookie: cookies }) };
      const answered = await new Promise((resolve, reject) => {
        const { port } = server.address();
        const asking = request({ port, path: `/a${query}`, headers, host: "127.0.0.1", agent: false }, (response) => {
          response.resume().on("end", () => resolve(listed(response.headers)));
        });
        asking.on("error", reject).end();
      });
      const { "content-length": length, ...rest } = answered;
      compare(one, asked, rest);
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  });
}

for (const one of vectors("landing_cases.json").cases) {
  test(`${one.id}: landing page`, async () => {
    const { landing, access, method = "GET", host = "pub.example", path, query, destination } = one;
    if (one.refused) {
      assert.throws(() => gateOf({ landing }), {
        code: "bad_option",
        message: /^createGate: landing: expected a path/,
      });
      return;
    }
    const url = `http://${host}${path}${query && "?"}${query}`;
    const headers = destination && { "sec-fetch-dest": destination };
    const never = () => assert.fail("the inner side is not asked");
    const response = await gateOf({ landing, access }).handle(new Request(url, { method, headers }), never);
    assert.deepEqual(
      [response.status, response.headers.get("location")],
      one.location === null ? [401, null] : [302, one.location],
    );
  });
}
