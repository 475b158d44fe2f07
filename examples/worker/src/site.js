// The site by its settings: a gate, and the paths that it guards. Made once; nothing of a request is kept in it.
import { createGate, mark, normalPath } from "iteras/server";
import { teaser } from "iteras/teaser";

export function siteOf(env) {
  const protectedPaths = words(env, "PROTECTED").map(
    (path) => normalPath(path)?.replace(/\/$/, "") ?? wrong("PROTECTED", `${path} is not a path`),
  );
  const gate = createGate({
    keys: lines(env, "PASS_KEYS"),
    paywallid: words(env, "PAYWALL_ID"),
    gifts: env.GIFT_KEY,
    meter: meterOf(env),
    teaser: teaser({ gated: words(env, "GATED"), characters: Number(setting(env, "CHARACTERS")) }),
    mark,
  });
  return {
    gate,
    origin: new URL(setting(env, "ORIGIN")),
    isOpen(pathname) {
      const path = normalPath(pathname);
      // A path without a normal form could be any page.
      return path !== null && !protectedPaths.some((start) => path == start || path.startsWith(`${start}/`));
    },
  };
}

// `3/30`: so many articles in so many days that open without a pass.
function meterOf(env) {
  if (!env.METER) return undefined;
  const [free, days] = env.METER.split("/").map(Number);
  return { key: setting(env, "METER_KEY"), free, days };
}

const words = (env, name) => setting(env, name).split(" ").filter(Boolean);

// A file may end with a line break; a key may not.
const lines = (env, name) =>
  setting(env, name)
    .replace(/\r?\n$/, "")
    .split("\n");

function setting(env, name) {
  return env[name] || wrong(name, "is not set");
}

function wrong(name, what) {
  throw new Error(`${name}: ${what}`);
}
