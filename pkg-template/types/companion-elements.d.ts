// `iteras/companion/elements`: the same elements as `iteras/elements`, beside the service's own script.
import "./elements.js";
export * from "./elements.js";
