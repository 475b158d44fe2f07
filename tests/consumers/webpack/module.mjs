// The package as an ES module.
export * from "iteras";
