// The pages of the demo magazine, read from its folder, so that a new one is in every test that goes over them all.
import { readdirSync } from "node:fs";

/** Each `.html` below `www/`, such as `letters/1.da.html`. */
export const FILES = readdirSync(new URL("../../www", import.meta.url), { recursive: true })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".html"))
  .sort();

/** Whether a file is the Danish twin of the page beside it, which has no address of its own. */
export const isDanish = (name) => name.endsWith(".da.html");

/** The address of each page; what stands at an address that is none is the file `404`. */
export const PAGES = FILES.filter((name) => !isDanish(name))
  .map((name) => name.replace(/(index)?\.html$/, ""))
  .map((name) => `/${name}`)
  .filter((path) => path != "/404");

/** The languages in which there is a page at that address. */
export function languagesOf(path) {
  const file = path.slice(1) + (/\/$/.test(path) ? "index" : "");
  return FILES.includes(`${file}.da.html`) ? ["en", "da"] : ["en"];
}
