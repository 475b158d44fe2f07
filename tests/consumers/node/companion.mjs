// Results that a server that renders an app gets from every call of the companion, from both kinds of module, as JSON.
import { createRequire } from "node:module";

import "iteras/companion/elements";

const require = createRequire(import.meta.url);
require("iteras/companion/elements");

function calls(iteras) {
  const frame = { profile: "lumen", orderingid: "1", paywallid: "n8fsoupukhv3", signupid: "1" };
  const told = [];
  iteras.watchWall({ paywallid: "n8fsoupukhv3" }, (verdict) => told.push(verdict))();
  let refused;
  try {
    iteras.configure({ base: "https://iteras.example" });
  } catch (error) {
    refused = [error instanceof Error, error.code, error.message];
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
    configured: String(iteras.configure({})),
    refused,
    version: iteras.version,
  };
}

const entries = [
  await import("iteras/companion"),
  await import("iteras/companion/js"),
  require("iteras/companion"),
  require("iteras/companion/js"),
];
console.log(
  JSON.stringify({
    answers: entries.map(calls),
    symbols: Object.getOwnPropertySymbols(globalThis).map(String),
    hasGlobal: "Iteras" in globalThis,
  }),
);
