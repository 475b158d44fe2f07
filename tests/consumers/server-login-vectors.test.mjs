// The shared vectors of the log-in through `createLogin` of the packed file, in front of a service that answers as
// they say.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { entries, vectors } from "./server-helpers.mjs";

const file = vectors("login_cases.json");
const pieces = (text) =>
  [text]
    .flat()
    .map((piece) => (typeof piece == "string" ? piece : piece.piece.repeat(piece.times)))
    .join("");

let createLogin;
let service;
let answer;
let asked;
const quiet = console.error;
before(async () => {
  ({
    import: { createLogin },
  } = await entries());
  service = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    assert.equal(request.url, "/api/authenticatecustomer/");
    assert.equal(request.headers["content-type"], "application/x-www-form-urlencoded");
    asked = Buffer.concat(chunks).toString();
    response.writeHead(answer.status).end(pieces(answer.body));
  });
  await new Promise((ready) => service.listen(0, "127.0.0.1", ready));
  // Each outage is a line for the publisher; here they are what is expected.
  console.error = () => {};
});
after(() => {
  console.error = quiet;
  service.close();
});

const logIn = (options) =>
  createLogin({ key: "any", base: `http://127.0.0.1:${service.address().port}`, ...file.settings, ...options });

/** A request as servers hand it over: no Request of a script's takes such headers. */
const request = ({ method, headers, form }) => ({
  method,
  url: "https://site.invalid/sign-in",
  headers: new Headers(headers),
  body: new Blob([pieces(form)]).stream(),
});

async function run(one, its) {
  answer = its;
  asked = undefined;
  return logIn().handle(request(one), { peer: one.peer });
}

test("requests are answered as said", async () => {
  for (const one of file.requests) {
    const response = await run(one, one.answer);
    const { status, headers, body } = one.reply;
    assert.equal(response.status, status, one.id);
    assert.equal(asked, one.asked && pieces(one.asked), one.id);
    for (const [name, value] of Object.entries(headers)) assert.equal(response.headers.get(name), value, one.id);
    const text = await response.text();
    if (body !== undefined) assert.equal(text, body, one.id);
  }
});

test("C66 answers end as said", async () => {
  for (const one of file.answers) {
    const location = (await run(file.requests[0], one)).headers.get("location");
    const outcome = location.startsWith("/account?a=1&iteraspreauth=") ? "welcome" : location.split("?login=")[1];
    assert.equal(outcome, one.outcome, one.id);
  }
});

test("C78 accounts and peers count as one", async () => {
  const counters = async ({ field, text, peer }) => {
    let seen;
    const tries = {
      begin(counters) {
        seen = counters;
        return { wait: 1 };
      },
      takeBack() {},
    };
    const form = `${new URLSearchParams({ [field]: text, password: "x" })}`;
    const { status } = await logIn({ tries }).handle(request({ method: "POST", form }), { peer });
    assert.equal(status, 429);
    return seen;
  };
  for (const { id, same, other } of file.accounts) {
    const first = await counters(same[0]);
    assert.equal(first.length, 3);
    for (const one of same) assert.deepEqual(await counters(one), first, `${id}: ${JSON.stringify(one)}`);
    assert.notDeepEqual(await counters(other), first, id);
  }
});

test("bases, pages and origins are taken or refused", () => {
  const isTaken = (options) => {
    try {
      logIn(options);
      return true;
    } catch (error) {
      assert.equal(error.code, "bad_option");
      return false;
    }
  };
  const check = (cases, settings) => {
    for (const { text, safe } of cases) {
      for (const options of settings(pieces(text))) assert.equal(isTaken(options), safe, JSON.stringify(options));
    }
  };
  check(file.bases, (base) => [{ base }]);
  check(file.pages, (page) => [{ accountPage: page }, { formPage: page }]);
  check(file.origins, (origin) => [{ origins: [origin] }]);
});
