// The configuration: a page may set it before its first call; the script's tag gives the base.
import { guard } from "./core.js";
import { doc } from "./document.js";
import { hasPage, resolve } from "./doors.js";
import { RefusedOption, read } from "./options.js";
import * as core from "./questions.js";
import { config, state } from "./state.js";

export function configure(options) {
  const o = read("configure", options, {
    base: "text",
    cookieDomain: "text",
    renewAfter: "seconds",
    endpoints: "fields",
  });
  if (state.configUsed) throw new RefusedOption("configure", "call it before wall and frames");
  if (hasPage())
    guard(() => {
      const usable = (used, option, value) => {
        if (!used) throw new RefusedOption("configure", option, value);
        return used;
      };
      const next = Object.assign({}, config, { endpoints: Object.assign({}, config.endpoints) });
      if (o.base) {
        const { base } = core.base({ url: resolve(o.base, doc.baseURI), script: "" });
        next.base = usable(base, "base", o.base);
      }
      if (o.cookieDomain) {
        // As the browser writes hosts: in small letters and ASCII.
        const named = resolve(`http://${o.cookieDomain}`);
        const { domain } = core.cookieDomain({ domain: named, host: location.hostname });
        next.cookieDomain = usable(domain, "cookieDomain", o.cookieDomain);
      }
      if (o.renewAfter !== "") next.renewAfter = o.renewAfter;
      for (let i = 0; i < o.endpoints.length; i += 2) {
        const [name, value] = [o.endpoints[i], o.endpoints[i + 1]];
        const { template } = core.template({ name, template: value });
        next.endpoints[name] = usable(template, "endpoints", value);
      }
      Object.assign(config, next);
    });
}

// The base that the script's tag names, or that its own URL implies; not asked for before it is needed, which is after
// the verdict.
let placed = () => "";

export function place(named, script) {
  const from = doc.baseURI;
  placed = () => core.base({ url: named ? resolve(named, from) : [], script }).base;
}

export const base = () => config.base || (config.base = placed());
