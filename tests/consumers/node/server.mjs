// The answers that a server which renders an app gets from every call, from both kinds of module, as JSON.
import { createRequire } from "node:module";

import "iteras/elements";
import "iteras/global";

const require = createRequire(import.meta.url);
require("iteras/elements");
require("iteras/global");

function calls(iteras) {
  const frame = { profile: "lumen", orderingid: "1", paywallid: "n8fsoupukhv3", signupid: "1" };
  const told = [];
  iteras.watchWall({ paywallid: "n8fsoupukhv3" }, (verdict) => told.push(verdict))();
  let refused;
  try {
    iteras.configure({ base: 3 });
  } catch (error) {
    refused = [error instanceof Error, error.code];
  }
  return {
    wall: iteras.wall({ paywallid: "n8fsoupukhv3", redirect: "/log-in", unauthorized: () => told.push("handler") }),
    told,
    logout: String(iteras.logoutFromWall({ redirect: "/" })),
    html: [iteras.selfserviceiframe, iteras.orderingiframe, iteras.paywalliframe, iteras.signupiframe].map((call) =>
      call(frame),
    ),
    frame: iteras.frame("paywall", frame),
    pass: iteras.pass(),
    isLoggedIn: iteras.isLoggedIn(),
    carry: String(iteras.carry()),
    configured: String(iteras.configure({ base: "https://iteras.example" })),
    refused,
    version: iteras.version,
  };
}

const entries = [await import("iteras"), await import("iteras/js"), require("iteras"), require("iteras/js")];
console.log(
  JSON.stringify({
    answers: entries.map(calls),
    symbols: Object.getOwnPropertySymbols(globalThis).map(String),
    hasGlobal: "Iteras" in globalThis,
  }),
);
