// `carry`: a page that only links to the log-in page hands its `iteras*` parameters on.
import { guard } from "./core.js";
import { hasPage, here, parts } from "./doors.js";
import { read } from "./options.js";
import * as core from "./questions.js";

export function carry(paths) {
  const bad = [];
  const o = read("carry", { paths }, { paths: "list" }, bad);
  if (bad.length) throw bad[0];
  if (hasPage())
    guard(() => {
      const links = document.querySelectorAll(o.paths.length ? "a[href]" : "a[href][data-iteras-carry]");
      for (let i = 0; i < links.length; i++) {
        // A link of an SVG has no origin, and its address is no text.
        if (!links[i].origin) continue;
        const { url } = core.carry({ link: parts(links[i]), page: here(), paths: o.paths });
        if (url) links[i].href = url;
      }
    });
}
