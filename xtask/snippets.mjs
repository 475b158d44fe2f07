// Snippets of our Markdown documents: `node xtask/snippets.mjs TOOLS` tells those that don't parse, and names in them of
// what does not exist: options of calls, attributes of elements and tags, entries of the package, commands and their
// options, packages of the checkout, ids that are none of the demo's. TOML is the gate's to read:
// tests/servers/snippets.test.mjs.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { documents } from "./documents.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const acorn = createRequire(join(resolve(process.argv[2]), "package.json"))("acorn");
const source = (path) => readFileSync(join(root, path), "utf8");

// --- Names that exist ---

const [INDEX, SERVER, TEASER, ELEMENTS] = ["index", "server", "teaser", "elements"].map((name) =>
  source(`pkg-template/types/${name}.d.ts`),
);

/** The names of an interface's fields, inherited ones included. */
function fields(text, name) {
  const found = new RegExp(`interface ${name}(?: extends (\\w+))? \\{\\n?([^]*?)\\n?\\}\\n`).exec(text);
  if (!found) throw new Error(`the types have no ${name}`);
  const own = Array.from(found[2].matchAll(/^ {2}(?:readonly )?"?([\w:-]+)"?\??(?:\(|: )/gm), ([, field]) => field);
  return new Set([...own, ...(found[1] ? fields(text, found[1]) : [])]);
}

const OPTIONS = {
  wall: fields(INDEX, "WallOptions"),
  watchWall: fields(INDEX, "Requirement"),
  logoutFromWall: fields(INDEX, "LogoutOptions"),
  selfserviceiframe: fields(INDEX, "SelfserviceOptions"),
  orderingiframe: fields(INDEX, "OrderingOptions"),
  paywalliframe: fields(INDEX, "PaywallOptions"),
  signupiframe: fields(INDEX, "SignupOptions"),
  configure: fields(INDEX, "Configuration"),
  createGate: fields(SERVER, "GateOptions"),
  createLogin: fields(SERVER, "LoginOptions"),
  teaser: fields(TEASER, "TeaserOptions"),
};
const KINDS = {
  paywall: "paywalliframe",
  ordering: "orderingiframe",
  selfservice: "selfserviceiframe",
  signup: "signupiframe",
};
const CALLS = new Set(Array.from(INDEX.matchAll(/^export (?:function|const) (\w+)/gm), ([, name]) => name));
const ATTRIBUTES = Object.fromEntries(
  Array.from(ELEMENTS.matchAll(/"(iteras-\w+)": (\w+Attributes);/g), ([, element, type]) => [
    element,
    fields(ELEMENTS, type),
  ]),
);
const ENTRIES = new Set(
  Object.keys(JSON.parse(source("pkg-template/package.json")).exports).map((entry) => entry.replace(".", "iteras")),
);
const TAG = /^data-(paywallid|redirect|access|server|meter|base|engine|layer)$/;

const standin = source("crates/standin/standin.toml");
const ids = (table) =>
  Array.from(standin.matchAll(new RegExp(`\\[\\[${table}\\]\\]\\nid = "([^"]+)"`, "g")), ([, id]) => id);
const IDS = {
  profile: ids("profiles"),
  paywallid: ids("profiles.paywalls"),
  orderingid: ids("profiles.orders"),
  signupid: ids("profiles.orders"),
};

/** The help of each program, by its name and command: `iteras pass verify`. */
const HELP = new Map(
  Array.from(source("docs/reference/cli.md").matchAll(/^#+ ([^\n]+)\n\n```text\n([^]*?)\n```/gm), ([, name, said]) => [
    name,
    said,
  ]),
);
const [, XTASK] = /const USAGE: &str = "\\\n([^]*?)";/.exec(source("xtask/src/main.rs"));
const [, listed] = /const PARTS: \[[^\]]*\] = \[([^\]]*)\]/.exec(source("xtask/src/test.rs"));
const [, named] = /const NAMED_PARTS: [^=]*= &?\[([^\]]*)\]/.exec(source("xtask/src/test.rs"));
const PARTS = Array.from(`${listed}${named}`.matchAll(/"([^"]+)"/g), ([, part]) => part);
const PACKAGES = new Map(
  ["crates/*", "examples/*", "xtask", "fuzz"]
    .flatMap((folder) => (folder.endsWith("*") ? folders(folder.slice(0, -2)) : [folder]))
    .filter((folder) => existsSync(join(root, folder, "Cargo.toml")))
    .map((folder) => [/^name = "([^"]+)"/m.exec(source(`${folder}/Cargo.toml`))[1], folder]),
);
// Programs of others, and words of every shell.
const OTHERS = new RegExp(
  `^(${[
    ...[
      "apt-get",
      "brew",
      "caddy",
      "cat",
      "cd",
      "chmod",
      "chown",
      "cp",
      "curl",
      "docker",
      "dpkg",
      "envsubst",
      "export",
    ],
    ...["install", "kill", "mkdir", "nginx", "node", "npm", "npx", "openssl", "podman", "rustup", "sha256sum", "sudo"],
    ...["systemctl", "tar", "timedatectl", "wasm-pack"],
    ...["echo", "for", "rm", "service", "start-stop-daemon", "tr", "useradd", "userdel"],
  ].join("|")})$`,
);

function folders(folder) {
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
}

// --- Snippets ---

const complaints = [];

function html(text, complain) {
  tags(text, complain);
  for (const [, attributes, script] of text.matchAll(/<script\b([^>]*)>([^]*?)<\/script>/g)) {
    if (script.trim()) program(script, "script", complain);
    for (const [attribute] of attributes.matchAll(/\bdata-[\w-]+/g))
      if (!TAG.test(attribute)) complain(`no tag of ours reads ${attribute}`);
  }
  for (const [, element, given] of text.matchAll(/<(iteras-\w+)\b([^>]*)>/g)) {
    const known = ATTRIBUTES[element];
    if (!known) complain(`there is no element <${element}>`);
    for (const [, attribute, value] of given.matchAll(/([\w-]+)="([^"]*)"/g)) {
      if (!known?.has(attribute) && !/^(prefill-|data-|id$|class$|hidden$)/.test(attribute))
        complain(`<${element}> has no attribute ${attribute}`);
      id(attribute, value, complain);
    }
  }
}

const VOID = /^(area|base|br|col|hr|img|input|link|meta|source|wbr)$/;

/** Every element that is opened is closed, in order: what people paste is to be read by people, too. */
function tags(text, complain) {
  const open = [];
  const plain = text
    .replace(/<!--[^]*?-->|<!doctype[^>]*>/gi, "")
    .replace(/(<(script|style)\b[^>]*>)[^]*?(<\/\2>)/g, "$1$3");
  for (const [, end, name] of plain.matchAll(/<(\/?)([a-z][\w-]*)(?:\s[^>]*)?>/g)) {
    if (VOID.test(name)) continue;
    if (!end) open.push(name);
    else if (open.pop() != name) return complain(`</${name}> closes nothing`);
  }
  if (open.length) complain(`<${open.pop()}> is not closed`);
}

function js(text, complain) {
  program(text, "module", complain);
}

function program(text, sourceType, complain) {
  const options = {
    ecmaVersion: "latest",
    sourceType,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
  };
  let tree;
  try {
    tree = acorn.parse(text, options);
  } catch (error) {
    // A list of values, one a line, is no program.
    const values = text.trim().split("\n");
    try {
      for (const value of values) acorn.parse(`(${value})`, options);
    } catch {
      complain(`does not parse: ${error.message}`);
    }
    return;
  }
  walk(tree, (node) => {
    if (node.type == "ImportDeclaration" || node.type == "ImportExpression") entry(node.source.value, complain);
    if (node.type == "CallExpression") call(node, complain);
    if (node.type == "ArrayExpression" && OPTIONS[node.elements[0]?.value])
      given(node.elements[0].value, node.elements[1], complain);
  });
}

function walk(node, look) {
  if (!node || typeof node != "object") return;
  if (Array.isArray(node)) return node.forEach((one) => walk(one, look));
  if (node.type) look(node);
  for (const [name, value] of Object.entries(node)) if (name != "type") walk(value, look);
}

function entry(name, complain) {
  if (/^iteras(\/|$)/.test(name) && !ENTRIES.has(name)) complain(`the package has no ${name}`);
}

function call({ callee, arguments: values }, complain) {
  const isOurs = callee.type == "MemberExpression" && callee.object.name == "Iteras";
  const name = isOurs ? callee.property.name : callee.name;
  if (isOurs && !CALLS.has(name)) return complain(`Iteras has no ${name}`);
  if (name == "frame" && values.length == 2) return given(KINDS[values[0].value] ?? "frame", values[1], complain);
  if (OPTIONS[name] && (isOurs || callee.type == "Identifier")) given(name, values[0], complain);
}

function given(name, value, complain) {
  if (!OPTIONS[name]) return complain(`there is no call ${name}`);
  if (value?.type != "ObjectExpression") return;
  for (const { key, value: said, type } of value.properties) {
    if (type == "SpreadElement") continue;
    const option = key.name ?? key.value;
    if (!OPTIONS[name].has(option)) complain(`${name} has no option ${option}`);
    const texts = said.type == "ArrayExpression" ? said.elements : [said];
    for (const { type, value } of texts) if (type == "Literal") id(option, value, complain);
  }
}

// Whoever tries an example in the demo is to meet what it names there.
function id(option, value, complain) {
  const known = IDS[option];
  if (!known || typeof value != "string" || value == "…") return;
  for (const one of value.split(","))
    if (!known.includes(one.trim())) complain(`the demo has no ${option} ${one}, only ${known.join(", ")}`);
}

function sh(text, complain) {
  const joined = text.replace(/\\\n\s*/g, " ");
  for (const line of joined.split("\n")) {
    const bare = line.replace(/(^|\s)#.*$/, "").replace(/\s[<>|].*$/, "");
    const words = bare.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
    while (/^\w+=/.test(words[0] ?? "")) words.shift();
    if (words.length) command(words, complain);
  }
}

function command(words, complain) {
  const [program, ...rest] = words;
  if (program == "cargo") return cargo(rest, complain);
  if (["iteras", "iteras-gate", "iteras-standin"].includes(program)) return ours(program, rest, complain);
  if (program == "npm" && rest[0] == "install" && rest[1]?.includes("iteras"))
    if (!["iteras", "./dist/iteras-*.tgz"].includes(rest[1])) complain(`npm install ${rest[1]}: what would that be?`);
  if (!OTHERS.test(program)) complain(`what is ${program}?`);
}

function cargo(words, complain) {
  const [name, ...rest] = words;
  if (name == "xtask") {
    const [what, ...options] = rest;
    if (!new RegExp(`^  ${what}\\b`, "m").test(XTASK)) complain(`cargo xtask has no ${what}`);
    if (what == "test")
      for (const part of options) if (!PARTS.includes(part)) complain(`the tests have no part ${part}`);
    for (const option of options.filter((word) => word.startsWith("--")))
      if (!XTASK.includes(option)) complain(`cargo xtask ${what} has no ${option}`);
    return;
  }
  const after = (...names) => rest[rest.findIndex((word) => names.includes(word)) + 1];
  if (rest.includes("--path")) {
    const path = after("--path");
    if (!existsSync(join(root, path, "src/main.rs"))) complain(`${path} is no program`);
  }
  const asked = rest.some((word) => word == "-p" || word == "--package") && after("-p", "--package");
  if (asked && asked != "iteras" && !PACKAGES.has(asked)) complain(`there is no package ${asked}`);
  if (name == "run" && asked && rest.includes("--")) {
    const program = { "iteras-cli": "iteras" }[asked] ?? asked;
    if (HELP.has(program)) ours(program, rest.slice(rest.indexOf("--") + 1), complain);
  }
}

/** A command of ours: its name is there, and each option stands in what it says of itself. */
function ours(program, words, complain) {
  const path = [program];
  while (HELP.has([...path, words[0]].join(" "))) path.push(words.shift());
  const name = path.join(" ");
  const said = HELP.get(name);
  if (/\nCommands:\n/.test(said)) return complain(`${name} has no command ${words[0]}`);
  for (const word of words.filter((word) => /^-/.test(word) && word != "-")) {
    const option = word.split("=")[0];
    if (!new RegExp(`(^|[\\s,\\[])${option}\\b`, "m").test(said)) complain(`${name} has no option ${option}`);
  }
}

for (const path of documents(root)) {
  const name = relative(root, path);
  const text = readFileSync(path, "utf8");
  for (const fence of text.matchAll(/^( *)```(\w+)[^\n]*\n([^]*?)^\1```/gm)) {
    const line = text.slice(0, fence.index).split("\n").length;
    const complain = (what) => complaints.push(`${name}:${line}: ${what}`);
    const body = fence[3].replace(new RegExp(`^${fence[1]}`, "gm"), "");
    const look = { html, js, mjs: js, sh }[fence[2]];
    if (look) look(body, complain);
  }
}

for (const complaint of complaints) console.error(complaint);
if (complaints.length) process.exitCode = 1;
