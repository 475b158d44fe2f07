// `carry`: a page that only links to the log-in page hands its `iteras*` parameters on.
import { read } from "../options.js";
import { CARRY } from "../questions.js";
import { core, guard, lines } from "./core.js";
import { hasPage, here, parts } from "./doors.js";

export function carry(paths) {
  const bad = [];
  const o = read("carry", { paths }, { paths: "list" }, bad);
  if (bad.length) throw bad[0];
  if (hasPage())
    guard(() => {
      const links = document.querySelectorAll(o.paths.length ? "a[href]" : "a[href][data-iteras-carry]");
      for (let i = 0; i < links.length; i++) {
        const [url] = core(CARRY, 0, parts(links[i]), here(), lines(o.paths));
        if (url) links[i].href = url;
      }
    });
}
