// `iteras/companion/js`: the same as `iteras/companion`, without WebAssembly.
export * from "./companion.js";
