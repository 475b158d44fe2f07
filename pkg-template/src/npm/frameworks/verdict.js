// Verdicts before the page's own: a server's, as `useWall` gets it, and none.

const NOTHING = { level: null, paywallid: null, subscriber: null, expires: null };
/** The verdict on servers and while hydrating, where no server has decided. */
export const UNDECIDED = Object.freeze({ authorized: false, pending: true, reason: null, ...NOTHING });
/** The verdict where the core can't be had at all: a fault of ours. */
export const FAILED = Object.freeze({ authorized: false, pending: false, reason: "internal", ...NOTHING });

// Reasons that only servers have, who check signatures. What a page calls that stands in surface, section 2.2.
const OF_SERVERS = ["algorithm", "signature", "invalid"];

// Verdicts of servers that stand until the page has decided, too.
const decided = new WeakSet();

/** The verdict of a server as one of the page's; `UNDECIDED` where there is none. */
export function first(given) {
  if (given == null) return UNDECIDED;
  if (typeof given != "object" || typeof given.authorized != "boolean") {
    const sentence = "useWall: firstVerdict: expected a verdict, such as gate.check gives, got ";
    throw Object.assign(new Error(sentence + (typeof given == "object" ? "another object" : `a ${typeof given}`)), {
      code: "bad_option",
    });
  }
  const { authorized, pending = false, reason, level, paywallid, subscriber, expires } = given;
  const verdict = Object.freeze({
    authorized,
    pending,
    reason: OF_SERVERS.includes(reason) ? "refused" : (reason ?? null),
    level: level ?? null,
    paywallid: paywallid ?? null,
    subscriber: subscriber ?? null,
    // A Date has become a text where a page's data went through JSON.
    expires: expires == null ? null : new Date(expires),
  });
  if (!pending) decided.add(verdict);
  return verdict;
}

/** The verdict to show after `before`, now that the page's own is `now`. */
export const after = (before, now) => (now.pending && decided.has(before) ? before : now);

/** Options as a text that is the same for the same options, by which frameworks see that they have changed. */
export const keyOf = (options) => JSON.stringify(options) ?? "";
