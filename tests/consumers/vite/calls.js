// For tests to call.
import * as iteras from "iteras";

window.iteras = iteras;
window.withoutWasm = () => import("iteras/js");
