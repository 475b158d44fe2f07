// The verdict as programs see it, from the core's answer: the reason, and where a signed pass could be
// read level, paywall, subscriber, expiry in seconds and the position of the key, one a line.

/** The verdict, and whether another key than the first, newest one made the pass. */
export function verdictOf(answer, ids) {
  const end = answer.indexOf("\n");
  if (end < 0) {
    return { isByOldKey: false, verdict: { authorized: false, reason: answer, level: null, paywallid: null, subscriber: null, expires: null, keyId: null } };
  }
  const [level, paywallid, subscriber, expires, key] = answer.slice(end + 1).split("\n");
  const verdict = {
    authorized: end == 0,
    reason: end == 0 ? null : answer.slice(0, end),
    level: level || null,
    paywallid: paywallid || null,
    subscriber,
    expires: new Date(expires * 1000),
    keyId: ids[key],
  };
  return { isByOldKey: key != "0", verdict };
}
