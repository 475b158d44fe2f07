// `iteras.datalayer.js`: the data layer for the script tag, in front of the others. `data-layer` names another one than
// `dataLayer`, such as Matomo's `_mtm`.
import { doc } from "../page/document.js";
import { listen } from "./datalayer.js";

const { dataset } = doc.currentScript || {};
listen((dataset && dataset.layer) || undefined);
