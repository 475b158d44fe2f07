// The verdict as programs see it, from the core's answer: the reason, and where a signed pass could be
// read level, paywall, subscriber, expiry in seconds and the position of the key, one a line.

/** The verdict; `ids` are the keys'. */
export function verdictOf(answer, ids) {
  const reasonEnd = answer.indexOf("\n");
  if (reasonEnd < 0) {
    return { authorized: false, reason: answer, level: null, paywallid: null, subscriber: null, expires: null, keyId: null };
  }
  // Cut by hand: `split` takes as long as all the rest of the verdict.
  const levelEnd = answer.indexOf("\n", reasonEnd + 1);
  const paywallEnd = answer.indexOf("\n", levelEnd + 1);
  const subscriberEnd = answer.indexOf("\n", paywallEnd + 1);
  const expiresEnd = answer.indexOf("\n", subscriberEnd + 1);
  return {
    authorized: reasonEnd == 0,
    reason: answer.slice(0, reasonEnd) || null,
    level: answer.slice(reasonEnd + 1, levelEnd) || null,
    paywallid: answer.slice(levelEnd + 1, paywallEnd) || null,
    subscriber: answer.slice(paywallEnd + 1, subscriberEnd),
    expires: new Date(answer.slice(subscriberEnd + 1, expiresEnd) * 1000),
    keyId: ids[answer.slice(expiresEnd + 1)],
  };
}
