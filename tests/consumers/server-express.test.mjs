// `expressGate` of the packed file: the very example in examples/express as a program, and middleware in front of
// Express and of plain Node handlers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { before, test } from "node:test";

import { install, root, tool } from "./harness.mjs";
import { complaint, cookie, entries, giftToken, KEY, PASS, passUntil, signed, WALL } from "./server-helpers.mjs";

const GIFT_KEY = "a key that is for gift links only";
const OLD_KEY = "the old key of the account";

let createGate, expressGate, express, folder;
before(async () => {
  ({ createGate, expressGate } = (await entries()).import);
  ({ default: express } = await tool("express"));
  folder = await install("express", join(root, "examples/express"));
});

const gateOf = (options) => createGate({ keys: [KEY], paywallid: WALL, ...options });

/** The answer of a server, as it stands on the wire; headers are those of Node, in lower case. */
function get(port, path, { method = "GET", headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    const asking = request({ port, path, method, headers, host: "127.0.0.1", agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }),
      );
    });
    asking.on("error", reject).end();
  });
}

/** Runs `use` with the port of a server for these handlers. */
async function serving(handler, use) {
  const server = createServer(handler);
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    return await use(server.address().port);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

function start(env) {
  const program = spawn(process.execPath, ["server.js"], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: "0", ...env },
  });
  const lines = createInterface(program.stdout);
  const said = [];
  lines.on("line", (line) => said.push(line));
  const errors = [];
  program.stderr.on("data", (part) => errors.push(part));
  const ended = new Promise((end) =>
    program.on("close", (code) => end({ code, errors: Buffer.concat(errors).toString() })),
  );
  const listening = new Promise((ready) => lines.once("line", (line) => ready(Number(/:(\d+)$/.exec(line)[1]))));
  const line = (wanted) =>
    new Promise((found) => {
      if (said.includes(wanted)) return found();
      lines.on("line", (line) => line == wanted && found());
    });
  return { program, ended, listening, line };
}

test("the example sends its article to subscribers and to nobody else", async () => {
  const { program, ended, listening, line } = start({
    ITERAS_KEY: KEY,
    ITERAS_OLD_KEY: OLD_KEY,
    ITERAS_GIFT_KEY: GIFT_KEY,
  });
  const port = await Promise.race([listening, ended.then(({ errors }) => assert.fail(errors))]);
  const article = (pass, more) =>
    get(port, "/articles/light", { headers: { ...(pass && { cookie: cookie(pass) }), ...more } });
  try {
    assert.equal((await get(port, "/")).status, 200);

    const open = await article(PASS, { "X-Iteras-Verdict": "gift" });
    assert.deepEqual(
      [open.status, open.headers["cache-control"], open.headers.vary],
      [200, "private, no-cache", "Cookie"],
    );
    assert.match(
      open.text,
      /^<!doctype html><html lang="en"><meta charset="utf-8"><title>.*For subscriber 31168: the whole article/,
    );
    const again = await article(PASS, { "If-None-Match": open.headers.etag });
    assert.deepEqual([again.status, again.headers["cache-control"]], [304, "private, no-cache"]);

    for (const pass of [null, passUntil("2020-01-01T00:00:00Z"), "junk"]) {
      const { status, headers, text } = await article(pass);
      assert.deepEqual(
        [
          status,
          headers.location,
          headers["cache-control"],
          headers.vary,
          headers.etag,
          headers["content-length"],
          text,
        ],
        [
          302,
          "/subscribe?iterasnext=%2Farticles%2Flight&iterasaccess=sub",
          "private, no-store",
          "Cookie",
          undefined,
          undefined,
          "",
        ],
      );
    }
    const image = await article(null, {
      "Sec-Fetch-Dest": "image",
      "X-Iteras-Verdict": "pass",
      X_Iteras_Verdict: "pass",
    });
    assert.deepEqual([image.status, image.headers["x-iteras-reason"]], [401, "nopass"]);
    assert.ok(!image.text.includes("whole article"));

    const token = giftToken(GIFT_KEY, "127.0.0.1", "/articles/light", Math.floor(Date.now() / 1000) + 60);
    const gift = await get(port, `/articles/light?iterasgift=${token}`, { headers: { "If-None-Match": "*" } });
    assert.deepEqual(
      [gift.status, gift.headers["cache-control"], gift.headers["referrer-policy"], gift.headers["x-robots-tag"]],
      [200, "private, no-store", "strict-origin", "noindex"],
    );
    assert.match(gift.text, /<meta name="iteras-gate" content="open">.*For a guest/);
    assert.equal((await get(port, `/articles/dark?iterasgift=${token}`)).status, 404);

    assert.equal((await article(passUntil("2099-12-31T23:59:59Z", { key: OLD_KEY }))).status, 200);
    await line("a pass by the old key");
  } finally {
    program.kill();
  }
  await ended;
});

test("without its key the example does not start and says which setting it is", async () => {
  for (const [env, message] of [
    [{}, "keys[0].key: expected a string, got undefined"],
    [{ ITERAS_KEY: "too short" }, "keys[0].key: signing key has 9 bytes, expected at least 16"],
  ]) {
    const { ended } = start(env);
    const { code, errors } = await ended;
    assert.notEqual(code, 0);
    assert.ok(errors.includes(`createGate: ${message}`), errors);
    assert.equal(errors.includes("ITERAS_KEY is not set"), !env.ITERAS_KEY);
  }
});

test("handlers find the verdict and what the pass says, and nothing from the client in our name", async () => {
  const app = express();
  const router = express.Router();
  router.get("/article", (req, res) => {
    const { headers, rawHeaders, headersDistinct } = req;
    res.json({
      verdict: req.iteras,
      headers,
      raw: rawHeaders.join(),
      distinct: headersDistinct["x-iteras-level"],
      isEarly: res.get("Cache-Control"),
    });
  });
  app.use("/news", expressGate(gateOf({ access: "user" })), router);
  await serving(app, async (port) => {
    const pass = signed(`user|${WALL}|2099-12-31T23:59:59Z|7|`);
    const lies = { "X-Iteras-Level": "sub", x_iteras_subscriber: "1", "X-Iteras-Reason": "x" };
    const { text } = await get(port, "/news/article", { headers: { cookie: cookie(pass), ...lies } });
    const { verdict, headers, raw, distinct, isEarly } = JSON.parse(text);
    assert.deepEqual([verdict.authorized, verdict.level, verdict.subscriber, verdict.keyId], [true, "user", "7", "0"]);
    assert.deepEqual(Object.fromEntries(Object.entries(headers).filter(([name]) => /^x.iteras/.test(name))), {
      "x-iteras-verdict": "pass",
      "x-iteras-level": "user",
      "x-iteras-paywall": WALL,
      "x-iteras-subscriber": "7",
      "x-iteras-expires": "2099-12-31T23:59:59Z",
    });
    assert.ok(!/x_iteras|X-Iteras-Reason/.test(raw), raw);
    assert.deepEqual([distinct, isEarly], [["user"], "private, no-cache"]);
  });
});

test("the header rules hold whatever way a handler writes headers", async () => {
  const middleware = expressGate(gateOf());
  const ways = {
    object: (res) =>
      res.writeHead(200, { "Cache-Control": "public", Vary: "Accept", "CDN-Cache-Control": "x", "X-Own": "1" }),
    message: (res) =>
      res.writeHead(200, "Fine", { "Cache-Control": "public", Expires: "0", Vary: "Accept", "X-Own": "1" }),
    turns: (res) =>
      res.writeHead(200, ["Cache-Control", "public", "Vary", "Accept", "X-Own", "1", "Surrogate-Control", "x"]),
    late: (res) => {
      for (const [name, value] of [
        ["Cache-Control", "public"],
        ["Vary", "Accept"],
        ["Expires", "0"],
        ["X-Own", "1"],
      ])
        res.setHeader(name, value);
    },
  };
  for (const [way, write] of Object.entries(ways)) {
    const handler = (req, res) =>
      middleware(req, res, () => {
        write(res);
        res.end("the article");
      });
    await serving(handler, async (port) => {
      const { status, headers, text } = await get(port, "/", { headers: { cookie: cookie(PASS) } });
      const { date, connection, "transfer-encoding": transfer, "content-length": length, ...rest } = headers;
      assert.deepEqual(
        [status, text, rest],
        [200, "the article", { "cache-control": "private, no-cache", vary: "Accept, Cookie", "x-own": "1" }],
        way,
      );
    });
  }
  const cookies = (req, res) =>
    middleware(req, res, () => res.writeHead(200, ["Set-Cookie", "a=1", "Set-Cookie", "b=2"]).end());
  await serving(cookies, async (port) => {
    assert.deepEqual((await get(port, "/", { headers: { cookie: cookie(PASS) } })).headers["set-cookie"], [
      "a=1",
      "b=2",
    ]);
  });
});

test("every denial has its status, and one's own answer keeps the rules", async () => {
  const low = signed(`user|${WALL}|2099-12-31T23:59:59Z|7|`);
  const answers = async (gate, options, pass, method) => {
    const app = express();
    app.use(expressGate(gate, options), () => assert.fail("the handler is not reached"));
    return serving(app, (port) =>
      get(port, "/article", { method, headers: { cookie: cookie(pass), "If-None-Match": "*" } }),
    );
  };
  const plain = await answers(gateOf(), null, low);
  assert.deepEqual(
    [plain.status, plain.headers["x-iteras-reason"], plain.headers["content-length"], plain.headers.etag],
    [403, "accesslevel", undefined, undefined],
  );
  assert.match(plain.text, /^<!doctype html>/);
  assert.equal((await answers(gateOf({ paymentRequired: true }), undefined, low)).status, 402);
  const head = await answers(gateOf(), {}, "junk", "HEAD");
  assert.deepEqual([head.status, head.headers["x-iteras-reason"], head.text], [401, "invalid", ""]);
  const reject = (verdict, req, res) =>
    res.set("Cache-Control", "public").send(`${verdict.reason} ${req.iteras.reason}`);
  const own = await answers(gateOf(), { reject }, "junk");
  assert.deepEqual(
    [own.status, own.text, own.headers["cache-control"], own.headers.etag, own.headers["content-length"]],
    [200, "malformed malformed", "private, no-store", undefined, undefined],
  );
});

test("two hosts in one request open no gift link", async () => {
  const token = giftToken(GIFT_KEY, "pub.example", "/article", Math.floor(Date.now() / 1000) + 60);
  const middleware = expressGate(gateOf({ gifts: GIFT_KEY }));
  const req = (...hosts) => ({
    method: "GET",
    url: `/article?iterasgift=${token}`,
    headers: { host: hosts[0] },
    rawHeaders: hosts.flatMap((host) => ["Host", host]),
  });
  await serving(
    (_, res) => {
      const opened = [req("pub.example"), req("pub.example", "evil.example"), req("evil.example"), req()].map(
        (asked) => {
          let isOpen = false;
          const headers = new Map();
          const answer = {
            getHeaderNames: () => [...headers.keys()],
            getHeader: (name) => headers.get(name),
            setHeader: (name, value) => headers.set(name.toLowerCase(), value),
            removeHeader: (name) => headers.delete(name),
            writeHead() {},
            end() {},
          };
          middleware(asked, answer, () => (isOpen = true));
          return isOpen;
        },
      );
      res.end(JSON.stringify(opened));
    },
    async (port) => assert.equal((await get(port, "/")).text, "[true,false,false,false]"),
  );
});

test("an error of the gate is answered 503, and a handler's goes its own way", async (t) => {
  const logged = t.mock.method(console, "error", () => {});
  const broken = () => {
    throw new Error("broken");
  };
  const fails = [
    [gateOf(), { reject: broken }, "junk"],
    [gateOf(), { reject: async () => broken() }, "junk"],
    [gateOf({ keys: [OLD_KEY, KEY], onOldKey: broken }), null, PASS],
  ];
  for (const [gate, options, pass] of fails) {
    const middleware = expressGate(gate, options);
    await serving(
      (req, res) => middleware(req, res, () => res.end("the article")),
      async (port) => {
        const { status, text, headers } = await get(port, "/", { headers: { cookie: cookie(pass) } });
        assert.deepEqual([status, text, headers["cache-control"]], [503, "Service Unavailable\n", "private, no-store"]);
      },
    );
  }
  assert.equal(logged.mock.callCount(), 3);
  const middleware = expressGate(gateOf());
  const [req, res] = [
    { headers: { cookie: cookie(PASS) }, rawHeaders: [] },
    { getHeaderNames: () => [], getHeader() {}, setHeader() {}, writeHead() {} },
  ];
  assert.throws(() => middleware(req, res, broken), /^Error: broken$/);
});

test("expressGate takes a gate, and no answers that are made for fetch", () => {
  assert.equal(
    complaint(() => expressGate({})),
    "expressGate: expected a gate that createGate made",
  );
  assert.equal(
    complaint(() => expressGate(gateOf(), { reject: "x" })),
    "expressGate: reject: expected a function, got a string",
  );
  for (const name of ["reject", "teaser"]) {
    assert.match(
      complaint(() => expressGate(gateOf({ [name]: () => null }))),
      new RegExp(`^expressGate: the gate's ${name} answers fetch requests`),
    );
  }
  assert.equal(typeof expressGate(gateOf({ reject: () => null }), { reject() {} }), "function");
  const { expressGate: required } = createRequire(join(folder, "package.json"))("iteras/server");
  assert.equal(typeof required, "function");
});

test("forwarded headers reach handlers from proxies that Express or the publisher trusts", async () => {
  const seen = async (options, trustProxy) => {
    const app = express();
    app.set("trust proxy", trustProxy);
    app.use(expressGate(gateOf(), options), (req, res) => res.json([req.get("X-Forwarded-For") ?? null, req.ip]));
    const headers = { cookie: cookie(PASS), "X-Forwarded-For": "203.0.113.9", X_Forwarded_For: "8.8.8.8" };
    return serving(app, async (port) => JSON.parse((await get(port, "/", { headers })).text));
  };
  assert.deepEqual((await seen(null, false))[0], null);
  assert.deepEqual(await seen(null, "loopback"), ["203.0.113.9", "203.0.113.9"]);
  assert.deepEqual((await seen({ trustedPeer: () => true }, false))[0], "203.0.113.9");
  assert.deepEqual((await seen({ trustedPeer: () => false }, "loopback"))[0], null);
  assert.equal(
    complaint(() => expressGate(gateOf(), { trustedPeer: true })),
    "expressGate: trustedPeer: expected a function, got a boolean",
  );
});
