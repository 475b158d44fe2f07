import * as common from "./common.cjs";
import * as module from "./module.mjs";

window.copies = { module, common };
window.defineElements = () => import("iteras/elements");
window.makeGlobal = () => import("iteras/global");
