// docs/reference/, made from what it describes: `node xtask/reference.mjs [--write]` tells the pages that are not what
// their sources say, or writes them. Without the variables ITERAS_CLI, ITERAS_GATE and ITERAS_STANDIN, which name
// programs, the page of their options is left alone.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const source = (path) => readFileSync(join(root, path), "utf8");
const INDEX = "pkg-template/types/index.d.ts";
const ELEMENTS = "pkg-template/types/elements.d.ts";

// --- Types ---

/** The words of a comment, on one line; tags as sentences. */
const words = (comment) =>
  comment
    .replace(/^\s*\/\*\*|\*\/\s*$/g, "")
    .replace(/^\s*\* ?/gm, "")
    .replace(/\s*@throws \{\w+\} /g, " Throws ")
    .replace(/\s*@deprecated /g, " Deprecated: ")
    .replace(/\s+/g, " ")
    .trim();

/** The types of a file: their comments, what they extend, and their fields. */
function interfaces(text) {
  const found = new Map();
  const whole = /(\/\*\*(?:(?!\*\/)[^])*?\*\/)?\n?(?:export )?interface (\w+)(?: extends (\w+))? \{\n?([^]*?)\n?\}\n/g;
  for (const [, comment = "", name, base, body] of text.matchAll(whole)) {
    const field = /(\/\*\*(?:(?!\*\/)[^])*?\*\/)?\s*(?:readonly )?"?([\w:-]+)"?(\??): ((?:[^;{]|\{[^}]*\})+);/g;
    const fields = Array.from(body.matchAll(field), ([, said = "", field, optional, type]) => ({
      name: field,
      isNeeded: !optional,
      type: plain(type),
      said: words(said),
    }));
    found.set(name, { said: words(comment), base, fields });
  }
  return found;
}

// In all options null, undefined and "" count as absent, which the page says once.
const plain = (type) =>
  type
    .replace(/ \| (null|undefined|"")(?= \||$)/g, "")
    .replace(/\s+/g, " ")
    .replace(/\breadonly /g, "");

function functions(text) {
  const whole =
    /(\/\*\*(?:(?!\*\/)[^])*?\*\/)\nexport function (\w+)(<[^(]*>)?\(([^)]*(?:\([^)]*\)[^)]*)*)\): ([^;]+);/g;
  return Array.from(text.matchAll(whole), ([, said, name, , given, gives]) => ({
    name,
    call: `${name}(${given.replace(/\s+/g, " ").replace(/,? $/, "")})`,
    gives,
    said: words(said),
  }));
}

const cell = (text) => text.replaceAll("|", "\\|");
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

function options(types, name) {
  const { fields, base, said } = types.get(name);
  const inherited = base ? ` Besides those of [${base}](#${base.toLowerCase()}).` : "";
  const rows = fields.map(({ name, isNeeded, type, said }) => [
    `\`${name}\`${isNeeded ? ", needed" : ""}`,
    `\`${type}\``,
    said,
  ]);
  const shown = rows.length ? `\n\n${table(["name", "type", "meaning"], rows)}` : "";
  return `### ${name}\n\n${said}${inherited}${shown}`;
}

/** The names of a union of texts. */
const union = (text, name) => {
  const [, body] = new RegExp(`type ${name} =\\s*([^;]+);`).exec(text);
  return Array.from(body.matchAll(/"([^"]+)"/g), ([, one]) => one);
};

// --- Pages ---

const OPTIONS = [
  "Requirement",
  "MeterOptions",
  "WallOptions",
  "LogoutOptions",
  "FrameOptions",
  "SelfserviceOptions",
  "OrderingOptions",
  "PaywallOptions",
  "SignupOptions",
  "Configuration",
  "Endpoints",
  "Pass",
];

function calls() {
  const [text, types] = [source(INDEX), interfaces(source(INDEX))];
  const list = functions(text).map(({ call, gives, said }) => `- **\`${call}\`** gives \`${gives}\`. ${said}`);
  return `# Calls and options

The same in the script for a tag, where they are members of \`Iteras\`, and in the npm package. \`watchWall\` is in
the package alone, \`configure\` is nothing for the companion. In all options \`""\`, \`null\` and \`undefined\` count
as absent.

${list.join("\n")}

## Options

${OPTIONS.map((name) => options(types, name)).join("\n\n")}`;
}

function verdict() {
  const text = source(INDEX);
  const types = interfaces(text);
  const told = new Map(
    Array.from(
      /Why a visitor is not let in\.([^]*?)\*\//.exec(text)[1].matchAll(/- `(\w+)`: ([^\n]+)/g),
      ([, name, said]) => [name, said],
    ),
  );
  const core = Array.from(
    /^reasons! \{([^]*?)^\}/m
      .exec(source("src/policy.rs"))[1]
      .matchAll(/((?:\s*\/\/\/ [^\n]*\n)+)\s*\w+ = "(\w+)", "(\w+)", (\d+);/g),
    ([, said, name, shown, status]) => [
      name,
      said
        .replace(/\s*\/\/\/ /g, " ")
        .trim()
        .replace(/\.$/, ""),
      shown,
      status,
    ],
  );
  const rows = core.map(([name, said, shown, status]) => [
    `\`${name}\``,
    told.get(name) ?? said.replace(/^Servers: /, ""),
    told.has(name) ? "pages and servers" : "servers",
    `${status}, \`${shown}\``,
  ]);
  for (const [name, said] of told)
    if (!core.some(([one]) => one == name)) rows.push([`\`${name}\``, said, "pages", ""]);
  const fields = (name) => types.get(name).fields.map(({ name, type, said }) => [`\`${name}\``, `\`${type}\``, said]);
  return `# Verdict and reasons

\`wall\` returns a verdict at once; handlers and events get objects of the same shape. A verdict never changes: a
later decision is a new object.

${table(["field", "type", "meaning"], fields("VerdictFacts"))}

What the handler \`unauthorized\` gets has \`requested\` besides: \`paywallid\` and \`access\` as the wall had asked
for them. With a meter, \`metered\` is

${table(["field", "type", "meaning"], fields("Metered"))}

## Reasons

The last column is what a gate answers, and its header \`X-Iteras-Reason\`.

${table(["reason", "meaning", "told by", "gate"], rows)}`;
}

function events() {
  const text = source(INDEX);
  const types = interfaces(text);
  const sentences = new Map(
    Array.from(
      /SENTENCES = \{([^]*?)\n\};/.exec(source("pkg-template/src/page/events.js"))[1].matchAll(/(\w+): "([^"]+)"/g),
      ([, code, said]) => [code, said],
    ),
  );
  const rows = types
    .get("IterasEvents")
    .fields.map(({ name, type, said }) => [`\`${name}\``, `\`${type.replace(/^CustomEvent<(.*)>$/, "$1")}\``, said]);
  const codes = union(text, "NoticeCode").map((code) => [
    `\`${code}\``,
    sentences.get(code) ??
      "an option or attribute makes no sense: the sentence names it, what was expected and what came",
  ]);
  const thrown = /export interface IterasError[^]*?\/\*\*([^]*?)\*\//.exec(text)[1];
  const errors = Array.from(thrown.matchAll(/- `(\w+)`: ([^\n]+)/g), ([, code, said]) => [`\`${code}\``, said]);
  return `# Events and messages

On \`document\`:

${table(["event", "`detail`", "when"], rows)}

## What \`iteras:error\` says

\`detail\` has \`code\` and \`message\`; the console has the sentence, too. What to do:
[by symptom](../troubleshooting.md).

${table(["code", "sentence"], codes)}

The companion has two more: \`official_missing\` and \`official_frozen\` ([companion](../spec/companion.md)).

## What is thrown

An \`Error\` with a \`code\`:

${table(["code", "meaning"], errors)}

What frames and pages tell each other is the [wire protocol](../spec/protocol.md#messages).`;
}

function elements() {
  const types = interfaces(source(ELEMENTS));
  const rows = (name) => types.get(name).fields.map(({ name, type, said }) => [`\`${name}\``, `\`${type}\``, said]);
  const parts = types.get("IterasElementAttributes").fields.map(({ name, type }) => {
    const { base, said } = types.get(type);
    const inherited = base == "FrameAttributes" ? " Besides those of [every frame](#every-frame)." : "";
    const own = rows(type);
    const shown = own.length ? `\n\n${table(["attribute", "type", "meaning"], own)}` : "";
    return `## ${name}\n\n${said}${inherited}${shown}`;
  });
  const happenings = types.get("IterasElementEvents").fields.map(({ name, said }) => [`\`${name}\``, said]);
  return `# Elements

By \`import "iteras/elements"\`, or \`iteras/companion/elements\` beside the service's own script. Each attribute is a
property as well. How they behave: [the package](../../pkg-template/README.md#elements).

${parts.join("\n\n")}

## Every frame

${table(["attribute", "type", "meaning"], rows("FrameAttributes"))}

## Events

${table(["event", "when"], happenings)}`;
}

function metrics() {
  const [counters, times] = ["metrics", "times"].map((name) => source(`crates/gate/src/server/${name}.rs`));
  // Counters are written as families, the others as pairs.
  const found = [
    ...counters.matchAll(/family\(\s*"(\w+)",\s*"([^"]+)",/g),
    ...(times + counters).matchAll(/: \[&str; 2\] = \[\s*"(\w+)",\s*"([^"]+)",?\s*\];/g),
  ];
  const rows = found.map(([, name, help]) => [`\`${name}\``, help]);
  return `# Metrics of the gate

At \`/metrics\`, in the text format that Prometheus reads: on the address \`admin\`, with forward-auth and
without it on \`listen\` ([settings](../../crates/gate/README.md#as-a-program)). They live through reloads.

${table(["metric", "tells"], rows)}

\`/healthz\` beside it answers 200 while the program runs, \`/readyz\` 503 from when it is told to end.`;
}

/** The help of a program, and of each of its commands below it. */
function help(program, name, path = []) {
  const { status, stdout, stderr } = spawnSync(program, [...path, "--help"], { encoding: "utf8" });
  if (status != 0) throw new Error(`${[name, ...path].join(" ")} --help: ${stderr}`);
  const [, listed = ""] = /\nCommands:\n([^]*?)(?:\n\n|$)/.exec(stdout) ?? [];
  const commands = Array.from(listed.matchAll(/^ {2}(\S+) /gm), ([, command]) => command).filter(
    (one) => one != "help",
  );
  const depth = "#".repeat(Math.min(path.length + 2, 4));
  const own = `${depth} ${[name, ...path].join(" ")}\n\n\`\`\`text\n${stdout.replace(/ +$/gm, "").trim()}\n\`\`\``;
  return [own, ...commands.map((command) => help(program, name, [...path, command]))].join("\n\n");
}

function cli() {
  const [, usage] = /const USAGE: &str = "\\\n([^]*?)";/.exec(source("xtask/src/main.rs"));
  return `# Programs and their options

${help(process.env.ITERAS_CLI, "iteras")}

${help(process.env.ITERAS_GATE, "iteras-gate")}

${help(process.env.ITERAS_STANDIN, "iteras-standin")}

## cargo xtask

\`\`\`text
${usage}
\`\`\``;
}

/** The gate's log lines, as rows begin: message, level, and fields in the order of the source. */
function logLines() {
  const folder = "crates/gate/src";
  const files = readdirSync(join(root, folder), { recursive: true }).filter((name) => name.endsWith(".rs"));
  return files.flatMap((name) => {
    const call = /tracing::(error|warn|info|debug)!\(((?:[^;]*?,)?)\s*"([^"{]+)"\s*\)[;,]?\n/g;
    const calls = source(join(folder, name)).matchAll(call);
    return Array.from(calls, ([, level, given, message]) => {
      const fields = Array.from(given.matchAll(/(?:^|,)\s*%?(\w+)\s*(?==|,)/g), ([, field]) => `\`${field}\``);
      return `| ${message} | ${level} | ${fields.join(", ")}${fields.length ? " " : ""}|`;
    });
  });
}

const PAGES = { calls, verdict, events, elements, metrics };
if (process.env.ITERAS_CLI) PAGES.cli = cli;

const complaints = [];
for (const [name, make] of Object.entries(PAGES)) {
  const file = `docs/reference/${name}.md`;
  const made = `${make()}\n\n<!-- Made by cargo xtask reference --write. -->\n`;
  const path = join(root, file);
  if (process.argv.includes("--write")) writeFileSync(path, made);
  else if (!existsSync(path) || readFileSync(path, "utf8") != made)
    complaints.push(`${file} is not what its source says: run cargo xtask reference --write`);
}

// The settings of the gate are told by the table of its README, which has to name each.
const readme = source("crates/gate/README.md");
const SETTINGS = "crates/gate/src/settings/config.rs";
const structs = source(SETTINGS).matchAll(
  /#\[derive\([^)]*Deserialize[^)]*\)\]\n(?:#\[serde[^\n]*\n)*pub[^\n]*struct (\w+) \{\n([^]*?)\n\}/g,
);
for (const [, struct, body] of structs)
  for (const [, field] of body.matchAll(/^ {4}(?:pub(?:\(\w+\))? )?(?:r#)?(\w+): /gm))
    if (!new RegExp(`\\b${field}\\b`).test(readme))
      complaints.push(`${basename(SETTINGS)}: README.md has no setting ${field} (${struct})`);

// Log lines likewise, by a page that says more of each than a source can.
const LOG = "docs/reference/log.md";
const told = source(LOG);
for (const row of logLines())
  if (!told.includes(`\n${row} `)) complaints.push(`${LOG}: expected a row that begins with ${row}`);

for (const complaint of complaints) console.error(complaint);
if (complaints.length) process.exitCode = 1;
