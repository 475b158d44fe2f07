// Makes a pasted page into one that is only to be looked at. The sandbox and the policy of its frame keep it from
// running, loading and leading away anyway; without what would, there is less for them to stop, and to complain of on
// the console.
import {
  all,
  allInside,
  compatMode,
  content,
  first,
  get,
  matches,
  names,
  newElement,
  outer,
  prepend,
  remove,
  replace,
  root,
  set,
  setText,
  unset,
} from "./check-safe.js";

const EMPTY = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
const LOADING = ["src", "srcset", "poster", "data", "background", "archive", "code", "ping"];
const LEADING = ["target", "autofocus", "referrerpolicy"];
const ADDRESSES = ["href", "xlink:href", "action", "formaction"];
const SCRIPT = /^[\s\0-\x20]*(javascript|data|vbscript):/i;
const REMOVED = "noscript, base, meta[http-equiv], meta[name=referrer i]";
// As the npm package has them.
const ELEMENTS = ":where(iteras-login, iteras-order, iteras-selfservice) { display: block }";

const fileName = (address) => address.split(/[?#]/)[0].split(/[\\/]/).pop();

/**
 * The page of a source as text for a frame, with the style sheets at hand in it; the others stay where `loads` is true.
 * Gives `{ html, missing }`, the latter names of style sheets.
 */
export function harmless({ text, address }, sheets, loads) {
  const doc = new DOMParser().parseFromString(text, "text/html");
  const missing = [];
  const pick = everywhere(doc);
  const base = [...all(doc, "base")].map((element) => get(element, "href")).find(Boolean);
  const where = resolved(base || address, address);
  for (const element of pick(REMOVED)) remove(element);
  for (const element of pick("script")) set(element, "type", "text/plain");
  for (const element of pick("link")) {
    const sheet = /\bstylesheet\b/i.test(get(element, "rel")) && get(element, "href");
    const given = sheet && sheets.find(({ name }) => fileName(name) == fileName(sheet));
    const loaded = sheet && loads && resolved(sheet, where);
    if (given) {
      const style = newElement(doc, "style");
      if (get(element, "media")) set(style, "media", get(element, "media"));
      setText(style, given.text);
      replace(element, style);
    } else if (loaded) {
      // As it is, Firefox would look for it below the address of our page first.
      set(element, "href", loaded);
    } else {
      if (sheet) missing.push(fileName(sheet) || sheet);
      remove(element);
    }
  }
  for (const element of pick("*")) {
    for (const name of names(element)) if (isHarmful(element, name)) unset(element, name);
    if (matches(element, "img, input[type=image]")) set(element, "src", EMPTY);
  }
  const styles = `style-src 'unsafe-inline'${loads ? " https: http:" : ""}`;
  const policy = `default-src 'none'; ${styles}; img-src data:; form-action 'none'`;
  const own = [
    ["meta", { "http-equiv": "Content-Security-Policy", content: policy }],
    ["meta", { name: "referrer", content: "no-referrer" }],
    ...(where ? [["base", { href: where }]] : []),
    ["style", {}],
  ].map(([name, attributes]) => {
    const element = newElement(doc, name);
    for (const [attribute, value] of Object.entries(attributes)) set(element, attribute, value);
    return element;
  });
  setText(own.at(-1), ELEMENTS);
  prepend(first(doc, "html > head"), ...own);
  const mode = compatMode(doc) == "CSS1Compat" ? "<!doctype html>" : "";
  return { html: mode + outer(root(doc)), missing };
}

// Finds elements in the page and in its templates, which may become shadow trees when it is parsed again.
function everywhere(doc) {
  const templates = (list) => [...list].map(content);
  const trees = templates(all(doc, "template"));
  for (const tree of trees) trees.push(...templates(allInside(tree, "template")));
  return (selector) => [...all(doc, selector), ...trees.flatMap((tree) => [...allInside(tree, selector)])];
}

function isHarmful(element, name) {
  // A script's address is compared, never loaded: its type is none.
  if (LOADING.includes(name)) return !matches(element, "script");
  if (ADDRESSES.includes(name)) return SCRIPT.test(get(element, name)) && !matches(element, "link");
  return LEADING.includes(name) || name.startsWith("on");
}

// The http(s) address; empty where it is none, or relative to one that nobody knows.
function resolved(address, base) {
  const url = URL.canParse(address, base || undefined) && new URL(address, base || undefined);
  return url && /^https?:$/.test(url.protocol) ? url.href : "";
}
