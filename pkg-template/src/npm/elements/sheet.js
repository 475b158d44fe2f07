// The few rules that the elements need. A constructed sheet is no inline style to any style-src.
import { doc } from "../core.js";

const RULES = `
:where(iteras-login, iteras-order, iteras-selfservice, iteras-wall):where(:not([hidden])) { display: block }
iteras-wall [data-when][hidden] { display: none !important }`;
let sheet;

/** Gives the rules to a document or shadow root, once. */
export function sheetFor(root) {
  try {
    sheet = sheet || new CSSStyleSheet();
    if (!sheet.cssRules.length) sheet.replaceSync(RULES);
    const tree = root.nodeType == 9 ? doc : root;
    if (!tree.adoptedStyleSheets.includes(sheet)) tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, sheet];
  } catch (error) {
    // A browser without constructed sheets, or another document's root: `hidden` hides all the same as
    // long as the page's own rules let it.
  }
}
