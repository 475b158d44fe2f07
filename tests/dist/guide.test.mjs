// The guide `docs/guides/install.md`: its commands as they stand there, on this machine, and then undone by its own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { absent, done, folder, KEY, release, root, run } from "./harness.mjs";

const GUIDE = readFileSync(join(root, "docs/guides/install.md"), "utf8");
const ARTICLE = "The whole article.";
/** Commands that need what a test machine lacks: a running systemd, containers in a container, minutes of compiling. */
const NOT_HERE = ["systemctl enable --now iteras-gate", /^podman /, /^cargo install /];

// The commands of the sections with this heading, one a line, and how many blocks they stand in.
function commands(heading) {
  const [, section] = GUIDE.split(`\n## ${heading}\n`);
  assert.ok(section, `the guide has a section ${heading}`);
  const blocks = section.split("\n## ")[0].matchAll(/```sh\n(.*?)```/gs);
  return [...blocks].map(([, block]) => block.trim().split("\n"));
}

const isHere = (command) => !NOT_HERE.some((other) => command == other || (other.test && other.test(command)));

// Runs the lines one after the other; gives what each said.
const all = (lines, cwd) =>
  lines.map((line) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return done("sh", ["-ec", line], { cwd, env });
  });

test("from nothing to a protected article in twelve commands, and back", (t) => {
  absent("/etc/iteras", "/usr/local/bin/iteras", "/usr/local/bin/iteras-gate", "/etc/nginx/conf.d/iteras.conf");
  absent("/var/www/html/articles");
  const [lines] = commands("From nothing to a protected article");
  const [undo, purge] = commands("Upgrading, and going back");
  assert.ok(lines.length <= 12, `${lines.length} commands`);
  assert.deepEqual(purge, ["dpkg --purge iteras iteras-gate"]);
  t.after(() => {
    for (const line of undo) run("sh", ["-c", line], { cwd: release });
    run("service", ["nginx", "stop"]);
  });
  const start = Date.now();
  const said = all(lines, release);
  const seconds = (Date.now() - start) / 1000;
  t.diagnostic(`${lines.length} commands, ${seconds.toFixed(1)} seconds`);
  assert.ok(seconds <= 300, "an afternoon has room for five minutes, with nginx from the network");
  const [denied, article] = said.slice(-2);
  assert.match(denied, /^HTTP\/1\.1 302 .*\r\n/);
  assert.match(denied, /^Location: \/subscribe\?iterasnext=%2Farticles%2F1\.html&iterasaccess=sub\r$/m);
  assert.ok(!denied.includes(ARTICLE), denied);
  assert.match(article, new RegExp(ARTICLE));
  // The gate is nobody who may do anything.
  const pid = readFileSync("/run/iteras-gate.pid", "utf8").trim();
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const user = done("id", ["-u", "iteras"]).trim();
  assert.match(status, new RegExp(`^Uid:(\\t${user}){4}$`, "m"));
  assert.match(done("man", ["--where", "iteras-gate"]), /^\/usr\/local\/(share\/)?man\//);
  // The check that the guide asks for before each change.
  const [[check]] = commands("From nothing to a protected article").slice(1);
  assert.equal(all([check])[0], "gate.toml: sound\n");

  all(undo, release);
  absent("/etc/iteras", "/usr/local/bin/iteras", "/usr/local/bin/iteras-gate", "/etc/nginx/conf.d/iteras.conf");
  absent("/usr/local/share/man/man1/iteras-gate.1", `/proc/${pid}`);
  assert.notEqual(run("id", ["iteras"]).code, 0);
});

test("the Debian packages, by the guide's commands", (t) => {
  absent("/etc/iteras", "/usr/bin/iteras", "/usr/bin/iteras-gate");
  const [[install], configure] = commands("Debian packages");
  const [, [purge]] = commands("Upgrading, and going back");
  t.after(() => {
    run("sh", ["-c", purge]);
    run("rm", ["-r", "-f", "/etc/iteras"]);
  });
  all([install], release);
  const here = configure.filter(isHere);
  assert.equal(configure.length - here.length, 1, "only starting it is left out");
  done("sh", ["-c", `echo ${KEY} > /etc/iteras/pass-key`]);
  assert.deepEqual(all(here), ["", "gate.toml: sound\n"]);
  all([purge]);
  absent("/usr/bin/iteras-gate", "/etc/iteras/gate.toml");
});

test("the commands that are not run name what there is", (t) => {
  const image = commands("An image").flat();
  assert.ok(image.every((line) => !isHere(line)));
  const [, file] = /--input (\S+)/.exec(image[0]);
  const layout = folder(t);
  done("tar", ["-xf", join(release, file), "-C", layout]);
  const index = JSON.parse(readFileSync(join(layout, "index.json"), "utf8"));
  const name = index.manifests[0].annotations["org.opencontainers.image.ref.name"];
  assert.ok(image[1].endsWith(` localhost/${name}`), `${image[1]} runs ${name}`);
  const crates = commands("From source").flat();
  assert.ok(crates.every((line) => !isHere(line)));
  for (const line of crates) {
    const [, path] = /--path (\S+)/.exec(line);
    assert.match(readFileSync(join(root, path, "Cargo.toml"), "utf8"), /^\[\[bin\]\]$/m);
  }
});
