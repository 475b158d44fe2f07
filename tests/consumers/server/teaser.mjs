// The page on standard input as a teaser and with the open mark; prints both.
//   deno run teaser.mjs KEY < PAGE
import process from "node:process";

import { createGate, mark } from "iteras/server";
import { teaser } from "iteras/teaser";

const [key] = process.argv.slice(2);
const options = {
  gated: ".article-body",
  characters: 120,
  marker: ".more",
  allow: "#consent",
  allowComments: "#include",
};
let page = "";
for await (const chunk of process.stdin.setEncoding("utf8")) page += chunk;
const answer = () => new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
const gate = createGate({ keys: [key], paywallid: "n8fsoupukhv3", teaser: teaser(options), mark });
const cut = await gate.handle(new Request("https://pub.example/a"), answer);
const marked = mark(answer());
process.stdout.write(JSON.stringify({ teaser: await cut.text(), marked: await marked.text() }));
