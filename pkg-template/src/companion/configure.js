// In the place of the page's: there is nothing to configure, since all of it is the official script's business.
import { RefusedOption, read } from "../page/options.js";

const OPTIONS = { base: "text", cookieDomain: "text", renewAfter: "seconds", endpoints: "fields" };

export function configure(options) {
  const bad = [];
  const values = read("configure", options, OPTIONS, bad);
  for (const name of Object.keys(OPTIONS)) {
    if (`${values[name]}` === "") continue;
    const error = new RefusedOption("configure", name, options[name]);
    error.message = `Iteras.configure: ${name}: expected to be left to the official script`;
    bad.push(error);
  }
  if (bad.length) throw bad[0];
}
