// Readers of a site behind the gate: each kind with what it asks and what it has to get, and the connections on which
// they ask, one request after the other.
//
//   const readers = createReaders({ port, rate: 2000, isAway: (from, to) => false });
//   await readers.run(32, performance.now() + 60_000);
//   readers.wrong     // sentences about answers that were not as they have to be
import { connect } from "node:net";

import { editor, gift, HOST, OLD_KEY, pass } from "../../tests/servers/harness.mjs";

const denied = (status, reason) => ({ status, label: `verdict="denied",reason="${reason}"` });
const opened = (verdict) => ({ status: 200, label: `verdict="${verdict}",reason=""` });
const article = (number) => `/articles/${number}`;
const cookie = (value) => `Cookie: theme=dark; iteraspass=${value}; n=1\r\n`;

/** Each kind's share of the requests, its request's path and cookie line, and the answer and metric it must lead to. */
function kinds() {
  const changed = pass().replace("31168", "31169");
  return [
    { share: 8, path: article, cookie: cookie(pass()), ...opened("pass") },
    { share: 2, path: () => `/articles/shared?${gift("/articles/shared")}`, cookie: "", ...opened("gift") },
    { share: 1, path: article, cookie: `${editor()}\r\n`, ...opened("editor") },
    { share: 3, path: (number) => `/about/${number}`, cookie: "", ...opened("open") },
    { share: 6, path: article, cookie: "", ...denied(401, "nopass") },
    { share: 3, path: article, cookie: cookie(pass({ seconds: -86400 })), ...denied(401, "expired") },
    { share: 2, path: article, cookie: cookie(pass({ key: OLD_KEY })), ...denied(401, "signature") },
    { share: 2, path: article, cookie: cookie(changed), ...denied(401, "signature") },
    { share: 1, path: article, cookie: cookie("sub|x"), ...denied(401, "malformed") },
    { share: 2, path: article, cookie: cookie(pass({ level: "user" })), ...denied(403, "accesslevel") },
    { share: 2, path: article, cookie: cookie(pass({ wall: "other" })), ...denied(403, "wrongpaywall") },
  ].flatMap((kind) => Array.from({ length: kind.share }, () => kind));
}

/**
 * `isAway(from, to)` says whether the origin was away at some time between. Requests are counted by the metric that
 * they must lead to: `answered` those that got an answer, `sent` those that the gate may have judged.
 */
export function createReaders({ port, rate, isAway }) {
  const all = kinds();
  const readers = { answered: {}, sent: {}, unavailable: 0, lost: 0, cut: 0, slow: 0, wrong: [], run };
  const count = (counters, label) => (counters[label] = (counters[label] ?? 0) + 1);
  let number = 0;
  const start = performance.now();

  const request = (kind) => {
    number += 1;
    const path = kind.path(number % 5000);
    return { kind, path, text: `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n${kind.cookie}\r\n` };
  };

  /** Readers on so many connections until a time, with clients among them that are slow or hang up. */
  function run(connections, until) {
    const patient = Array.from({ length: connections }, () => reader(until));
    const others = [slowHead, slowHead, slowHead, slowBody, slowBody, hangUp].map((act) => repeat(act, until));
    return Promise.all([...patient, ...others]);
  }

  async function reader(until) {
    let connection;
    while (performance.now() < until) {
      // No faster than the rate, whatever number of readers there are.
      const due = start + (number * 1000) / rate;
      if (due > performance.now()) await delay(due - performance.now());
      connection = connection?.isOpen ? connection : await open(port);
      await ask(connection);
    }
    connection?.end();
  }

  async function ask(connection) {
    const { kind, path, text } = request(all[number % all.length]);
    const from = performance.now();
    count(readers.sent, kind.label);
    const answer = await connection.ask(text);
    const wasAway = () => isAway(from, performance.now());
    if (answer === undefined) {
      // An answer that breaks off with the origin.
      readers.lost += 1;
      if (kind.status != 200 || !wasAway()) readers.wrong.push(`${path}: no answer`);
      return;
    }
    count(readers.answered, kind.label);
    const canary = answer.body.includes("canary");
    if (kind.status == 200 && answer.status == 503 && wasAway()) {
      readers.unavailable += 1;
      if (canary) readers.wrong.push(`${path}: 503 with the article`);
    } else if (answer.status != kind.status) {
      readers.wrong.push(`${path}: ${answer.status} for ${kind.label}`);
    } else if (kind.status == 200 ? !answer.body.includes(`canary ${path.split("?")[0]}.`) : canary) {
      readers.wrong.push(`${path}: ${answer.status} with another body for ${kind.label}`);
    }
  }

  // A head that never ends, until the gate has had enough.
  async function slowHead() {
    const connection = await open(port);
    readers.slow += 1;
    connection.socket.write(`GET /articles/1 HTTP/1.1\r\nHost: ${HOST}\r\nX-Slow: `);
    await connection.closed;
  }

  // A reader who takes nothing of a long page, until the gate or he has had enough.
  async function slowBody() {
    const connection = await open(port);
    readers.slow += 1;
    count(readers.sent, all[0].label);
    connection.socket.pause();
    connection.socket.write(`GET /articles/long HTTP/1.1\r\nHost: ${HOST}\r\n${all[0].cookie}\r\n`);
    await Promise.race([connection.closed, delay(3000)]);
    connection.socket.destroy();
  }

  // A reader who is gone before the answer comes.
  async function hangUp() {
    const connection = await open(port);
    readers.cut += 1;
    const { kind, text } = request(all[0]);
    count(readers.sent, kind.label);
    await new Promise((written) => connection.socket.write(text, written));
    connection.socket.destroy();
    await delay(20);
  }

  return readers;
}

async function repeat(act, until) {
  while (performance.now() < until) await act();
}

const delay = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** A connection whose `ask` gives status and body of the answer, or undefined where it broke off. */
function open(port) {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay();
  const connection = { socket, isOpen: true, ask, end: () => socket.end() };
  let done;
  let text = "";
  const settle = (answer) => {
    text = "";
    const settled = done;
    done = undefined;
    settled?.(answer);
  };
  function ask(request) {
    return new Promise((answered) => {
      done = answered;
      if (!connection.isOpen) return settle();
      socket.write(request);
    });
  }
  socket.on("data", (data) => {
    text += data.toString("latin1");
    const answer = whole(text);
    if (answer?.closes) connection.isOpen = false;
    if (answer) settle(answer);
  });
  // The error says no more than the end that follows it.
  socket.on("error", () => {});
  connection.closed = new Promise((closed) => {
    socket.on("close", () => {
      connection.isOpen = false;
      settle();
      closed();
    });
  });
  return new Promise((opened) => {
    socket.once("connect", () => opened(connection));
    // Requests on it get no answer.
    socket.once("close", () => opened(connection));
  });
}

function whole(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end).toLowerCase();
  const body = text.slice(end + 4);
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  const isThere = length === undefined ? body.endsWith("0\r\n\r\n") : body.length >= Number(length);
  return isThere
    ? { status: Number(text.slice(9, 12)), body, closes: head.includes("\r\nconnection: close") }
    : undefined;
}
