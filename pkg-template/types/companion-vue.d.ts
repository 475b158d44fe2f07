// `iteras/companion/vue`: the same as `iteras/vue`, beside the service's own script.
export * from "./vue.js";
