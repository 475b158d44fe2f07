// `carry`: a page that only links to the log-in page hands its `iteras*` parameters on.
import { guard } from "./core.js";
import { doc } from "./document.js";
import { hasPage, here, parts } from "./doors.js";
import { read } from "./options.js";
import * as core from "./questions.js";

export function carry(paths) {
  const o = read("carry", { paths }, { paths: "list" });
  if (hasPage())
    guard(() => {
      const links = doc.querySelectorAll(o.paths.length ? "a[href]" : "a[href][data-iteras-carry]");
      for (const link of links) {
        // A link of an SVG has no origin, and its address is no text.
        if (!link.origin) continue;
        const { url } = core.carry({ link: parts(link), page: here(), paths: o.paths });
        if (url) link.href = url;
      }
    });
}
