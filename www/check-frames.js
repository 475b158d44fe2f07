// Renders pages without their scripts, puts a box at each place where a frame call writes, and measures the boxes
// around it. The checker's module decides which of them are findings.
//
// A pasted page is hostile: its frame is sandboxed without `allow-scripts`, so that nothing of it runs, submits or
// navigates, and its policy loads style sheets alone, and only if asked to.
import { harmless } from "./check-harmless.js";
import {
  after,
  all,
  append,
  box,
  byId,
  children,
  first,
  get,
  localName,
  newElement,
  parent,
  prepend,
  remove,
  replace,
  replaceContent,
  set,
  text,
} from "./check-safe.js";

const SECONDS = 10;

/**
 * Measures the frames of pages.
 *
 * `places` and `constants` are the module's; `sheets` are style sheets at hand, `{ name, text }`; with `loads` the
 * others are loaded. Gives `{ measured, notes }`: what the module takes, and a sentence for each thing that was not to
 * be had.
 */
export async function measure({ sources, places, constants, sheets, loads }) {
  const measured = [];
  const notes = [];
  for (const [index, source] of sources.entries()) {
    const mine = places.map((place, at) => ({ ...place, at })).filter((place) => place.source == index && place.target);
    if (!mine.length) continue;
    const { html, missing } = harmless(source, sheets, loads);
    if (missing.length) notes.push(notLoaded(source.name, missing));
    const { frame, late } = await render(html);
    try {
      if (late) notes.push(`${source.name}: its style sheets did not come within ${SECONDS} seconds`);
      for (const window of constants.windows) {
        frame.style.width = `${window.width}px`;
        frame.style.height = `${window.height}px`;
        for (const place of mine) {
          const boxes = boxesAt(frame, place.target, constants);
          measured.push({ place: place.at, window, boxes });
        }
      }
    } finally {
      frame.remove();
    }
  }
  return { measured, notes };
}

function notLoaded(page, names) {
  const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
  const sheets = names.length == 1 ? "the style sheet" : "the style sheets";
  return `${page}: rendered without ${sheets} ${shown}: add the files, or have them loaded`;
}

async function render(html) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.setAttribute("aria-hidden", "true");
  frame.title = "The page, rendered for measuring";
  frame.tabIndex = -1;
  frame.className = "offstage";
  frame.srcdoc = html;
  let timer;
  const loaded = new Promise((done) => frame.addEventListener("load", () => done(false), { once: true }));
  const late = new Promise((done) => (timer = setTimeout(() => done(true), SECONDS * 1000)));
  document.body.append(frame);
  const result = { frame, late: await Promise.race([loaded, late]) };
  clearTimeout(timer);
  return result;
}

// The boxes from a frame at this place outwards; none where there is no such place.
function boxesAt(frame, target, { height, properties }) {
  const doc = frame.contentDocument;
  const stand = newElement(doc, "iframe");
  set(stand, "width", "100%");
  set(stand, "frameborder", "0");
  stand.style.height = `${height}px`;
  const undo = put(doc, stand, target);
  if (!undo) return [];
  const boxes = [];
  for (let element = stand; element && element !== doc; element = parent(element)) {
    const { top, bottom } = box(element);
    const computed = getComputedStyle(element);
    const style = {};
    for (const name of properties) {
      const value = computed.getPropertyValue(name);
      if (value) style[name] = value;
    }
    boxes.push({
      tag: localName(element),
      id: get(element, "id") || "",
      class: get(element, "class") || "",
      top,
      bottom,
      style,
    });
  }
  undo();
  return boxes;
}

// Puts the element there; gives what takes it away again.
function put(doc, element, target) {
  const take = () => remove(element);
  if (target.kind == "script") {
    const same = (script) => (get(script, "src") ?? null) === target.src && text(script) === target.text;
    const script = [...all(doc, "script")].filter(same)[target.before];
    if (!script) return null;
    // Content that a script of the head writes begins the body.
    const body = first(doc, "html > body");
    if (parent(script) !== first(doc, "html > head")) after(script, element);
    else if (body) prepend(body, element);
    else return null;
    return take;
  }
  if (target.kind == "element") {
    const holder = all(doc, target.name)[target.before];
    if (!holder) return null;
    append(holder, element);
    return take;
  }
  const holder = target.kind == "id" ? byId(doc, target.id) : selected(doc, target.selector);
  if (!holder) return null;
  if (target.manner == "content") {
    const content = [...children(holder)];
    replaceContent(holder, element);
    return () => replaceContent(holder, ...content);
  }
  if (target.manner == "instead") {
    replace(holder, element);
    return () => replace(element, holder);
  }
  if (target.manner == "beside") after(holder, element);
  else append(holder, element);
  return take;
}

function selected(doc, selector) {
  try {
    return first(doc, selector);
  } catch {
    // One of jQuery's own, such as `:visible`.
    return null;
  }
}
