// A gate: keys and a requirement that requests are checked against, one at a time, keeping nothing of them.
import { Gate } from "iteras:server";

import { badOption, begin } from "./core.js";
import { handle } from "./handle.js";
import { landingPage } from "./landing.js";
import { cookieHeader } from "./request.js";
import { verdictOf } from "./verdict.js";

const FUNCTIONS = ["reject", "teaser", "mark", "onOldKey"];
// From here on handing a header over in one go costs less than character by character.
const LONG = 400;
const encoder = new TextEncoder();

/** What belongs to a gate and is nobody else's business. */
const insides = new WeakMap();

export function makeGate(compile, options) {
  begin(compile);
  const inside = { ...read(options), core: coreOf(options) };
  inside.ids = inside.core.keyIds();
  inside.check = (from, now) => check(inside, from, now);
  const gate = Object.freeze({
    check: (from, given) => inside.check(from, moment(given)),
    handle: (request, next, { open = false } = {}) => handle(inside, request, next, open === true),
  });
  insides.set(gate, inside);
  return gate;
}

/** What is inside a gate, for those who carry out what it decides. */
export function insideOf(gate, caller) {
  const inside = insides.get(gate);
  if (!inside) throw badOption(`${caller}: expected a gate that createGate made`);
  return inside;
}

function coreOf(options) {
  try {
    return new Gate(options);
  } catch (thrown) {
    throw typeof thrown == "string" ? badOption(thrown) : thrown;
  }
}

// What the core has no use for. The rest of the options it reads itself.
function read(options) {
  const values = {};
  if (options == null || typeof options != "object") return values;
  for (const name of FUNCTIONS) {
    const value = options[name] ?? undefined;
    if (value !== undefined && typeof value != "function") throw wrong(name, "a function", value);
    values[name] = value;
  }
  const paymentRequired = options.paymentRequired ?? false;
  if (typeof paymentRequired != "boolean") throw wrong("paymentRequired", "true or false", paymentRequired);
  const landing = options.landing ?? undefined;
  return { ...values, paymentRequired, landing: landing === undefined ? undefined : landingPage(landing) };
}

const wrong = (name, expected, value) => badOption(`createGate: ${name}: expected ${expected}, got a ${typeof value}`);

function check(inside, from, now) {
  const header = cookieHeader(from);
  const { core } = inside;
  const answer = header.length < LONG ? core.check(header, now) : core.checkBytes(encoder.encode(header), now);
  const { verdict, isByOldKey } = verdictOf(answer, inside.ids);
  if (isByOldKey && verdict.authorized && inside.onOldKey) inside.onOldKey(verdict.keyId);
  return verdict;
}

function moment(given) {
  const now = given?.now;
  if (now === undefined) return Date.now();
  const time = now instanceof Date ? now.getTime() : NaN;
  if (Number.isNaN(time)) throw badOption(`check: now: expected a valid Date, got ${now instanceof Date ? "an invalid one" : `a ${typeof now}`}`);
  return time;
}
