// The options of `teaser`, as far as their form goes; what selectors mean the core says.
import { badOption } from "../errors.js";
import { own } from "../own.js";

const NAMES = ["gated", "characters", "marker", "allow", "allowComments"];

/** The settings, each there and of its kind. */
export function read(options) {
  if (typeof options != "object" || options === null) throw badOption("teaser: expected an object with options");
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name))
      throw badOption(`teaser: there is no ${JSON.stringify(name)}; there are ${NAMES.join(", ")}`);
  }
  const { gated, characters = 600, marker = null, allow = [], allowComments = [] } = own(options);
  if (!Number.isInteger(characters) || characters < 0 || characters > 1e9) {
    throw badOption(`teaser: characters: expected a whole number from 0, got ${String(characters)}`);
  }
  if (Array.isArray(marker) && marker.length != 1) throw badOption("teaser: marker: expected one selector");
  return {
    gated: strings("gated", gated),
    characters,
    marker: marker === null ? null : strings("marker", marker)[0],
    allow: strings("allow", allow),
    allowComments: strings("allowComments", allowComments),
  };
}

function strings(setting, value) {
  const list = typeof value == "string" ? [value] : value;
  const wrong = !Array.isArray(list) || list.some((item) => typeof item != "string" || !item.trim());
  if (wrong) throw badOption(`teaser: ${setting}: expected a string or an array of strings`);
  return [...list];
}
