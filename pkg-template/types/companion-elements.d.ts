// `iteras/companion/elements`: the same elements as `iteras/elements`, beside the service's own script.
export * from "./elements.js";
