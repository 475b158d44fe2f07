// A teaser where the runtime has HTMLRewriter; prints it.
//   bun teaser.mjs KEY PAGE
import { readFileSync } from "node:fs";

import { createGate, mark, teaser } from "iteras/server";

const [key, page] = process.argv.slice(2);
const options = {
  gated: ".article-body",
  characters: 120,
  marker: ".more",
  allow: "#consent",
  allowComments: "#include",
};
const gate = createGate({ keys: [key], paywallid: "n8fsoupukhv3", teaser: teaser(options), mark });
const headers = { "Content-Type": "text/html; charset=utf-8" };
const answer = await gate.handle(
  new Request("https://pub.example/a"),
  () => new Response(readFileSync(page), { headers }),
);
process.stdout.write(await answer.text());
