// In the place of the page's: `wall` as the page's script has it, with what the official `wall` is to be told.
import { wall as decided } from "../page/walls.js";
import { calls } from "../page/state.js";
import { watch } from "./watch.js";

export { look } from "../page/walls.js";

export function wall(options) {
  watch();
  if (!options || typeof options != "object" || Array.isArray(options)) return decided(options);
  // Getters run here, once.
  const own = {};
  for (const name in options) own[name] = options[name];
  const given = {};
  for (const name of ["paywallid", "access"]) if (own[name] !== undefined) given[name] = own[name];
  const place = calls.length;
  try {
    return decided(own);
  } finally {
    if (calls[place]) calls[place].given = given;
  }
}
