// The path of a request in the one form that servers compare.
import { normalPath } from "iteras:server";

import { badOption, begin } from "./core.js";

/** The path's normal form; null where servers disagree about which page it is, so that the strictest rule has to
 * apply. */
export function pathOf(compile, path) {
  if (typeof path != "string") throw badOption(`normalPath: expected a path, got a ${typeof path}`);
  begin(compile);
  return normalPath(path) ?? null;
}
