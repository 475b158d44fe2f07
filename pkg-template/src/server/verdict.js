// Verdicts as programs see them, and plans as they are carried out, from the core's answers: see `wire` of the core.
import { table } from "./core.js";

/** The verdict of an answer about a Cookie header; `bytes` are the same header in UTF-8, `ids` the keys'. */
export function verdictOf(answer, header, bytes, now, core, ids) {
  const position = answer % table.facts;
  const reason = position ? table.reasons[position - 1] : null;
  if (answer & table.elsewhere) return ofTexts(reason, core.texts(bytes, now), ids);
  if (!(answer & table.facts)) {
    return { authorized: false, reason, level: null, paywallid: null, subscriber: null, expires: null, keyId: null };
  }
  return {
    authorized: reason === null,
    reason,
    level: cut(header, core.level) || null,
    paywallid: cut(header, core.paywall) || null,
    subscriber: cut(header, core.subscriber),
    expires: new Date(core.expires * 1000),
    keyId: ids[core.key],
  };
}

/** The plan of an answer: its steps, the verdict on the pass, whether what the visitor gets has no body, the level
 * asked for, whether the page is fetched before the reader opens it, and of a meter what it tells, its open mark and
 * its cookie. */
export const planOf = (answer, verdict, core) => ({
  steps: table.plans[Math.floor((answer % table.bodiless) / table.kind)],
  verdict,
  isBodiless: Math.floor(answer / table.bodiless) % 2 == 1,
  access: Math.floor((answer % table.ahead) / table.access),
  isAhead: Math.floor(answer / table.ahead) % 2 == 1,
  ...(answer >= table.metered && { metered: core.metered, mark: core.mark, setCookie: core.setCookie }),
});

function cut(header, place) {
  const length = place % table.place;
  const start = (place - length) / table.place;
  return header.slice(start, start + length);
}

function ofTexts(reason, texts, ids) {
  const [level, paywallid, subscriber, expires, key] = texts.split(table.field);
  return {
    authorized: reason === null,
    reason,
    level: level || null,
    paywallid: paywallid || null,
    subscriber,
    expires: new Date(expires * 1000),
    keyId: ids[key],
  };
}
