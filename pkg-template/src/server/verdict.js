// The verdict as programs see it, from the core's answer to one check.
import { rules } from "./core.js";

// What the core adds to the position of the reason, and the length that no text in a pass has.
const FACTS = 16;
const ELSEWHERE = 32;
const PLACE = 8192;

/** The verdict on a Cookie header; `bytes` are the same header in UTF-8, `ids` the keys'. */
export function verdictOn(header, bytes, now, core, ids) {
  const answer = core.check(bytes, now);
  const reason = answer % FACTS ? rules.reasons[(answer % FACTS) - 1] : null;
  if (answer >= ELSEWHERE) return ofTexts(reason, core.texts(bytes, now), ids);
  if (answer < FACTS) {
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

function cut(header, place) {
  const length = place % PLACE;
  const start = (place - length) / PLACE;
  return header.slice(start, start + length);
}

function ofTexts(reason, texts, ids) {
  const [level, paywallid, subscriber, expires, key] = texts.split("\n");
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
