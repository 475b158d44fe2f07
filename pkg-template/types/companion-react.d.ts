// `iteras/companion/react`: the same as `iteras/react`, beside the service's own script.
export * from "./react.js";
