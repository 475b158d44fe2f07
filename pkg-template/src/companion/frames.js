// In the place of the page's: frames are the official script's, string for string (companion, step 9).
import { doc } from "../page/document.js";
import { RefusedOption } from "../page/options.js";
import { official } from "./official.js";
import { watch } from "./watch.js";

const KINDS = ["selfservice", "ordering", "signup", "paywall"];

export function frameHtml(method) {
  return (...given) => {
    if (typeof document == "undefined") return "";
    watch();
    return official(method, given);
  };
}

export function frameElement(kind, ...given) {
  if (!KINDS.includes(kind)) throw new RefusedOption("frame", "kind", kind);
  if (typeof document == "undefined") return null;
  watch();
  const template = doc.createElement("template");
  template.innerHTML = official(`${kind}iframe`, given);
  const element = template.content.querySelector("iframe");
  if (!element) throw new Error(`Iteras.frame: the official ${kind}iframe gave no iframe`);
  // An option of ours: the official string may have no name for those who do not see the frame.
  const { title } = given[0] || {};
  if (title && !element.title) element.title = title;
  return element;
}
