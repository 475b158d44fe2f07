// A load generator: as many connections as told, on each one request after the other.
//
//   const { perSecond } = await load({ port, path: "/a", headers: { cookie }, connections: 16, milliseconds: 2000 });
import { connect } from "node:net";

/** Asks for that long and says how many whole answers with status 200 came in a second. */
export async function load({ port, path, headers = {}, connections, milliseconds }) {
  const lines = Object.entries({ host: "pub.example", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  const start = performance.now();
  const end = start + milliseconds;
  const counts = await Promise.all(Array.from({ length: connections }, () => ask(port, request, end)));
  const answers = counts.reduce((sum, count) => sum + count, 0);
  return { answers, perSecond: (answers * 1000) / (performance.now() - start) };
}

function ask(port, request, end) {
  return new Promise((done, failed) => {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay();
    let answers = 0;
    let rest = "";
    socket.on("connect", () => socket.write(request));
    socket.on("error", failed);
    socket.on("close", () => failed(new Error("the server hung up")));
    socket.on("data", (data) => {
      rest += data.toString("latin1");
      if (!isWhole(rest)) return;
      if (!rest.startsWith("HTTP/1.1 200 ")) return failed(new Error(`no 200: ${rest.slice(0, 300)}`));
      rest = "";
      answers += 1;
      if (performance.now() < end) return void socket.write(request);
      socket.removeAllListeners("close");
      socket.end();
      done(answers);
    });
  });
}

function isWhole(text) {
  const body = text.indexOf("\r\n\r\n") + 4;
  if (body < 4) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, body))?.[1];
  return length === undefined ? text.endsWith("\r\n0\r\n\r\n") : text.length >= body + Number(length);
}
