import { dirname } from "node:path";

// The tools are installed once for all consumers, in the folder above.
const root = dirname(import.meta.dirname);

export default { turbopack: { root }, outputFileTracingRoot: root };
