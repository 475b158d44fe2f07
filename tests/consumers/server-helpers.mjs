// The common part of the tests of `iteras/server`: the entry as both kinds of module, and passes.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { install, root } from "./harness.mjs";

export const KEY = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
export const WALL = "n8fsoupukhv3";
export const NOW = new Date("2026-01-15T12:00:00Z");

const hmac = (algorithm, key, text) => createHmac(algorithm, key).update(text).digest("hex");
/** A pass with these fields, signed by Node's own HMAC. */
export const signed = (text, { key = KEY, algorithm = "sha256" } = {}) =>
  `${text}/${algorithm}:${hmac(algorithm, key, text)}`;
/** A pass until then, and its cookie. */
export const passUntil = (expiry, options) => signed(`sub|${WALL}|${expiry}|31168|192.0.2.7`, options);
export const PASS = passUntil("2099-12-31T23:59:59Z");
export const cookie = (pass) => `iteraspass=${pass}`;

/** The token of a gift link, by the rules and not by the code that is tested. */
export const giftToken = (key, host, path, expiry, query = "") =>
  `${expiry}.${hmac("sha256", key, `gift2|${host}|${expiry}|${path}|${query}`)}`;

export const vectors = (name) => JSON.parse(readFileSync(join(root, "tests/vectors", name), "utf8"));

/** `iteras/server` from the packed file, `{ import, require }`, and the project that it is installed in. */
export async function entries() {
  const folder = await install("server");
  const require = createRequire(join(folder, "package.json"));
  const file = join(folder, "node_modules/iteras/server.js");
  return { folder, import: await import(pathToFileURL(file)), require: require("iteras/server") };
}

/** The message of what the call throws, which has to be a complaint about an option. */
export function complaint(call) {
  try {
    call();
  } catch (error) {
    if (error.code != "bad_option" || !(error instanceof Error)) throw error;
    return error.message;
  }
  throw new Error("nothing was refused");
}
