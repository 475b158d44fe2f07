// In the place of the page's: the decision about a call of `wall` beside the official script, and that script's word
// about each kind of call and pass, on which it rests (companion, steps 3, 4 and 6).
import { confirmed, verdict } from "../page/decisions.js";
import { now, readCookie } from "../page/doors.js";
import { mark } from "../page/mark.js";
import * as core from "../page/questions.js";
import { calls } from "../page/state.js";

export { ANY, confirm, confirmed, verdict } from "../page/decisions.js";

// The official `wall`'s calls so far, as `{ key, pass, word }`.
let entries = [];

export const asked = () => [].concat(...entries.map(({ key, pass, word }) => [key, pass, word]));

export function note(key, pass, word) {
  const entry = { key, pass, word };
  entries.push(entry);
  return entry;
}

// A log-out takes back all that was asked.
export const isAsked = (entry) => entries.includes(entry);
export const forgetAsked = () => (entries = []);

// The decision, and whether only a marker is in its way.
export function decide({ ids, access, server, meter = Object }) {
  const { reason, awaits, value, level, paywallid, expires, subscriber, named } = core.beside(
    { cookie: readCookie(), access, confirmed, asked: asked(), mark: server === false ? "" : mark(), ids },
    now(),
  );
  const cut = awaits == "page";
  const waits = cut ? "" : awaits;
  const told = meter(verdict(reason, waits, level, paywallid, expires, subscriber));
  return { value, awaits: waits, cut, named, verdict: told };
}

// Three seconds are over for the calls that wait for a word about this pass.
export function giveUp(pass) {
  for (const { waits, access, ids } of calls) {
    if (!waits || !pass) continue;
    const { due, key } = core.due({ value: pass, asked: asked(), access, ids });
    if (due) note(key, pass, "missing");
  }
  for (const entry of entries) if (entry.pass == pass && !entry.word) entry.word = "silent";
}
