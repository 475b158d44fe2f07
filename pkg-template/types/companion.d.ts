// `iteras/companion`: the same as `iteras`, beside the service's own script, whose tag stands in the page. Frames and
// renewal are that script's: `configure` takes nothing, and a frame call throws an `Error` with `code`
// `official_missing` where that script is not there.
export * from "./index.js";
