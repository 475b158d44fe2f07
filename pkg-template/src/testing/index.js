// `iteras/testing`: passes, a service and verdicts for a publisher's own tests. No other entry imports it.
export { makePass, signPass } from "./passes.js";
export { fakeService } from "./service.js";
export { stubIteras } from "./stub.js";
