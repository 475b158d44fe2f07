// `createLogin` from the packed file, in front of the stand-in: log-ins, the limits on attempts, and the answers.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { start } from "./harness.mjs";
import { complaint, entries } from "./server-helpers.mjs";

const KEY = "lumen-api-key-for-development";
const SITE = "https://pub.example/sign-in/check";
const PEER = "192.0.2.1";

let world;
let iteras;
let folder;
before(async () => {
  world = await start();
  ({ import: iteras, folder } = await entries());
});
after(() => world && world.stop());

const logIn = (options) =>
  iteras.createLogin({
    key: KEY,
    base: world.service,
    accountPage: "/account?a=1#b",
    formPage: "/sign-in",
    ...options,
  });
const form = (fields, headers, url = SITE) =>
  new Request(url, { method: "POST", body: new URLSearchParams(fields), headers });
const anna = (password = "lumen") => ({ email: "anna@example.com", password });

test("a reader is logged in to self-service, and a script is told as much", async () => {
  const own = logIn();
  const answer = await own.handle(form(anna()), { peer: PEER });
  assert.equal(answer.status, 303);
  assert.match(answer.headers.get("location"), /^\/account\?a=1&iteraspreauth=31168%3A\d+%3A[0-9a-f]{64}#b$/);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
  const script = await own.handle(form({ id: "31168", password: "lumen" }, { accept: "application/json" }), {
    peer: PEER,
  });
  const { preauth, ...rest } = await script.json();
  assert.deepEqual(rest, { authenticated: true, id: "31168" });
  assert.match(preauth, /^31168:/);
});

test("unknown and wrong look alike to the end; right passwords are not counted", async () => {
  const own = logIn();
  for (let at = 0; at < 12; at++)
    assert.match((await own.handle(form(anna()), { peer: PEER })).headers.get("location"), /preauth/);
  const tell = async (email) => {
    const told = [];
    for (let at = 0; at < 11; at++) {
      const answer = await own.handle(form({ email, password: "wrong" }), { peer: PEER });
      const wait = answer.headers.get("retry-after");
      assert.ok(wait == null || (wait > 840 && wait <= 900), wait);
      told.push([answer.status, answer.headers.get("location"), await answer.text()]);
    }
    return told;
  };
  const known = await tell("anna@example.com");
  assert.deepEqual(await tell("nobody@example.com"), known);
  assert.deepEqual(known[9], [303, "/sign-in?login=wrong", ""]);
  assert.equal(known[10][0], 429);
  assert.equal((await own.handle(form(anna()), { peer: PEER })).status, 429);
  assert.equal((await own.handle(form(anna()), { peer: "::ffff:192.0.2.2" })).status, 303);
});

test("a hundred tries at once find room for ten", async () => {
  const own = logIn();
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => own.handle(form(anna("wrong")), { peer: "2001:db8::1" })),
  );
  assert.equal(answers.filter(({ status }) => status == 303).length, 10);
});

test("forms of other sites and half forms", async () => {
  const own = logIn({ origins: ["https://www.pub.example"] });
  for (const [headers, status] of [
    [{ origin: "https://pub.example" }, 303],
    [{ origin: "https://www.pub.example" }, 303],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
  ]) {
    // A real Request takes no such headers from a script; servers make them.
    const request = {
      method: "POST",
      url: SITE,
      headers: new Headers({ host: "pub.example", ...headers }),
      body: new Blob(["email=anna%40example.com&password=lumen"]).stream(),
    };
    assert.equal((await own.handle(request, { peer: PEER })).status, status, JSON.stringify(headers));
  }
  assert.equal((await own.handle(new Request(SITE), { peer: PEER })).status, 403);
  for (const fields of [{}, { email: "a" }, { password: "a" }, { email: " ", password: "a" }]) {
    assert.equal((await own.handle(form(fields), { peer: PEER })).headers.get("location"), "/sign-in?login=badform");
  }
  await assert.rejects(own.handle(form(anna()), {}), {
    code: "bad_option",
    message: /peer: expected the reader's IP address/,
  });
});

test("C66 only `true` is yes; everything that is neither is an outage and counts for nothing", async () => {
  let answer;
  const server = createServer((request, response) =>
    request.resume().on("end", () => response.writeHead(answer[0], answer[2]).end(answer[1])),
  );
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const quiet = console.error;
  const lines = [];
  console.error = (...line) => lines.push(line.join(" "));
  try {
    const own = logIn({ base: `http://127.0.0.1:${server.address().port}` });
    const ends = async (status, body, headers) => {
      answer = [status, typeof body == "string" ? body : JSON.stringify(body), headers];
      const { status: told, headers: got } = await own.handle(
        form(anna("secret-word"), { accept: "application/json" }),
        { peer: PEER },
      );
      assert.ok(!got.has("location"));
      return told;
    };
    const yes = { authenticated: true, id: "1", preauth: "a:b:c" };
    assert.equal(await ends(200, yes), 200);
    assert.equal(await ends(200, { authenticated: false, errorcode: "invalidpassword" }), 401);
    assert.equal(await ends(200, { ...yes, errorcode: "unknowncustomer" }), 401);
    for (const odd of [
      { ...yes, authenticated: "true" },
      { ...yes, authenticated: 1 },
      { id: "1", preauth: "a" },
      { authenticated: true },
      [],
      null,
      "<html>",
    ]) {
      for (let at = 0; at < 3; at++) assert.equal(await ends(200, odd), 503, JSON.stringify(odd));
    }
    assert.equal(await ends(500, ""), 503);
    assert.equal(await ends(302, "", { location: "/elsewhere" }), 503);
    assert.equal(await ends(200, yes), 200);
  } finally {
    console.error = quiet;
    server.close();
  }
  assert.ok(lines.length > 10 && lines.every((line) => !/secret-word|lumen-api-key/.test(line)), lines.join("\n"));
});

test("tries may be counted elsewhere, and nobody gets in uncounted", async () => {
  const asked = [];
  const tries = {
    async begin(counters, limits, window) {
      asked.push([counters.map((counter) => /^[0-9a-f]{32}$/.test(counter)), limits, window]);
      return { wait: 0, entry: "e" };
    },
    takeBack: (counters, entry) => void asked.push([counters.length, entry]),
  };
  assert.equal((await logIn({ tries }).handle(form(anna()), { peer: PEER })).status, 303);
  assert.deepEqual(asked, [
    [[true, true, true], [10, 30, 100], 900],
    [3, "e"],
  ]);
  const quiet = console.error;
  console.error = () => {};
  try {
    const broken = { begin: () => Promise.reject(new Error("no store")), takeBack() {} };
    assert.equal(
      (await logIn({ tries: broken }).handle(form(anna()), { peer: PEER })).headers.get("location"),
      "/sign-in?login=outage",
    );
  } finally {
    console.error = quiet;
  }
});

test("as Express has it, with and without its parser of forms", async () => {
  for (const parsed of [undefined, anna()]) {
    const handler = iteras.expressLogin(logIn());
    const server = createServer((req, res) => {
      if (parsed) req.body = parsed;
      handler(req, res, (error) => res.writeHead(500).end(String(error)));
    });
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    const address = `http://127.0.0.1:${server.address().port}/`;
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(anna()), redirect: "manual" });
    assert.match(answer.headers.get("location"), /iteraspreauth/);
    assert.equal((await fetch(address, { redirect: "manual" })).status, 403);
    server.close();
  }
});

test("a body over 16 KiB is 413, whoever read it, and the answer arrives", async () => {
  const password = (length) => ({ ...anna("x".repeat(length)) });
  assert.equal((await logIn().handle(form(password(20_000)), { peer: PEER })).status, 413);
  // As express.text() and express.raw() leave it, a parser that passed, and none at all.
  const text = (length) => `${new URLSearchParams(password(length))}`;
  for (const parsed of [undefined, () => ({}), password, text, (length) => Buffer.from(text(length))]) {
    const handler = iteras.expressLogin(logIn());
    const server = createServer((req, res) => {
      const length = Number(req.url.slice(1));
      if (parsed) req.body = parsed(length);
      handler(req, res, (error) => res.writeHead(500).end(String(error)));
    });
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    for (const [length, status] of [
      [100, 303],
      [20_000, 413],
      [500_000, 413],
    ]) {
      const answer = await fetch(`http://127.0.0.1:${server.address().port}/${length}`, {
        method: "POST",
        body: new URLSearchParams(password(length)),
        redirect: "manual",
      });
      assert.equal(answer.status, status, `${parsed} ${length}`);
    }
    server.close();
  }
});

test("parsed forms are read as the core would: the first of several, and nothing nested", async () => {
  for (const [parsed, location] of [
    [{ email: ["anna@example.com", "x"], password: "lumen" }, /iteraspreauth/],
    [{ id: 31168, password: "lumen" }, /iteraspreauth/],
    [{ email: { a: "anna@example.com" }, password: "lumen" }, /login=badform/],
    [Object.assign(Object.create(null), { email: Object.create(null), password: [] }), /login=badform/],
  ]) {
    const req = { method: "POST", headers: { host: "pub.example" }, socket: {}, body: parsed, readableEnded: true };
    const ended = new Promise((end, failed) => {
      const headers = new Map();
      const res = { setHeader: (name, value) => headers.set(name, value), end: () => end(headers) };
      iteras.expressLogin(logIn())(req, res, failed);
    });
    assert.match((await ended).get("location"), location);
  }
});

test("C78 a Unix socket has no address, and a peer that can't be read is not everybody", async () => {
  const quiet = console.error;
  const lines = [];
  console.error = (line) => lines.push(line);
  try {
    const own = logIn();
    for (const peer of [null, "unix:", "unknown"]) {
      for (let at = 0; at < 11; at++) {
        const fields = { id: `${900_000 + at}`, password: "wrong" };
        assert.equal((await own.handle(form(fields), { peer })).status, 303, `${peer} ${at}`);
      }
    }
    // 33 failures, 3 for each account; one account still has its limit.
    for (let at = 3; at < 10; at++) await own.handle(form({ id: "900000", password: "wrong" }), { peer: null });
    assert.equal((await own.handle(form({ id: "900000", password: "wrong" }), { peer: null })).status, 429);
    assert.equal((await own.handle(form(anna()), { peer: null })).status, 303);
  } finally {
    console.error = quiet;
  }
  assert.match(lines[0], /the reader's address can't be told/);
});

test("an id and the address of one customer share once they are known", async () => {
  const own = logIn();
  const fails = async (fields, peer) => (await own.handle(form({ ...fields, password: "wrong" }), { peer })).status;
  assert.match((await own.handle(form(anna()), { peer: PEER })).headers.get("location"), /preauth/);
  for (let at = 0; at < 10; at++) assert.equal(await fails({ email: "Anna@Example.com" }, PEER), 303);
  assert.equal(await fails({ id: "031168" }, PEER), 429);
  for (let at = 0; at < 10; at++) assert.equal(await fails({ id: "31168" }, "192.0.2.9"), 303);
  assert.equal(await fails({ email: "anna@example.com" }, "192.0.2.9"), 429);
});

test("settings that can't be meant are named, and the key is not told", () => {
  const of = (options) => complaint(() => logIn(options));
  const secret = "very secret";
  assert.match(of({ key: secret }), /^createLogin: key: expected the API key/);
  assert.ok(!of({ key: secret }).includes(secret));
  assert.match(of({ base: "http://pub.example" }), /base: .*https/);
  assert.match(of({ accountPage: "//evil.example" }), /accountPage: /);
  assert.match(of({ formPage: "javascript:x" }), /formPage: /);
  assert.match(of({ origins: ["pub.example"] }), /origins: /);
  assert.match(of({ preauthSeconds: 0 }), /preauthSeconds: expected 1 to 86400/);
  assert.match(of({ tries: {} }), /tries: /);
  assert.match(of({ landing: "/" }), /landing: expected one of key, /);
  assert.match(of({ key: undefined }), /key: expected the API key, .*got undefined/);
  assert.match(of({ base: 7 }), /base: /);
  assert.match(of({ origins: "https://pub.example" }), /origins: expected an array/);
  assert.match(of({ preauthSeconds: 86_401 }), /preauthSeconds: /);
  assert.match(
    complaint(() => iteras.createLogin(Object.create({ key: KEY, base: world.service }))),
    /key: expected the API key, .*got undefined/,
  );
  assert.match(
    complaint(() => iteras.expressLogin({})),
    /expressLogin: /,
  );
});
