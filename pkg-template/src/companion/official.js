// The official script's functions: found on the page's global, replaced there by ours, and called with the object on
// which they were found (companion, step 1).
import { boot, copied, globalObject, setBoot } from "../global.js";
import { SENTENCES, once, warnOnce } from "../page/events.js";

SENTENCES.official_missing = "the service's own script is not on this page, or has not come yet";
SENTENCES.official_frozen = "the service's own script can't be stood beside: its functions stay as they are";

// By name, the functions in the order in which they were found: a page may have put one of its own around ours.
const found = {};
const ours = {};
// The object on which ours stand; none in the npm package, which leaves the global alone.
let home;
let running = 0;

// Ours, each of which steps aside while an official function runs.
export function stepAside(methods) {
  for (const name of Object.keys(methods)) {
    found[name] = [];
    ours[name] = (...given) => (running ? official(name, given) : methods[name](...given));
  }
  return ours;
}

export function place() {
  home = globalObject();
  takeUp();
}

// Looks for official functions that are not known yet; tells that there were some.
export function takeUp() {
  let came = false;
  const object = home ? globalObject() : window.Iteras;
  for (const name of Object.keys(ours)) {
    const method = member(object, name);
    const known = found[name];
    if (typeof method != "function" || method == ours[name] || known.some((one) => one.method == method)) continue;
    known.push({ method, object: copied.get(object) || object });
    came = true;
  }
  if (home) publish(object);
  return came;
}

// An element called Iteras has no such members, and of another site's frame none may be read.
function member(object, name) {
  try {
    return object[name];
  } catch (error) {
    return undefined;
  }
}

function publish(object) {
  let stays = window.Iteras != object;
  for (const name of Object.keys(ours)) {
    try {
      object[name] = ours[name];
    } catch (error) {
      // Told below.
    }
    stays = stays || member(object, name) != ours[name];
  }
  if (object != home) {
    // The official script has put an object of its own over the global.
    for (const name of Object.keys(home)) if (!(name in object)) object[name] = home[name];
    if (boot(home)) setBoot(object, boot(home));
    home = object;
  }
  if (stays) {
    once("official_frozen");
    warnOnce(SENTENCES.official_frozen);
  }
}

export const isThere = (name) => found[name].length > 0;

// A function that calls ours again finds the one that was there before it.
export function official(name, given) {
  if (!running) takeUp();
  const known = found[name];
  const one = known[Math.max(0, known.length - 1 - running)];
  if (!one) {
    once("official_missing");
    throw Object.assign(new Error(`Iteras.${name}: ${SENTENCES.official_missing}`), { code: "official_missing" });
  }
  running++;
  try {
    return one.method.apply(one.object, given);
  } finally {
    running--;
  }
}

// Does work of ours and the page's that an official function brought about, as if that had ended.
export function apart(work) {
  const before = running;
  running = 0;
  try {
    return work();
  } finally {
    running = before;
  }
}
