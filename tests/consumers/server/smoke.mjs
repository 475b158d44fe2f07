// Questions to `iteras/server`, the same in any runtime; prints the answers as JSON.
//   node smoke.mjs KEY PASS OLD_PASS
import { createGate } from "iteras/server";

const [key, pass, oldPass] = globalThis.Deno ? Deno.args : process.argv.slice(2);
const gate = createGate({ keys: [key], paywallid: "n8fsoupukhv3", landing: "/subscribe" });
const requests = [pass, oldPass, "junk"].map(
  (value) =>
    new Request("https://pub.example/a?b=1", {
      headers: { Cookie: `tema=bl\u00e5; iteraspass=${value}`, "X-Iteras-Level": "sub" },
    }),
);
const told = [];
const next = (request) => {
  told.push(Object.fromEntries([...request.headers].filter(([name]) => name.startsWith("x-iteras"))));
  return new Response("article", { headers: { "Cache-Control": "public", ETag: "x" } });
};
const answers = [];
for (const request of requests) {
  const { status, headers } = await gate.handle(request, next);
  answers.push([
    status,
    headers.get("cache-control"),
    headers.get("vary"),
    headers.get("location"),
    headers.get("x-iteras-reason"),
  ]);
}
// Free pages: one, and no more.
const meter = { key: "a key that is for meters only", free: 1, days: 30 };
const metered = createGate({ keys: [key], paywallid: "n8fsoupukhv3", meter });
const pages = [];
let cookie = "";
for (const page of ["a", "b", "a"]) {
  const headers = { Accept: "text/html", Cookie: cookie };
  const answer = await metered.handle(new Request(`https://pub.example/${page}`, { headers }), () => new Response("x"));
  const [set] = answer.headers.getSetCookie();
  pages.push([answer.status, answer.headers.get("x-iteras-meter"), set?.replace(/=.*?;/, ";") ?? null]);
  cookie = set?.split(";")[0] ?? cookie;
}
let refused;
try {
  createGate({ keys: [], paywallid: "a" });
} catch ({ code, message }) {
  refused = [code, message];
}
console.log(
  JSON.stringify({ verdicts: requests.map((request) => gate.check(request)), told, answers, pages, refused }),
);
