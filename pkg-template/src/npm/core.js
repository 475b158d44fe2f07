// The part that all entries share: the page's flows, without a core (page/iteras.js).
export { boot, globalObject, install, setBoot } from "../global.js";
export { doc } from "../page/document.js";
export { suggest } from "../page/options.js";
export { methods, version } from "./methods.js";
export { begin } from "./shared.js";
