// The verdict table: the vector files as cases that every runtime judges alike.
//
//   for (const { id, lines, now, requirement, keys, algorithms, expect } of verdicts()) …
//   for (const one of verdicts({ at: new Date() })) …    // for a server that has no clock to set
//
// id           such as "P001"; the letter says which file it is from (S: pass-vectors.json)
// cookie       all Cookie lines joined with "; ", a byte string: one character a byte, as `Headers` takes it
// lines        the same as separate Cookie lines
// now          a Date
// requirement  { paywallid: [ids], access: "any" | "user" | "sub", leeway: seconds }
// keys         [{ id, key }], newest first
// algorithms   ["sha256"] or ["sha256", "sha1"]
// expect       { authorized, reason, publicReason }, the reasons null when authorized. The reason
//              "configuration" stands for keys that have to be refused before anything is judged.
//
// With `at` the expiries move to where they lie as far from that moment as from the case's own, and texts
// signed with a key of the case are signed again. Cases about the very second of the expiry can't
// be had then: those that are allowed for less than ten minutes are left out.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

import { headerLines, spelling } from "./headers.mjs";

const MARGIN_MS = 600_000;
const EXPIRY = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

const load = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8"));

export function verdicts({ at } = {}) {
  const passes = load("pass_cases.json").cases;
  const cases = [
    ...passes.map(passCase),
    ...load("cookie_header_cases.json").cases.flatMap((raw) => headerCases(raw, passes[0])),
    ...signedCases(load("pass-vectors.json"), new Date(passes[0].now)),
  ];
  return cases.filter((one) => !at || !isOfTheSecond(one)).map((one) => finished(one, at));
}

// The five reasons that visitors see.
export const publicReason = (reason) =>
  !reason || ["nopass", "expired", "wrongpaywall", "accesslevel"].includes(reason) ? reason : "invalid";

// The status that goes with a public reason; 200 stands for the content.
export const statusOf = (reason) => (!reason ? 200 : ["wrongpaywall", "accesslevel"].includes(reason) ? 403 : 401);

// In `pairs` the values of a case's cookies stand apart from what surrounds them, so that they can be signed again.
function passCase(raw) {
  return {
    ...common(raw),
    id: raw.id,
    now: new Date(raw.now),
    reason: raw.gate ?? raw.reason,
    lines: [["iteraspass=", value(raw.pass)]],
  };
}

function common(raw) {
  return {
    keys: raw.keys.map((key, position) => ({ id: String(position), key })),
    algorithms: ["sha256"],
    requirement: { paywallid: raw.want_ids, access: raw.want_access ?? "any", leeway: raw.leeway_s ?? 0 },
  };
}

// Marks a text as a cookie value. One that no header can carry as it is goes percent-encoded, and is decoded once.
const value = (pass) => ({ pass, encoded: /[\0-\x08\x0a-\x1f\x7f;]|^[ \t]|[ \t]$/.test(pass) });

function headerCases(raw, valid) {
  const own = raw.want_ids ? { ...valid, want_ids: raw.want_ids, want_access: raw.want_access } : valid;
  const base = { ...common(own), id: raw.id, now: new Date(valid.now), reason: raw.reason ?? null };
  const utf8 = { ...base, lines: inPairs(raw.header, valid.pass) };
  if (/^[\0-\x7f]*$/.test(`${raw.header}`) || !/^[\0-\xff]*$/.test(raw.header))
    return [{ ...utf8, lines: utf8.lines.map(inUtf8) }];
  // C31: bytes of a neighbour that are text in one encoding only.
  return [
    { ...utf8, lines: utf8.lines.map(inUtf8) },
    { ...utf8, id: `${raw.id}-latin1` },
  ];
}

const inUtf8 = (line) =>
  line.map((piece) => (typeof piece == "string" ? Buffer.from(piece, "utf8").toString("latin1") : piece));

// Passes that stand in a header, spelled out or as the stand-in for P001, apart from what surrounds them.
const PASSES = /(@|(?<=iteraspass=)[^;@]*\/sha256:[0-9a-f]{64})/;

function inPairs(header, pass) {
  const isPass = (piece) => piece == "@" || piece.includes("/sha256:");
  const pieces = (text) =>
    text
      .split(PASSES)
      .filter(Boolean)
      .map((piece) => (isPass(piece) ? value(piece == "@" ? pass : piece) : piece));
  return headerLines(header, pass).map((line) =>
    line.flatMap((piece) => (typeof piece == "string" ? pieces(piece) : [piece])),
  );
}

function* signedCases(file, now) {
  for (const [at, vector] of file.vectors.entries()) {
    const [, paywalls] = vector.signed.split("|");
    const requirement = { paywallid: [paywalls.split(",")[0]], access: "any", leeway: 0 };
    const readable = /malformed/.test(vector.note) ? "malformed" : /expired/.test(vector.note) ? "expired" : null;
    const keys = [{ id: "0", key: file.key }];
    const both = ["sha256", "sha1"];
    const make = (name, algorithm, tag, reason, more = {}) => ({
      id: `S${at + 1}-${name}`,
      now,
      requirement,
      keys,
      algorithms: ["sha256"],
      reason,
      lines: [["iteraspass=", value(`${vector.signed}/${algorithm}:${tag}`)]],
      ...more,
    });
    yield make("sha256", "sha256", vector.sha256, readable);
    yield make("sha1", "sha1", vector.sha1, "algorithm");
    yield make("sha1-allowed", "sha1", vector.sha1, readable, { algorithms: both });
    yield make("foreign", "sha256", vector.sha256, "signature", {
      keys: [{ id: "0", key: "another key of enough bytes" }],
    });
    // C5: valid tags cut short, 128 bits among them, and one that is too long.
    for (const digits of [2, 32, 40, 62]) {
      yield make(`cut-${digits}`, "sha256", vector.sha256.slice(0, digits), "malformed");
    }
    yield make("sha1-cut", "sha1", vector.sha1.slice(0, 32), "malformed", { algorithms: both });
    yield make("longer", "sha256", `${vector.sha256}00`, "malformed");
  }
}

const values = (one) => one.lines.flat().filter((piece) => typeof piece == "object");
const end = (stamp, one) => Date.parse(stamp) + one.requirement.leeway * 1000;

function isOfTheSecond(one) {
  const stamps = values(one).flatMap(({ pass }) => pass.match(EXPIRY) ?? []);
  return stamps.some((stamp) => {
    const left = end(stamp, one) - one.now;
    return left >= 0 && left < MARGIN_MS;
  });
}

function finished(one, at) {
  const text = (piece) => (typeof piece == "string" ? piece : written(at ? moved(piece, one, at) : piece));
  const lines = one.lines.map((line) => line.map(text).join(""));
  const { id, requirement, keys, algorithms, reason } = one;
  const expect = { authorized: !reason, reason, publicReason: publicReason(reason) };
  return { id, cookie: lines.join("; "), lines, now: at ?? one.now, requirement, keys, algorithms, expect };
}

const written = ({ encoded, ...piece }) => (encoded ? encodeURIComponent(piece.pass) : spelling(piece));

// The same pass as seen from `at`.
function moved(piece, one, at) {
  const { pass } = piece;
  const slash = pass.lastIndexOf("/");
  const [, algorithm, tag] = /^(sha256|sha1):([0-9a-f]+)$/.exec(pass.slice(slash + 1)) ?? [];
  const hmac = (key, signed) => createHmac(algorithm, key).update(signed, "latin1").digest("hex");
  const key = algorithm && one.keys.find(({ key }) => key && hmac(key, pass.slice(0, slash)).startsWith(tag))?.key;
  const signed = pass.slice(0, Math.max(slash, 0)).replace(EXPIRY, (stamp) => movedStamp(stamp, one, at));
  const right = pass.slice(Math.max(slash, 0));
  return { ...piece, pass: key ? `${signed}/${algorithm}:${hmac(key, signed).slice(0, tag.length)}` : signed + right };
}

function movedStamp(stamp, one, at) {
  const iso = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  // A stamp that is no real date stays as it is.
  if (Number.isNaN(Date.parse(stamp)) || iso(Date.parse(stamp)) != stamp) return stamp;
  const [then, now] = [end(stamp, one) - one.now, end(stamp, one) - at];
  const stays = then < 0 ? now < 0 : now >= MARGIN_MS;
  return stays ? stamp : iso(Date.parse(stamp) - one.now.getTime() + at.getTime());
}
