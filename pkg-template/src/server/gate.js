// A gate: keys and a requirement that requests are checked against, one at a time, keeping nothing of them.
import { Gate } from "iteras:server";

import { badOption, begin, table } from "./core.js";
import { handle } from "./handle.js";
import { own } from "./own.js";
import { cookieHeader } from "./request.js";
import { planOf, verdictOf } from "./verdict.js";

const FUNCTIONS = ["reject", "teaser", "mark", "onOldKey"];
const encoder = new TextEncoder();
// For headers of up to 21 KiB, more than servers take. Only what was just written is read.
const scratch = new Uint8Array(65_536);

/** The core and functions of each gate, kept from the publisher's code. */
const insides = new WeakMap();

export function makeGate(compile, options) {
  begin(compile);
  const core = coreOf(options);
  const { onOldKey, ...functions } = functionsOf(options);
  const ids = core.keyIds();
  const told = (verdict) => {
    if (onOldKey && verdict.authorized && verdict.keyId != ids[0]) onOldKey(verdict.keyId);
    return verdict;
  };
  const check = (from, now) => {
    const header = cookieHeader(from);
    const bytes = encoded(header);
    return told(verdictOf(core.check(bytes, now), header, bytes, now, core, ids));
  };
  const plan = (from, view, now, form) => {
    const header = cookieHeader(from);
    const bytes = encoded(header);
    const answer = core.plan(bytes, now, view, form?.kind ?? 0, form?.body);
    const plan = planOf(answer, told(verdictOf(answer, header, bytes, now, core, ids)), core);
    // An open page says nothing of the visitor; the gate's own requirement does.
    return plan.steps.position == table.open ? { ...plan, verdict: check(from, now) } : plan;
  };
  const inside = own({ ...functions, core, plan });
  const gate = Object.freeze({
    check: (from, options) => check(from, moment(options)),
    handle: (request, next, asked) => handle(inside, request, next, asked),
  });
  insides.set(gate, inside);
  return gate;
}

/** The core and functions of a gate, for those who carry out its plans. */
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

// The options that only a script can call. The rest the core reads itself.
function functionsOf(options) {
  const [functions, given] = [own({}), own(options)];
  for (const name of FUNCTIONS) {
    const value = given[name] ?? undefined;
    if (value !== undefined && typeof value != "function") {
      throw badOption(`createGate: ${name}: expected a function, got a ${typeof value}`);
    }
    functions[name] = value;
  }
  return functions;
}

// UTF-8 in one go, which is several times as fast as character by character.
function encoded(text) {
  // A character has three bytes at most.
  if (text.length * 3 > scratch.length) return encoder.encode(text);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

function moment(options) {
  const now = options == null ? undefined : own(options).now;
  if (now === undefined) return Date.now();
  const isDate = now instanceof Date;
  const time = isDate ? now.getTime() : NaN;
  if (!Number.isNaN(time)) return time;
  throw badOption(`check: now: expected a valid Date, got ${isDate ? "an invalid one" : `a ${typeof now}`}`);
}
