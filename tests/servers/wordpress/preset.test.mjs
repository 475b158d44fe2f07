// The preset `wordpress` in front of a real WordPress: by no address does a walled article's text come out without a
// pass, and what a site needs stays open.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { ask, HOST, keyFolder, root, startGate, WALL, withPass } from "../harness.mjs";
import { CHIEF, startWordPress } from "./site.mjs";

const CANARY = "CANARY";
const FORM = "Content-Type: application/x-www-form-urlencoded";

// examples/wordpress, with the places of this machine in it.
function config(keys, { port, landing }) {
  let text = readFileSync(join(root, "examples/wordpress/gate.toml"), "utf8");
  for (const [written, here] of [
    ["127.0.0.1:8086", "127.0.0.1:0"],
    ["127.0.0.1:8080", `127.0.0.1:${port}`],
    ["127.0.0.1:8087", "127.0.0.1:0"],
    ["page_id=12", `page_id=${landing}`],
    ["www.pub.example", HOST],
    ['env = "ITERAS_PASS_KEY"', `file = "${keys}/pass-key"`],
    ['env = "ITERAS_EDITOR_KEY"', `file = "${keys}/editor-key"`],
    ["n8fsoupukhv3", WALL],
  ]) {
    assert.equal(text.split(written).length, 2, `the example has ${written} once`);
    text = text.replace(written, here);
  }
  return text;
}

const get = (path, ...headers) => ({ path, headers });
const post = (path, body, ...headers) => ({
  method: "POST",
  path,
  headers: [FORM, ...headers, `Content-Length: ${Buffer.byteLength(body)}`],
  body,
});

// Ways to the text of an article, past its page.
function ways({ article, draft, picture, path, month, feed, landing }) {
  const rest = `rest_route=/wp/v2/posts/${article}`;
  const selects = [
    `p=${article}`,
    `page_id=${article}`,
    "name=fog",
    `P=${article}`,
    `p%5B%5D=${article}`,
    `+p=${article}`,
    `a=1;p=${article}`,
    `attachment_id=${picture}`,
    "attachment=ferry",
    "feed=rss2",
    "feed=atom",
    "feed=rdf",
    `feed=rss2&m=${feed}`,
    "feed=rss2&s=fog",
    "feed=rss2&tag=weather",
    rest,
    "rest_route=/wp/v2/posts",
    "rest_route=%2Fwp%2Fv2%2Fsearch%3Fsearch=fog",
    `rest.route=/wp/v2/posts/${article}`,
    `p=${article}&embed=true`,
    `p=${article}&preview=true`,
    `p=${draft}&preview=true`,
    `p=${article}&feed=rss2&withoutcomments=1`,
    `page_id=${landing}&p=${article}`,
    `page_id=${landing}&${rest}`,
    `pagename=about&name=fog`,
  ];
  const places = [
    "/",
    "/index.php",
    "/about/",
    "/robots.txt",
    "/favicon.ico",
    "/sitemap.xml",
    "/wp-sitemap.xml",
    "/wp-content/none",
    "/wp-includes/none",
    "/wp-admin/none",
    "/wp-admin/none.php",
    "/wp-json/",
    "/wp-json/ours/v1/contact",
    "/wp-blog-header.php",
    "/wp-login.php",
    "/wp-cron.php",
    "/wp-comments-post.php",
    "/wp-admin/admin-ajax.php",
    "/.well-known/x",
    "/none/",
  ];
  const queries = places.flatMap((place) => selects.map((query) => get(`${place}?${query}`)));
  const forms = ["/", "/about/", `/?page_id=${landing}`, "/wp-json/", "/wp-content/none", "/robots.txt"].flatMap(
    (place) =>
      selects.flatMap((query) => [
        post(place, query),
        post(`${place}${place.includes("?") ? "&" : "?"}_method=GET`, query),
      ]),
  );
  const feeds = ["feed", "feed/", "feed/rss2/", "feed/atom", "feed/rdf/", "rss2/", "rss", "atom/", "rdf"].flatMap(
    (end) => ["/", path, month, "/tag/weather/", "/author/chief/", "/index.php/"].map((start) => get(`${start}${end}`)),
  );
  const others = [
    path,
    path.toUpperCase(),
    path.replace("fog", "f%6fg"),
    `/${path}`,
    `/index.php${path}`,
    `${path}?utm_source=x`,
    `${path}embed/`,
    `${path}amp/`,
    `${path}print/`,
    `${path}trackback/`,
    `${path}ferry/`,
    `${path}2/`,
    "/fog/",
    "/?s=fog",
    "/?s=CANAR",
    `/?m=${feed}`,
    "/?author=1",
    "/?tag=weather",
    month,
    "/tag/weather/",
    "/author/chief/",
    "/wp-json/wp/v2/posts",
    `/wp-json/wp/v2/posts/${article}`,
    `/wp-json//wp/v2/posts/${article}`,
    `/wp-json/wp%2Fv2/posts`,
    `/WP-JSON/wp/v2/posts`,
    `/wp-json/WP/V2/posts`,
    "/index.php/wp-json/wp/v2/posts",
    `/wp-json/wp/v2/media/${picture}`,
    "/wp-json/wp/v2/search?search=fog",
    `/wp-json/oembed/1.0/embed?url=http://${HOST}${path}`,
    "/wp-rss2.php",
    "/wp-feed.php",
    "/wp-atom.php",
    "/xmlrpc.php?rsd",
    `/wp-trackback.php/${article}`,
    `/wp-content/..${path}`,
    `/wp-content/%2e%2e${path}`,
    `/wp-login.php${path}`,
    `/wp-admin/index.php${path}`,
    "/wp-links-opml.php",
    "/sitemap.xml",
    "/wp-sitemap-posts-post-1.xml",
  ].map((address) => get(address));
  const call = "<?xml version='1.0'?><methodCall><methodName>wp.getPost</methodName></methodCall>";
  const batch = JSON.stringify({ requests: [{ method: "POST", path: `/wp/v2/posts/${article}` }] });
  const json = "Content-Type: application/json";
  return [
    ...queries,
    ...forms,
    ...feeds,
    ...others,
    { ...post("/xmlrpc.php", call), headers: ["Content-Type: text/xml", `Content-Length: ${call.length}`] },
    { ...post("/wp-json/batch/v1", batch), headers: [json, `Content-Length: ${batch.length}`] },
    get(`/wp-json/?${rest}&_envelope=1`),
    get(`/?${rest}&_jsonp=x`),
  ];
}

test("WordPress: the preset shuts every way to an article, and opens what a site needs", async (t) => {
  const wordpress = await startWordPress(t);
  const keys = keyFolder(t);
  const gate = await startGate(t, config(keys, wordpress), { keys });
  const { article, landing, path } = wordpress;
  const shown = ({ method = "GET", path, body = "" }) => `${method} ${path} ${body}`;

  await t.test("no canary by any address without a pass", async () => {
    const all = ways(wordpress);
    for (const way of all) {
      const gated = await ask(gate.port, way);
      assert.ok(!gated.body.includes(CANARY), `${shown(way)}: ${gated.status}`);
    }
    // WordPress itself does hand it out by them.
    const leaks = [
      `GET ${path} `,
      "GET /feed/ ",
      "GET /wp-json/wp/v2/posts ",
      `GET /wp-content/none?rest_route=/wp/v2/posts/${article} `,
      `GET /robots.txt?rest_route=/wp/v2/posts/${article} `,
      `GET /wp-json/ours/v1/contact?rest_route=/wp/v2/posts/${article} `,
      `POST / p=${article}`,
      "POST / name=fog",
      `POST /wp-content/none name=fog`,
      "POST / feed=rss2",
      `POST /wp-json/?_method=GET rest_route=/wp/v2/posts/${article}`,
    ];
    const silent = [];
    for (const leak of leaks) {
      const way = all.find((way) => shown(way) == leak);
      assert.ok(way, `${leak} is not tried`);
      const bare = await ask(wordpress.port, way);
      if (!bare.body.includes(CANARY)) silent.push(`${leak}: ${bare.status} ${bare.header("location")}`);
    }
    assert.deepEqual(silent, [], "ways that lead to nothing anyway");
  });

  await t.test("a pass opens the article by each of its addresses", async () => {
    for (const address of [path, `/?rest_route=/wp/v2/posts/${article}`, "/feed/"]) {
      const read = await ask(gate.port, get(address, withPass()));
      assert.ok(read.status == 200 && read.body.includes(CANARY), `${address}: ${read.status}`);
    }
  });

  await t.test("what is open stays open", async () => {
    for (const [address, text] of [
      ["/", "Fog"],
      ["/about/", "OPENPAGE"],
      [`/?page_id=${landing}&iterasnext=%2F`, ""],
      ["/wp-login.php", "loginform"],
      ["/wp-includes/js/wp-embed.min.js", "embed"],
      ["/wp-content/themes/ours/style.css", "Ours"],
      ["/robots.txt", "User-agent"],
      ["/wp-sitemap.xml", "sitemap"],
      ["/wp-json/", "Magazine"],
      ["/?s=harbour", "Fog"],
    ]) {
      const answer = await ask(gate.port, get(address));
      assert.ok(
        answer.status < 400 && answer.body.includes(text),
        `${address}: ${answer.status} ${answer.body.slice(0, 300)}`,
      );
    }
    const sent = await ask(gate.port, get(path, "Sec-Fetch-Dest: document"));
    assert.equal(sent.status, 302);
    assert.match(sent.header("location"), new RegExp(`^/\\?page_id=${landing}&iterasnext=`));
    const thanks = await ask(gate.port, post("/wp-json/ours/v1/contact", "your-name=Ann"));
    assert.deepEqual([thanks.status, JSON.parse(thanks.body)], [200, { thanks: "Ann" }]);
    const words = `comment_post_ID=${article}&author=Ann&email=ann%40pub.example&comment=Lovely+fog`;
    const comment = await ask(gate.port, post("/wp-comments-post.php", words));
    assert.equal(comment.status, 302, comment.body);
    const read = await ask(gate.port, get(`/?rest_route=/wp/v2/comments&post=${article}`, withPass()));
    assert.ok(read.body.includes("Lovely fog"), read.body);
  });

  await t.test("staff log in, and the block editor reads, saves and deletes by the editor's cookie", async () => {
    const back = encodeURIComponent(`http://${HOST}/?page_id=${landing}`);
    const login = `log=${CHIEF.name}&pwd=${encodeURIComponent(CHIEF.password)}&testcookie=1&redirect_to=${back}`;
    const entered = await ask(
      gate.port,
      post("/wp-login.php", login, "Cookie: wordpress_test_cookie=WP%20Cookie%20check"),
    );
    assert.deepEqual([entered.status, entered.header("location")], [302, decodeURIComponent(back)], entered.body);
    const set = entered.headers.filter(([name]) => name == "set-cookie").map(([, value]) => value.split(";")[0]);
    const all = `Cookie: ${set.join("; ")}`;
    const wordpresses = `Cookie: ${set.filter((one) => !one.startsWith("iteras")).join("; ")}`;
    assert.notEqual(all, wordpresses, "the snippet makes the editor's cookie");
    const nonce = await ask(gate.port, get("/wp-admin/admin-ajax.php?action=rest-nonce", wordpresses));
    assert.match(nonce.body, /^[0-9a-f]{10}$/);
    const editing = (method, address, body, cookies) => {
      const headers = [cookies, `X-WP-Nonce: ${nonce.body}`, "Content-Type: application/json"];
      return ask(gate.port, { method, path: address, headers: [...headers, `Content-Length: ${body.length}`], body });
    };
    const words = JSON.stringify({ title: "New", content: "By the editor", status: "publish" });
    assert.equal((await editing("POST", "/wp-json/wp/v2/posts", words, wordpresses)).status, 401);
    const made = await editing("POST", "/wp-json/wp/v2/posts", words, all);
    assert.equal(made.status, 201, made.body);
    const { id } = JSON.parse(made.body);
    const read = await editing("GET", `/wp-json/wp/v2/posts/${article}?context=edit`, "", all);
    assert.ok(read.status == 200 && read.body.includes(CANARY));
    assert.equal((await editing("DELETE", `/wp-json/wp/v2/posts/${id}?force=true`, "", all)).status, 200);
    const preview = await ask(gate.port, get(`/?p=${wordpress.draft}&preview=true`, all));
    assert.ok(preview.status == 200 && preview.body.includes(CANARY), `${preview.status}`);
    assert.ok((await ask(gate.port, get("/wp-admin/edit.php?post_type=page", wordpresses))).body.includes("About"));
  });
});
