// The npm tools of the tests, which `cargo xtask` installs below `target/`.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));
/** A setting from the environment, or that path of the checkout. */
export const setting = (name, otherwise) => process.env[name] || join(root, otherwise);

const tools = createRequire(join(setting("ITERAS_TOOLS", "target/tools/npm"), "package.json"));

export const puppeteer = tools("puppeteer-core");
export const toolPath = (name) => tools.resolve(name);
/** A tool that only some tests load. */
export const tool = (name) => tools(name);
