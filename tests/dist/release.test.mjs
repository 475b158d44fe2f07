// The files of the release: their bytes are the commit's alone, and few.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { archiveOf, done, folder, MIB, release, root, run } from "./harness.mjs";

const PROGRAMS = ["iteras", "iteras-gate"];

// The archive's program, below a folder of the test.
function unpacked(t, name) {
  const path = folder(t);
  done("tar", ["-xzf", archiveOf(name), "-C", path, "--strip-components=1"]);
  return path;
}

test("packed once more, every file has the same bytes", () => {
  const again = process.env.ITERAS_RELEASE_AGAIN;
  assert.ok(again, "ITERAS_RELEASE_AGAIN names the second release");
  const names = readdirSync(release).sort();
  assert.deepEqual(readdirSync(again).sort(), names);
  assert.equal(names.length, 6, names.join());
  for (const name of names)
    assert.ok(readFileSync(join(release, name)).equals(readFileSync(join(again, name))), `${name} differs`);
});

test("checksums are those of the files", () => {
  const checked = done("sha256sum", ["--check", "SHA256SUMS"], { cwd: release });
  assert.equal(checked.match(/: OK$/gm)?.length, readdirSync(release).length - 1);
});

for (const name of PROGRAMS)
  test(`${name} is one static file of at most 10 MiB, without a path of this machine`, (t) => {
    const file = join(unpacked(t, name), "bin", name);
    const bytes = readFileSync(file);
    t.diagnostic(`${name}: ${bytes.length} bytes`);
    assert.ok(bytes.length <= 10 * MIB, `${bytes.length} bytes`);
    // Program headers of ELF64: type 3 names a loader, which a static program does without.
    const [at, size, count] = [Number(bytes.readBigUInt64LE(32)), bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
    const types = Array.from({ length: count }, (_, header) => bytes.readUInt32LE(at + header * size));
    assert.ok(types.includes(1) && !types.includes(3), `types of program headers: ${types}`);
    for (const path of [root, join(homedir(), ".cargo"), process.env.CARGO_HOME, process.env.CARGO_TARGET_DIR])
      assert.ok(!path || !bytes.includes(path), `${path} is in ${name}`);
    assert.match(done(file, ["--version"]), new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\\n$`));
  });

for (const name of PROGRAMS)
  test(`the archive of ${name} has pages where man and the shells look for them`, (t) => {
    const prefix = unpacked(t, name);
    const env = { ...process.env, MANPATH: join(prefix, "share/man"), MANWIDTH: "100", LC_ALL: "C" };
    const word = name == "iteras" ? "pass" : "--config";
    const begun = word.slice(0, 3);
    assert.match(done("man", [name], { env }), new RegExp(`${name}(.|\\n)*${word}`));
    if (name == "iteras") assert.match(done("man", ["iteras-pass-verify"], { env }), /--paywall/);

    const bash = `. ${prefix}/share/bash-completion/completions/${name}
      COMP_WORDS=(${name} "${begun}"); COMP_CWORD=1
      "$(complete -p ${name} | sed 's/.*-F \\([^ ]*\\).*/\\1/')" ${name} "${begun}" ${name}
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    assert.ok(done("bash", ["-c", bash]).split("\n").includes(word));
    const fish = `source ${prefix}/share/fish/vendor_completions.d/${name}.fish; complete -C '${name} ${begun}'`;
    assert.match(done("fish", ["--no-config", "-c", fish]), new RegExp(`^${word}\\b`, "m"));
    const zsh = `fpath=(${prefix}/share/zsh/site-functions $fpath); autoload -U compinit; compinit -u -d ${prefix}/dump
      print $_comps[${name}]; autoload +X _${name} && print loaded`;
    assert.equal(done("zsh", ["-f", "-c", zsh]), `_${name}\nloaded\n`);
  });

test("unpacking changes no folder that is there", (t) => {
  const prefix = folder(t);
  done("install", ["-d", "-m", "2775", join(prefix, "bin")]);
  done("tar", ["-xzf", archiveOf("iteras"), "-C", prefix, "--strip-components=1"]);
  assert.equal(statSync(join(prefix, "bin")).mode & 0o7777, 0o2775);
  assert.equal(statSync(join(prefix, "bin/iteras")).mode & 0o7777, 0o755);
});

test("nothing is asked of a library", (t) => {
  const file = join(unpacked(t, "iteras-gate"), "bin/iteras-gate");
  assert.match(run("ldd", [file]).out + run("ldd", [file]).err, /statically linked|not a dynamic executable/);
});
