// The check of a pass as one would write it for Node without us: what ours is measured against. Not for use.
import { createHmac, timingSafeEqual } from "node:crypto";

const EXPIRY = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/;
const COOKIE_BYTES = /^[\x21\x23-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const denied = (reason) => ({
  authorized: false,
  reason,
  level: null,
  paywallid: null,
  subscriber: null,
  expires: null,
  keyId: null,
});

/** The verdict of the first pass in a Cookie header; `wanted` = key, paywallid, access, leeway. */
export function checkByHand(header, wanted, now) {
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() == "iteraspass") return checkPass(pair.slice(at + 1).trim(), wanted, now);
  }
  return denied("nopass");
}

function checkPass(pass, { key, paywallid, access, leeway }, now) {
  const end = pass.lastIndexOf("/");
  if (pass.length > 4096 || end < 0) return denied("malformed");
  const signed = pass.slice(0, end);
  const [, algorithm, hex] = /^([a-z0-9]+):([0-9a-f]+)$/.exec(pass.slice(end + 1)) ?? [];
  if (!algorithm) return denied("malformed");
  if (algorithm != "sha256") return denied("algorithm");
  if (hex.length != 64) return denied("malformed");
  const made = createHmac("sha256", key).update(signed).digest();
  if (!timingSafeEqual(made, Buffer.from(hex, "hex"))) return denied("signature");
  if (!COOKIE_BYTES.test(signed)) return denied("malformed");
  const fields = signed.split("|");
  if (fields.length < 5) return denied("malformed");
  const [levels, ids] = [fields[0].split(","), fields[1].split(",")];
  const date = EXPIRY.exec(fields[2]);
  if (levels.length != ids.length || levels.includes("") || ids.includes("") || !date) return denied("malformed");
  const expires = new Date(Date.UTC(date[1], date[2] - 1, date[3], date[4], date[5], date[6]));
  if (!expires.toISOString().startsWith(fields[2].slice(0, -1))) return denied("malformed");
  const position = ids.findIndex(
    (id, at) => id == paywallid && (access == "any" || levels[at] == "sub" || levels[at] == access),
  );
  const level = levels[position] ?? null;
  const verdict = { authorized: false, reason: null, level, paywallid, subscriber: fields[3], expires, keyId: "0" };
  if (position < 0) return { ...verdict, reason: ids.includes(paywallid) ? "accesslevel" : "wrongpaywall" };
  if (now > expires.getTime() + leeway * 1000) return { ...verdict, reason: "expired" };
  verdict.authorized = true;
  return verdict;
}
