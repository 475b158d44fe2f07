// `iteras/js`: the same as `iteras`, without WebAssembly.
export * from "./index.js";
