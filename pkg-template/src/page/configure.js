// What a page may set before its first call, and where the script's tag says that the service is.
import { RefusedOption, read } from "../options.js";
import { BASE, CONFIGURE } from "../questions.js";
import { core, guard } from "./core.js";
import { hasPage, resolve } from "./doors.js";
import { config, state } from "./state.js";

export function configure(options) {
  const bad = [];
  const o = read(
    "configure",
    options,
    { base: "text", cookieDomain: "text", renewAfter: "seconds", endpoints: "fields" },
    bad,
  );
  if (bad.length) throw bad[0];
  if (state.configUsed) throw new RefusedOption("configure", "configure");
  if (hasPage())
    guard(() => {
      const usableValue = (option, name, value, extra) => {
        const [used] = core(CONFIGURE, 0, name, value, extra || "");
        if (value && !used) throw new RefusedOption("configure", option, value);
        return used;
      };
      const next = Object.assign({}, config, { endpoints: Object.assign({}, config.endpoints) });
      if (o.base) next.base = usableValue("base", "base", o.base, resolve(o.base, document.baseURI));
      if (o.cookieDomain) {
        next.cookieDomain = usableValue("cookieDomain", "cookieDomain", o.cookieDomain, location.hostname);
      }
      if (o.renewAfter !== "") next.renewAfter = o.renewAfter;
      for (let i = 0; i < o.endpoints.length; i += 2) {
        next.endpoints[o.endpoints[i]] = usableValue("endpoints", o.endpoints[i], o.endpoints[i + 1]);
      }
      Object.assign(config, next);
    });
}

// The base that the script's tag names, or that its own URL implies.
export function place(named, script) {
  guard(() => {
    config.base =
      (named && core(CONFIGURE, 0, "base", named, resolve(named, document.baseURI))[0]) || core(BASE, 0, script)[0];
  });
}
