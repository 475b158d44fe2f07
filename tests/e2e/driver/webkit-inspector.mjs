// The wire to WebKitGTK's remote inspector: one socket, on which a browser offers its pages and its automation as
// targets that are spoken to in JSON.
//
// A message is its length (four bytes, most significant first), a byte that says in which order its numbers are, its
// name with a zero byte, and its parameters as a GVariant. Only shapes that need no more than `parameters` are sent.
import { EventEmitter } from "node:events";
import { connect } from "node:net";

const LITTLE_ENDIAN = 1;
const START_LIMIT = 15_000;

/** What is left over when a page, a frame or the browser has gone before it answered. */
export class Gone extends Error {}

/** What is left where a context had gone before it was asked. */
export class Lost extends Gone {}

/** Commands that wait for answers, by number. */
export class Answers {
  #last = 0;
  #waiting = new Map();

  /** The number of a command, and its answer. `about`: what it can be forgotten by. */
  expect(method, about) {
    const id = ++this.#last;
    const { promise, resolve, reject } = deferred();
    this.#waiting.set(id, { method, about, resolve, reject });
    return { id, answer: promise };
  }

  settle({ id, result, error }) {
    const { method, resolve, reject } = this.#waiting.get(id) ?? {};
    this.#waiting.delete(id);
    if (error && /injected script|InspectedScript/.test(error.message)) reject?.(new Lost(error.message));
    else if (error) reject?.(new Error(`${method}: ${error.message}`));
    else resolve?.(result);
  }

  /** Nobody will answer those that `which` picks. */
  forget(which = () => true) {
    for (const [id, { method, about, reject }] of this.#waiting) {
      if (!which(about)) continue;
      this.#waiting.delete(id);
      reject(new Gone(`${method}: nobody is there to answer any more`));
    }
  }
}

export function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  // Who waits hears of it; who went away need not.
  made.promise.catch(() => {});
  return made;
}

/**
 * The inspector of one browser. Tells `page` with the number of each new page, `message` with a target's number and
 * what it said, and `closed`.
 */
export class Inspector extends EventEmitter {
  #socket;
  #unread = Buffer.alloc(0);
  #browser = 0n;
  #known = new Set();
  #automation;
  #answers = new Answers();

  /** Connects, and becomes the one who automates the browser. */
  async open(port) {
    this.#socket = await reach(port);
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (bytes) => this.#read(bytes));
    this.#socket.on("close", () => {
      this.#answers.forget();
      this.emit("closed");
    });
    this.#socket.on("error", () => {});
    const ready = new Promise((resolve) => this.once("automation", () => resolve(true)));
    this.#send("StartAutomationSession", ["iteras-page-tests"], { dictionary: true });
    let late;
    const limit = new Promise((resolve) => (late = setTimeout(resolve, START_LIMIT, false)));
    const started = await Promise.race([ready, limit]);
    clearTimeout(late);
    if (!started) throw new Error(`it did not let itself be automated within ${START_LIMIT} ms`);
  }

  close() {
    this.#socket?.destroy();
  }

  /** A command to the browser itself; its result. */
  automate(method, params = {}) {
    const { id, answer } = this.#answers.expect(method);
    this.tell(this.#automation, { id, method: `Automation.${method}`, params });
    return answer;
  }

  /** Says something to a target. */
  tell(target, message) {
    this.#send("SendMessageToBackend", [this.#browser, target, JSON.stringify(message)]);
  }

  /** Has a target talk with us: of a page, what it tells from then on. */
  setUp(target) {
    this.#send("Setup", [this.#browser, target]);
  }

  #send(name, parameters, { dictionary } = {}) {
    const head = Buffer.from(`${name}\0`);
    const body = Buffer.concat([head, variant(parameters, dictionary)]);
    const length = Buffer.alloc(5);
    length.writeUInt32BE(body.length);
    length[4] = LITTLE_ENDIAN;
    this.#socket.write(Buffer.concat([length, body]));
  }

  #read(bytes) {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (this.#unread.length >= 5) {
      const end = 5 + this.#unread.readUInt32BE();
      if (this.#unread.length < end) return;
      const body = this.#unread.subarray(5, end);
      this.#unread = this.#unread.subarray(end);
      const zero = body.indexOf(0);
      this.#hear(body.toString("latin1", 0, zero), body.subarray(zero + 1));
    }
  }

  #hear(name, parameters) {
    if (name == "SetTargetList") this.#list(parameters);
    if (name != "SendMessageToFrontend") return;
    const target = parameters.readBigUInt64LE(8);
    const message = JSON.parse(parameters.toString("utf8", 16, parameters.length - 1));
    if (target != this.#automation) this.emit("message", target, message);
    else if (message.id) this.#answers.settle(message);
  }

  // The browser's number, then an array of (number, kind, name, address, whether somebody inspects it).
  #list(parameters) {
    this.#browser = parameters.readBigUInt64LE();
    for (const item of variableItems(parameters.subarray(8))) {
      const target = item.readBigUInt64LE();
      const kind = item.toString("latin1", 8, item.indexOf(0, 8));
      const fresh = !this.#known.has(target);
      this.#known.add(target);
      if (fresh && kind != "Automation") this.emit("page", target);
      else if (fresh) this.setUp(target);
      if (kind != "Automation" || this.#automation) continue;
      // Commands that it gets before it knows us are lost.
      const knowsUs = item[item.indexOf(0, item.indexOf(0, item.indexOf(0, 8) + 1) + 1) + 1];
      if (!knowsUs) continue;
      this.#automation = target;
      this.emit("automation");
    }
  }
}

// The browser opens its socket when it has started.
async function reach(port) {
  for (const end = Date.now() + START_LIMIT; ;) {
    const socket = connect(port, "127.0.0.1");
    const open = await new Promise((done) => {
      socket.once("connect", () => done(true));
      socket.once("error", () => done(false));
    });
    if (open) return socket;
    if (Date.now() > end) throw new Error(`it did not open its inspector within ${START_LIMIT} ms`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

// A tuple of numbers of 64 bits and at most one text behind them; or of a text and an empty dictionary.
function variant(parts, dictionary) {
  const bytes = Buffer.concat(
    parts.map((part) => {
      if (typeof part == "string") return Buffer.from(`${part}\0`);
      const number = Buffer.alloc(8);
      number.writeBigUInt64LE(part);
      return number;
    }),
  );
  if (!dictionary) return bytes;
  // The dictionary begins at a multiple of eight bytes; behind it stands where the text before it ended.
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 7), Buffer.from([bytes.length])]);
}

// The items of an array whose items differ in length: behind the last stand the ends of all, in as few bytes each as
// the array's length needs. Each item begins at a multiple of eight bytes.
function variableItems(array) {
  if (!array.length) return [];
  const width = array.length < 0x100 ? 1 : array.length < 0x10000 ? 2 : 4;
  const ends = array.readUIntLE(array.length - width, width);
  const items = [];
  for (let at = ends, begin = 0; at < array.length; at += width) {
    const end = array.readUIntLE(at, width);
    items.push(array.subarray(begin, end));
    begin = (end + 7) & ~7;
  }
  return items;
}
