// `iteras/datalayer`: the same for apps. Importing it does nothing; on a server `listen` does nothing, too.
import { listen as inPage } from "./datalayer.js";

export const listen = (options) => {
  if (typeof document == "undefined") return () => {};
  return inPage((options && options.layer) || undefined);
};
