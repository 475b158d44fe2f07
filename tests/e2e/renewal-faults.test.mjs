// A service that fails while it regenerates a pass that has not expired: readers keep their access, and the
// service its rest (wire protocol, "Regeneration"; faults F1 to F8).
import assert from "node:assert/strict";
import { createServer } from "node:http";

import { LINES_ABOUT_REQUESTS } from "./driver/engine.mjs";
import { test } from "./driver/test.mjs";
import { DAY, KEY, MINUTE, cookies, handled, open, order, quiet, setClock, setUp } from "./helpers.mjs";

const scene = await setUp();
const HOUR = 60 * MINUTE;
const days = (count) => ({ expires_in: (count * DAY) / 1000 });

test("F3 500, 502 and 503: the pass is kept, and the waits double, over page views", async () => {
  const page = await scene.reader({ pass: days(2) });
  const before = await cookies(page);
  let at = 0;
  const views = async (mode, pauses) => {
    await scene.fault(mode);
    const asked = [];
    for (const pause of pauses) asked.push(await scene.asks(page, (at += pause)));
    return asked.join("");
  };
  // 60 to 90 s, 120 to 180 s, 240 to 360 s, and never longer than an hour.
  assert.equal(await views("500", [0, 59_999, 30_002]), "101");
  assert.equal(await views("502", [119_999, 60_002]), "01");
  assert.equal(await views("503", [239_999, 120_002]), "01");
  assert.equal(await views("503", Array(7).fill(HOUR)), "1111111");
  assert.deepEqual([await handled(page), await order(page), await cookies(page)], [[], ["authorized"], before]);
  assert.equal(await views("ok", [59 * MINUTE, MINUTE, HOUR]), "010");
});

test("F3 Retry-After is obeyed, in seconds and as a date, up to an hour", async () => {
  for (const [retry_after, closed, over] of [
    [600, 599_999, 600_000],
    [(born) => new Date(born + 600_000).toUTCString(), 598_000, 601_000],
    [1_000_000, 3_599_999, 3_600_000],
    // Nonsense counts as nothing: the usual wait.
    ["soon", 59_999, 90_001],
    ["-5", 59_999, 90_001],
    [new Date(0).toUTCString(), 59_999, 90_001],
  ]) {
    const page = await scene.reader({ pass: days(2) });
    await scene.fault("503", { retry_after: retry_after.call?.(null, page.born) ?? retry_after });
    assert.deepEqual(
      [await scene.asks(page), await scene.asks(page, closed), await scene.asks(page, over)],
      [1, 0, 1],
      `${retry_after}`,
    );
  }
});

test("F5 F7 C42 what is not an answer to the question is an outage: nothing is written", async () => {
  const page = await scene.reader({ pass: days(2) });
  const before = await cookies(page);
  let at = 0;
  for (const mode of ["html", "broken-json", "cut", "down", "redirect", "wrong-subscriber", "no-id-in-common"]) {
    await setClock(page, (at += 2 * HOUR));
    await scene.fault(mode);
    await scene.forget();
    await open(page, "/article", () => void Iteras.wall({ unauthorized: note }));
    await scene.asked(1);
    await quiet(page);
    assert.deepEqual([await cookies(page), await order(page), page.errors], [before, ["authorized"], []], mode);
    const paths = (await scene.world.control("GET", "/requests")).map(({ path }) => path);
    assert.ok(!paths.includes("/api/paywall/renew/moved/"), mode);
    // The back-off holds.
    assert.equal(await scene.asks(page, at + 59_999), 0, mode);
    assert.deepEqual(await order(page), ["authorized"]);
  }
});

test("C42 answers of any other shape are outages", async () => {
  const pass = await scene.pass(days(2));
  const with31168 = (text) => JSON.stringify({ pass: text });
  const shapes = [
    "[]",
    "null",
    "5",
    '""',
    "{}",
    '{"pass":5}',
    '{"pass":""}',
    '{"pass":["a"]}',
    '{"pass":null}',
    '{"pass":null,"errorcode":""}',
    '{"pass":null,"errorcode":5}',
    '{"errorcode":"noaccess"}',
    '{"pass":false,"errorcode":"noaccess"}',
    `"${pass}"`,
    with31168(`${pass.replace("31168", "31168; Path=/x")}`),
    with31168(pass.replace("|31168", "|")),
    with31168("sub|n8fsoupukhv3"),
    with31168(pass.replace("sub|", "sub,user|")),
    with31168(pass.replace("/", "/é")),
    with31168(`${pass}\u001fx`),
    with31168(` ${pass}`),
  ];
  const page = await scene.reader({ pass });
  const before = await cookies(page);
  for (const [at, shape] of shapes.entries()) {
    const renew = scene.publish(`/answer${at}.json`, shape);
    await open(
      page,
      "/article",
      (key, renew) => {
        localStorage.removeItem(key); // No back-off between them.
        Iteras.configure({ endpoints: { renew } });
        Iteras.wall({ unauthorized: note });
      },
      KEY,
      renew,
    );
    await quiet(page);
    assert.deepEqual([await cookies(page), await order(page), page.errors], [before, ["authorized"], []], shape);
  }
});

test("C42 other statuses and answers that may not be read are outages", async () => {
  const pass = await scene.pass(days(2));
  const page = await scene.reader({ pass });
  const before = await cookies(page);
  const refusal = '{"pass":null,"errorcode":"noaccess"}';
  const endpoints = [201, 204, 400, 401, 403, 404].map((status) =>
    scene.publish(`/status${status}.json`, status == 204 ? "" : refusal, status),
  );
  endpoints.push(scene.publish("/no-cors", refusal));
  for (const renew of endpoints) {
    await open(
      page,
      "/article",
      (key, renew) => {
        localStorage.removeItem(key); // No back-off between them.
        Iteras.configure({ endpoints: { renew } });
        Iteras.wall({ unauthorized: note });
      },
      KEY,
      renew,
    );
    await quiet(page);
    assert.deepEqual([await cookies(page), await order(page), page.errors], [before, ["authorized"], []], renew);
  }
});

test("F1 nobody listens: access is kept, one line on the console, back-off", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((ready) => server.on("listening", ready));
  const base = `http://127.0.0.1:${server.address().port}`;
  await new Promise((closed) => server.close(closed));
  const page = await scene.reader({ pass: days(2) });
  const asked = [];
  page.on("request", (request) => request.url().startsWith(base) && asked.push(request.url()));
  const lines = async (ahead) => {
    await setClock(page, ahead);
    page.lines.length = asked.length = 0;
    await open(
      page,
      "/article",
      (base) => {
        Iteras.configure({ base });
        Iteras.wall({ unauthorized: note });
        Iteras.wall({});
      },
      base,
    );
    await quiet(page);
    return [asked.length, page.lines.length];
  };
  // The line is the browser's own, if it has one; none is ours.
  const line = LINES_ABOUT_REQUESTS ? 1 : 0;
  assert.deepEqual(
    [await lines(0), await lines(59_999), await lines(90_001)],
    [
      [1, line],
      [0, 0],
      [1, line],
    ],
  );
  assert.deepEqual([await order(page), page.errors], [["authorized", "authorized"], []]);
});

test("F2 a service that hangs after its headers is given up after 10 s; the page is free all the time", async () => {
  const page = await scene.reader({ pass: days(2) });
  await scene.fault("hang");
  await open(page, "/article", () => void Iteras.wall({ unauthorized: note }));
  await scene.asked(1);
  // The lock is held as long as the answer is awaited.
  const [seconds, longest] = await page.evaluate(async (name) => {
    const began = performance.now();
    let longest = 0;
    for (let last = began; (await navigator.locks.query()).held.some((lock) => lock.name == name);) {
      await new Promise((next) => setTimeout(next, 10));
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    return [(performance.now() - began) / 1000, longest];
  }, KEY);
  assert.ok(seconds > 8 && seconds < 12, `${seconds} s`);
  assert.ok(longest < 2000, `${longest} ms`);
  assert.deepEqual(await order(page), ["authorized"]);
  assert.equal(await scene.asks(page, 59_999), 0);
});

test("F8 a TLS error is an outage; nothing goes over http instead", async () => {
  const page = await scene.reader({ pass: days(2) });
  await scene.forget();
  await open(
    page,
    "/article",
    (base) => {
      Iteras.configure({ base });
      Iteras.wall({ unauthorized: note });
    },
    scene.service.replace("http:", "https:"),
  );
  await quiet(page);
  assert.deepEqual(await scene.renewals(), []);
  assert.deepEqual([await order(page), page.errors], [["authorized"], []]);
});

test("F21 a clock that was a day ahead when the wait began does not stretch it", async () => {
  const page = await scene.reader({ pass: days(20), clock: DAY });
  await scene.fault("503");
  assert.equal(await scene.asks(page), 1);
  await scene.fault("ok");
  assert.equal(await scene.asks(page, 0), 1);
  assert.deepEqual(await order(page), ["authorized", "renewed"]);
});
