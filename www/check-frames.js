// Renders pages without their scripts, puts a box at each place where a frame call writes, and measures the boxes around
// it. What is a finding the checker's module decides.
//
// A pasted page is hostile: its frame is sandboxed without `allow-scripts`, so that nothing of it runs, submits or
// navigates; its policy loads style sheets alone, and only if asked to. And since its elements may shadow the members of
// forms and of `document`, those are called as they are on the prototypes.

const SECONDS = 10;
const EMPTY = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
const LOADING = ["src", "srcset", "poster", "data", "background", "archive", "code", "ping", "target", "autofocus"];
const RUNNING = /^(on|(xlink:)?href$|action$|formaction$)/;
const ELEMENTS = ":where(iteras-login, iteras-order, iteras-selfservice) { display: block }";

const own = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name);
const method = (type, name) => {
  const { value } = own(type, name);
  return (self, ...rest) => value.apply(self, rest);
};
const getter = (type, name) => {
  const { get } = own(type, name);
  return (self) => get.call(self);
};
const all = method(Document, "querySelectorAll");
const first = method(Document, "querySelector");
const byId = method(Document, "getElementById");
const newElement = method(Document, "createElement");
const root = getter(Document, "documentElement");
const get = method(Element, "getAttribute");
const set = method(Element, "setAttribute");
const unset = method(Element, "removeAttribute");
const names = method(Element, "getAttributeNames");
const remove = method(Element, "remove");
const replace = method(Element, "replaceWith");
const append = method(Element, "append");
const prepend = method(Element, "prepend");
const after = method(Element, "after");
const replaceContent = method(Element, "replaceChildren");
const matches = method(Element, "matches");
const box = method(Element, "getBoundingClientRect");
const outer = getter(Element, "outerHTML");
const localName = getter(Element, "localName");
const children = getter(Node, "childNodes");
const parent = getter(Node, "parentNode");
const text = getter(Node, "textContent");
const setText = (node, value) => own(Node, "textContent").set.call(node, value);

const fileName = (address) => address.split(/[?#]/)[0].split(/[\\/]/).pop();

/**
 * Measures the frames of pages.
 *
 * `places` and `constants` are the module's; `sheets` are style sheets at hand, `{ name, text }`; with `loads` the others
 * are loaded. Gives `{ measured, notes }`: what the module takes, and a sentence for each thing that was not to be had.
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
  return `${page}: rendered without ${names.length == 1 ? "the style sheet" : "the style sheets"} ${shown}: add the files, or have them loaded`;
}

// The page as text, with nothing in it that would load, run or lead away. The sandbox and the policy keep it from that
// anyway; without it there is less for them to stop, and to complain of on the console.
function harmless({ text: page, address }, sheets, loads) {
  const doc = new DOMParser().parseFromString(page, "text/html");
  const missing = [];
  const base = [...all(doc, "base")].map((element) => get(element, "href")).find(Boolean);
  for (const element of all(doc, "noscript, base, meta[http-equiv]")) remove(element);
  for (const element of all(doc, "script")) set(element, "type", "text/plain");
  for (const element of all(doc, "link")) {
    const sheet = /\bstylesheet\b/i.test(get(element, "rel")) && get(element, "href");
    const given = sheet && sheets.find(({ name }) => fileName(name) == fileName(sheet));
    if (given) {
      const style = newElement(doc, "style");
      if (get(element, "media")) set(style, "media", get(element, "media"));
      setText(style, given.text);
      replace(element, style);
    } else if (!sheet || !loads) {
      if (sheet) missing.push(fileName(sheet) || sheet);
      remove(element);
    }
  }
  for (const element of all(doc, "*")) {
    for (const name of names(element)) {
      const value = get(element, name);
      const isSheet = name == "href" && matches(element, "link");
      const runs =
        RUNNING.test(name) && (name.startsWith("on") || /^[\s\0-\x20]*(javascript|data|vbscript):/i.test(value));
      // A script's address is compared, never loaded: its type is none.
      const loads = LOADING.includes(name) && !matches(element, "script");
      if (!isSheet && (runs || loads)) unset(element, name);
    }
    if (matches(element, "img, input[type=image]")) set(element, "src", EMPTY);
  }
  const head = first(doc, "html > head");
  const style = newElement(doc, "style");
  setText(style, ELEMENTS);
  prepend(head, style);
  const where = resolved(base, address);
  if (where) {
    const element = newElement(doc, "base");
    set(element, "href", where);
    prepend(head, element);
  }
  const policy = newElement(doc, "meta");
  set(policy, "http-equiv", "Content-Security-Policy");
  set(
    policy,
    "content",
    `default-src 'none'; style-src 'unsafe-inline'${loads ? " https: http:" : ""}; img-src data:; form-action 'none'`,
  );
  prepend(head, policy);
  const mode = getter(Document, "compatMode")(doc) == "CSS1Compat" ? "<!doctype html>" : "";
  return { html: mode + outer(root(doc)), missing };
}

function resolved(base, address) {
  try {
    const url = new URL(base || address, address || undefined);
    return /^https?:$/.test(url.protocol) ? url.href : "";
  } catch {
    // No address is known, or none that is one: addresses in the page lead nowhere then.
    return "";
  }
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
    // What a script in the head writes begins the body.
    if (parent(script) === first(doc, "html > head")) prepend(first(doc, "html > body"), element);
    else after(script, element);
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
