// `gate.check` of the packed file in Node, as an ES module and as CommonJS: the same table of verdicts as in
// every runtime, and what a gate refuses to be made of.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, test } from "node:test";
import { inspect } from "node:util";

import { complaint, cookie, entries, KEY, NOW, PASS, passUntil, signed, vectors, WALL } from "./server-helpers.mjs";
import { headerText } from "../shared/headers.mjs";

let installed;
before(async () => (installed = await entries()));

const NOTHING = { level: null, paywallid: null, subscriber: null, expires: null, keyId: null };
const outcome = ({ authorized, reason }) => (authorized ? "allow" : reason);

for (const kind of ["import", "require"]) {
  describe(`by ${kind}`, () => {
    const createGate = (options) => installed[kind].createGate(options);
    const gateOf = (options) => createGate({ keys: [KEY], paywallid: WALL, ...options });

    test("every pass case has its verdict and reason", () => {
      const { cases } = vectors("pass_cases.json");
      for (const { id, keys, want_ids, want_access, leeway_s, now, pass, expect, ...told } of cases) {
        const reason = told.gate ?? told.reason;
        const options = { keys, paywallid: want_ids, access: want_access ?? "any", leeway: leeway_s };
        if (reason == "configuration") {
          assert.match(
            complaint(() => createGate(options)),
            /^createGate: (keys|paywallid)/,
            id,
          );
          continue;
        }
        const header = cookie(pass);
        const verdict = createGate(options).check(header, { now: new Date(now) });
        // A header can't say what one case is about: blanks around a value are not part of it.
        if (pass.startsWith(" "))
          assert.equal(
            createGate(options).check(cookie(pass.trim()), { now: new Date(now) }).reason,
            verdict.reason,
            id,
          );
        else assert.equal(outcome(verdict), expect == "allow" ? "allow" : reason, id);
        assert.equal(verdict.authorized, verdict.reason === null, id);
      }
      assert.ok(cases.length > 60);
    });

    test("every cookie header has its verdict", () => {
      const { cases } = vectors("cookie_header_cases.json");
      const [valid] = vectors("pass_cases.json").cases;
      for (const { id, header, want_ids, want_access, expect, reason } of cases) {
        const gate = createGate({
          keys: valid.keys,
          paywallid: want_ids ?? valid.want_ids,
          access: want_access ?? "any",
          leeway: 0,
        });
        const text = headerText(header, valid.pass);
        for (const from of [
          text,
          { headers: { cookie: text } },
          { headers: { get: () => text } },
          { headers: { cookie: [text] } },
        ]) {
          const verdict = gate.check(from, { now: new Date(valid.now) });
          assert.equal(verdict.authorized, expect == "allow", id);
          if (reason) assert.equal(verdict.reason, reason, id);
        }
      }
      assert.ok(cases.length > 20);
    });

    test("every signed vector verifies with its key, SHA-1 only where it is allowed", () => {
      const { key, vectors: all } = vectors("pass-vectors.json");
      const paywallid = all.flatMap(({ signed: text }) => text.split("|")[1].split(",")).filter(Boolean);
      const early = { now: new Date("2016-01-01T00:00:00Z") };
      const strict = createGate({ keys: [key], paywallid, access: "any" });
      const lenient = createGate({ keys: [key], paywallid, access: "any", algorithms: ["sha256", "sha1"] });
      const foreign = createGate({ keys: ["another key of enough bytes"], paywallid, access: "any" });
      for (const { note, signed: text, sha256, sha1 } of all) {
        const expected = note.includes("malformed") ? "malformed" : "allow";
        const [by256, by1] = [`${text}/sha256:${sha256}`, `${text}/sha1:${sha1}`].map(cookie);
        assert.equal(outcome(strict.check(by256, early)), expected, note);
        assert.equal(outcome(lenient.check(by1, early)), expected, note);
        assert.equal(outcome(strict.check(by1, early)), "algorithm", note);
        assert.equal(outcome(foreign.check(by256, early)), "signature", note);
      }
    });

    test("no key of Wycheproof's is one that a gate takes, and no tag cut short counts", () => {
      let refused = 0;
      for (const { tests } of vectors("wycheproof/hmac_sha256_test.json").testGroups) {
        for (const { tcId, key } of tests) {
          const text = Buffer.from(key, "hex").toString("latin1");
          const { length } = Buffer.from(text);
          const isOdd = length < 16 || /^[\s\0-\x1f\x7f-\x9f]|[\s\0-\x1f\x7f-\x9f]$/.test(text);
          if (isOdd) {
            complaint(() => gateOf({ keys: [text] }));
            refused++;
          } else assert.ok(gateOf({ keys: [text] }), `${tcId}`);
        }
      }
      assert.ok(refused > 100, `${refused}`);
      const gate = gateOf();
      for (let cut = 1; cut <= 64; cut++)
        assert.equal(gate.check(cookie(PASS.slice(0, -cut))).reason, "malformed", `${cut}`);
      assert.equal(
        gate.check(cookie(PASS.slice(0, -1) + PASS.at(-1).toUpperCase().replace(/\d/, "A"))).reason,
        "malformed",
      );
    });

    test("a verdict says what the pass says", () => {
      const text = "user,sub|AAAA1111,BBBB2222|2026-02-01T00:00:00Z|251848|192.0.2.7";
      const gate = createGate({ keys: [{ id: "2026", key: KEY }], paywallid: ["AAAA1111", "BBBB2222"] });
      const facts = {
        paywallid: "BBBB2222",
        level: "sub",
        subscriber: "251848",
        expires: new Date("2026-02-01T00:00:00Z"),
        keyId: "2026",
      };
      assert.deepEqual(gate.check(cookie(signed(text)), { now: NOW }), { authorized: true, reason: null, ...facts });
      // Wherever in the header it stands, decoded, behind another one, among whatever neighbours.
      const pass = signed(text);
      const spellings = [
        `a=1; ${cookie(pass)}; b=2`,
        cookie(pass.replaceAll("|", "%7C")),
        `iteraspass=junk;${cookie(pass)}`,
        `tema=bl\u00e5; ${cookie(pass)}`,
        `tema=\u2000; ${cookie(pass)}`,
        `${"a=1;".repeat(4000)}${cookie(pass)}`,
        `${" ".repeat(600_000)}${cookie(pass)}`,
      ];
      for (const header of spellings) {
        assert.deepEqual(
          gate.check(header, { now: NOW }),
          { authorized: true, reason: null, ...facts },
          header.slice(0, 40),
        );
        const wrong = gateOf().check(header, { now: NOW });
        assert.deepEqual(
          [wrong.reason, wrong.level, wrong.paywallid, wrong.subscriber],
          ["wrongpaywall", null, null, "251848"],
        );
      }
      const late = { now: new Date("2026-02-01T00:01:01Z") };
      assert.deepEqual(gate.check(cookie(signed(text)), late), { authorized: false, reason: "expired", ...facts });
      const low = createGate({ keys: [KEY], paywallid: "AAAA1111" }).check(cookie(signed(text)), { now: NOW });
      assert.deepEqual(low, {
        authorized: false,
        reason: "accesslevel",
        ...facts,
        paywallid: "AAAA1111",
        level: "user",
        keyId: "0",
      });
      const other = gateOf().check(cookie(signed(text)), { now: NOW });
      assert.deepEqual(other, {
        authorized: false,
        reason: "wrongpaywall",
        ...facts,
        paywallid: null,
        level: null,
        keyId: "0",
      });
      assert.deepEqual(gate.check(cookie(signed(text, { key: "another key of enough bytes" }))), {
        authorized: false,
        reason: "signature",
        ...NOTHING,
      });
      const empty = gateOf().check(cookie(signed(`sub|${WALL}|2099-12-31T23:59:59Z||`)));
      assert.deepEqual([empty.authorized, empty.subscriber], [true, ""]);
    });

    test("C77: commas that js-cookie wrote as escapes are read where the value has no signature as it stands", () => {
      const gate = createGate({ keys: [KEY], paywallid: WALL });
      const text = `user,sub|AAAA1111,${WALL}|2099-12-31T23:59:59Z|7|`;
      const { authorized, level, paywallid, subscriber } = gate.check(cookie(signed(text).replaceAll(",", "%2C")));
      assert.deepEqual([authorized, level, paywallid, subscriber], [true, "sub", WALL, "7"]);
      const asItStands = signed(text.replaceAll(",", "%2C"));
      assert.equal(gate.check(cookie(asItStands)).reason, "wrongpaywall");
    });

    test("no cookie is no pass, and what is no request is refused", () => {
      const gate = gateOf();
      for (const from of [
        null,
        undefined,
        "",
        { headers: {} },
        new Request("https://pub.example/"),
        "a=1",
        { headers: new Headers() },
      ]) {
        assert.deepEqual(gate.check(from), { authorized: false, reason: "nopass", ...NOTHING });
      }
      for (const from of [
        3,
        {},
        [],
        { headers: "x" },
        { headers: { cookie: 3 } },
        { headers: { get: () => 3 } },
        true,
      ]) {
        assert.match(
          complaint(() => gate.check(from)),
          /^check: expected a fetch Request/,
        );
      }
      for (const now of [null, 0, "2026", new Date(NaN)])
        assert.match(
          complaint(() => gate.check(null, { now })),
          /^check: now: expected a valid Date, got /,
        );
      assert.equal(gate.check(cookie(PASS), null).authorized, true);
    });

    test("the size of a value is counted in bytes as received", () => {
      const gate = gateOf();
      // 4096 bytes of which some are Latin-1: read, and refused by what it says; one more, and it is not read.
      const exact = `${"\u00e5".repeat(4096 - 72)}/sha256:${"0".repeat(64)}`;
      assert.equal(exact.length, 4096);
      assert.equal(gate.check(cookie(exact)).reason, "signature");
      assert.equal(gate.check(cookie(`\u00e5${exact}`)).reason, "malformed");
      assert.equal(gate.check(`tema=${"\u00e5".repeat(9000)}; ${cookie(PASS)}`).authorized, true);
      // A character beyond Latin-1 is in no header; nothing may take it for the byte that it ends in.
      assert.equal(gate.check(`\u0169teraspass=${PASS}`).reason, "nopass");
    });

    test("keys are rotated: ids, ends, and who still has a pass by an old key", () => {
      const old = "the old key of the account";
      const told = [];
      const until = new Date("2026-03-01T00:00:00Z");
      const keys = [
        { id: "new", key: KEY },
        { id: "old", key: old, until },
      ];
      const gate = gateOf({ keys, onOldKey: (id) => told.push(id) });
      const [byNew, byOld] = [PASS, passUntil("2099-12-31T23:59:59Z", { key: old })].map(cookie);
      assert.equal(gate.check(byNew, { now: until }).keyId, "new");
      assert.deepEqual(told, []);
      assert.equal(gate.check(byOld, { now: until }).keyId, "old");
      assert.deepEqual(told, ["old"]);
      assert.equal(gate.check(byOld, { now: new Date(+until + 1000) }).reason, "signature");
      // A denied pass is nobody's reason to keep a key.
      gate.check(cookie(passUntil("2020-01-01T00:00:00Z", { key: old })), { now: NOW });
      assert.deepEqual(told, ["old"]);
      assert.equal(gateOf({ keys: [KEY, old] }).check(byOld).keyId, "1");
      const asText = gateOf({ keys: [KEY, { id: "old", key: old, until: "2026-03-01T00:00:00Z" }] });
      assert.equal(asText.check(byOld, { now: until }).keyId, "old");
      assert.equal(gateOf({ keys: KEY }).check(byNew).keyId, "0");
    });

    test("the leeway is 60 seconds unless it is said otherwise", () => {
      const pass = cookie(passUntil("2026-01-15T12:00:00Z"));
      const after = (seconds) => ({ now: new Date(+NOW + seconds * 1000) });
      const at = (gate, seconds) => outcome(gate.check(pass, after(seconds)));
      assert.deepEqual([at(gateOf(), 60), at(gateOf(), 61)], ["allow", "expired"]);
      assert.deepEqual([at(gateOf({ leeway: 0 }), 0), at(gateOf({ leeway: 0 }), 1)], ["allow", "expired"]);
    });

    test("a setting that makes no sense is refused by name", () => {
      const refused = (options, message) =>
        assert.equal(
          complaint(() => gateOf(options)),
          `createGate: ${message}`,
        );
      const keys = "an array of signing keys, each a string or { id, key, until }";
      refused({ keys: undefined }, `keys: expected ${keys}, got undefined`);
      refused({ keys: [] }, "keys: no signing key, so no pass could be checked");
      refused({ keys: [""] }, "keys[0]: signing key is empty");
      refused({ keys: [KEY, "too short"] }, "keys[1]: signing key has 9 bytes, expected at least 16");
      refused({ keys: [`${KEY}\n`] }, "keys[0]: signing key begins or ends with white space");
      refused({ keys: [undefined] }, "keys[0]: expected a signing key or { id, key, until }, got undefined");
      refused({ keys: [{ id: "a", key: undefined }] }, "keys[0].key: expected a string, got undefined");
      refused({ keys: [{ key: KEY }] }, "keys[0].id: expected a string, got undefined");
      refused({ keys: [{ id: "a b", key: KEY }] }, "keys[0].id: an id has to be printable ASCII without spaces");
      refused({ keys: [KEY, { id: "0", key: KEY }] }, "keys[1].id: two keys have this id");
      refused(
        { keys: [{ id: "a", key: KEY, untill: NOW }] },
        'keys[0]: there is no "untill"; there are id, key, until',
      );
      const until = 'keys[0].until: expected a Date or a time stamp such as "2026-02-01T00:00:00Z", got';
      refused({ keys: [{ id: "a", key: KEY, until: "tomorrow" }] }, `${until} "tomorrow"`);
      refused({ keys: [{ id: "a", key: KEY, until: new Date(NaN) }] }, `${until} an object`);
      refused({ keys: [{ id: "a", key: KEY, until: 1700000000 }] }, `${until} 1700000000`);
      refused({ paywallid: undefined }, "paywallid: expected a paywall id or an array of them, got undefined");
      refused({ paywallid: [] }, "paywallid: no paywall id, so every pass would do");
      refused({ paywallid: "" }, 'paywallid: "" is not a paywall id');
      refused({ paywallid: [WALL, "a\nb"] }, 'paywallid: "a\\nb" is not a paywall id');
      refused({ access: "subs" }, 'access: expected "sub", "user" or "any", got "subs"');
      for (const leeway of [-1, 0.5, NaN, Infinity, 2 ** 32])
        refused(
          { leeway },
          `leeway: expected a whole number of seconds from 0, got ${{ Infinity: "inf" }[leeway] ?? leeway}`,
        );
      refused({ leeway: "60" }, 'leeway: expected a whole number of seconds from 0, got "60"');
      for (const algorithms of [["md5"], "sha256"])
        assert.match(
          complaint(() => gateOf({ algorithms })),
          /^createGate: algorithms: expected \["sha256"\] or /,
        );
      for (const algorithms of [[], ["sha1"]])
        refused({ algorithms }, 'algorithms: expected ["sha256"] or ["sha256", "sha1"]');
      refused({ gifts: "short" }, "gifts: signing key has 5 bytes, expected at least 16");
      for (const name of ["reject", "teaser", "mark", "onOldKey"])
        refused({ [name]: "x" }, `${name}: expected a function, got a string`);
      refused({ paymentRequired: 1 }, "paymentRequired: expected true or false, got a number");
      for (const landing of ["buy", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "ftp://x/", ""]) {
        refused(
          { landing },
          `landing: expected a path such as "/subscribe" or a http(s) URL, got ${JSON.stringify(landing)}`,
        );
      }
      assert.match(
        complaint(() => gateOf({ acces: "user" })),
        /^createGate: options: there is no "acces"; there are keys, paywallid, access, /,
      );
      for (const options of [undefined, null, "x", [], 3])
        assert.match(
          complaint(() => createGate(options)),
          /^createGate: options: expected an object, got /,
        );
    });

    test("no secret is in an error or shown by a gate", () => {
      for (let round = 0; round < 50; round++) {
        const secret = randomBytes(16).toString("hex");
        const mistakes = [
          { keys: [` ${secret}`] },
          { keys: [secret, secret.slice(0, 12)] },
          { keys: { key: secret } },
          { keys: [[secret]] },
          { keys: [{ id: "a", key: [secret] }] },
          { keys: [{ id: "a", key: secret, until: "x" }] },
          { keys: [() => secret] },
          { keys: [Object(secret)] },
          { gifts: `${secret} ` },
          { gifts: [secret] },
          { keys: [secret], leeway: -1 },
          { keys: [secret], access: "x" },
          { keys: [secret], paywallid: "" },
          { keys: [BigInt(`0x${secret}`)] },
        ];
        for (const options of mistakes) {
          try {
            gateOf(options);
            assert.fail(inspect(options));
          } catch (error) {
            const shown = `${inspect(error, { showHidden: true, depth: 9 })}${error.stack}`;
            assert.equal(error.code, "bad_option", shown);
            for (const part of [secret.slice(0, 12), `${BigInt(`0x${secret}`)}`])
              assert.ok(!shown.includes(part), error.message);
          }
        }
        const gate = gateOf({ keys: [{ id: "a", key: secret }], gifts: secret });
        const shown = inspect(
          [gate, gate.check(cookie(PASS)), gate.check(cookie(passUntil("2099-12-31T23:59:59Z", { key: secret })))],
          { showHidden: true, depth: 9 },
        );
        assert.ok(!shown.includes(secret) && !JSON.stringify(gate).includes(secret));
      }
    });
  });
}
