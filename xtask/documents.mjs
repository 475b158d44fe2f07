// Our Markdown documents, for what checks them.
import { readdirSync } from "node:fs";
import { join } from "node:path";

// Other people's files, and what is made.
const SKIPPED = new Set([".git", "dist", "html5lib", "node_modules", "target"]);

/** The paths of all documents below a folder. */
export function documents(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return documents(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}
