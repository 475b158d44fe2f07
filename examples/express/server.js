// A magazine of one article, which is sent to subscribers and to nobody else.
import express from "express";
import { createGate, expressGate } from "iteras/server";

const { ITERAS_KEY, ITERAS_OLD_KEY, ITERAS_GIFT_KEY, ITERAS_PAYWALL = "n8fsoupukhv3", PORT = "8080" } = process.env;

if (!ITERAS_KEY) console.error("ITERAS_KEY is not set: the signing key of the account settings is missing");

// Throws a sentence that names the setting, so that a server without its key does not start.
const gate = createGate({
  // While the key is changed, passes by the old one still count; the hook says whether there are any left.
  keys: [{ id: "new", key: ITERAS_KEY }, ...(ITERAS_OLD_KEY ? [{ id: "old", key: ITERAS_OLD_KEY }] : [])],
  paywallid: ITERAS_PAYWALL,
  landing: "/subscribe",
  gifts: ITERAS_GIFT_KEY,
  onOldKey: (id) => console.log(`a pass by the ${id} key`),
});

const page = (title, body, head = "") =>
  `<!doctype html><html lang="en"><meta charset="utf-8">${head}<title>${title}</title><h1>${title}</h1>${body}</html>\n`;

const app = express();

app.get("/", (req, res) => res.send(page("The magazine", '<p><a href="/articles/light">An article</a>')));

app.get("/subscribe", (req, res) => res.send(page("Subscribe", "<p>The order form and the log-in stand here.")));

app.get("/articles/light", expressGate(gate), (req, res) => {
  // A page that a gift link opened says so to the wall in it, which would else close it again.
  const isGift = req.get("X-Iteras-Verdict") == "gift";
  const mark = isGift ? '<meta name="iteras-gate" content="open">' : "";
  const reader = isGift ? "a guest" : `subscriber ${req.iteras.subscriber}`;
  res.send(page("Light", `<p>For ${reader}: the whole article.`, mark));
});

const server = app.listen(Number(PORT), "127.0.0.1", () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`),
);
