//! The crate's own sources: a room uses only rooms below it, and no files use each other in a circle.
//!
//! Rooms are the folders and single files of `src`, in the order in which `lib.rs` declares them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Module paths by file, such as `["pages", "form"]`; the root has none.
type Module = Vec<String>;

struct Sources(BTreeMap<Module, String>);

impl Sources {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = BTreeMap::new();
        collect(&root, &root, &mut files);
        files.retain(|module, _| *module != ["main"]);
        Self(files)
    }

    /// The rooms from the bottom up, as the root declares them.
    fn rooms(&self) -> Vec<String> {
        let declared = self.0[&Module::new()].lines().filter_map(|line| {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            line.strip_prefix("mod ")?.strip_suffix(';')
        });
        declared.map(str::to_owned).collect()
    }

    /// The files that one file uses, itself and the root left out.
    fn used_by(&self, module: &Module) -> BTreeSet<Module> {
        let paths = used_paths(&self.0[module], module);
        let files = paths.iter().map(|path| {
            let lengths = (0..=path.len()).rev();
            let file = lengths
                .map(|length| &path[..length])
                .find(|part| self.0.contains_key(*part));
            file.unwrap_or_default().to_vec()
        });
        files
            .filter(|file| !file.is_empty() && file != module)
            .collect()
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<Module, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.insert(
                module_of(root, &path),
                std::fs::read_to_string(&path).unwrap(),
            );
        }
    }
}

fn module_of(root: &Path, path: &Path) -> Module {
    let path: PathBuf = path.strip_prefix(root).unwrap().with_extension("");
    let names = path.iter().map(|name| name.to_str().unwrap().to_owned());
    names
        .filter(|name| name != "mod" && name != "lib")
        .collect()
}

/// All paths of a file that begin with `crate` or `super`, from the root on.
fn used_paths(text: &str, module: &Module) -> Vec<Module> {
    let code: Vec<&str> = text
        .lines()
        .map(|line| line.split("//").next().unwrap())
        .collect();
    let code = code.join("\n");
    let inner = code.find("\nmod tests").unwrap_or(code.len());
    let mut found = Vec::new();
    for (start, word) in code
        .match_indices("crate::")
        .chain(code.match_indices("super::"))
    {
        if code[..start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':')) {
            continue;
        }
        let mut base = match (word, start > inner) {
            ("crate::", _) => Module::new(),
            // The unit tests' own module lies one deeper than the file.
            ("super::", true) => module.clone(),
            _ => module[..module.len() - 1].to_vec(),
        };
        let mut rest = &code[start + word.len()..];
        while let Some(further) = rest.strip_prefix("super::") {
            base.pop();
            rest = further;
        }
        tree(rest, &base, &mut found);
    }
    found
}

/// Reads one path or group of a `use`, and gives the text behind it.
fn tree<'t>(text: &'t str, base: &Module, found: &mut Vec<Module>) -> &'t str {
    let mut text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start_matches([',', ' ', '\n']);
            if let Some(behind) = rest.strip_prefix('}') {
                return behind;
            }
            rest = tree(rest, base, found);
        }
    }
    let mut path = base.clone();
    loop {
        let end = text
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if !name.is_empty() && name != "self" {
            path.push(name.into());
        }
        match rest.strip_prefix("::") {
            Some(rest) if rest.starts_with('{') => return tree(rest, &path, found),
            Some(rest) if !name.is_empty() => text = rest,
            _ => {
                found.push(path);
                let alias = rest.strip_prefix(" as ").unwrap_or(rest);
                return alias
                    .trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '*'));
            }
        }
    }
}

#[test]
fn rooms_use_only_rooms_below_them() {
    let sources = Sources::read();
    let rooms = sources.rooms();
    let height = |room: &String| rooms.iter().position(|held| held == room);
    let mut edges = 0;
    for module in sources.0.keys().filter(|module| !module.is_empty()) {
        let own = height(&module[0]).unwrap_or_else(|| panic!("{module:?} is no room of lib.rs"));
        for used in sources.used_by(module) {
            let below = height(&used[0]).unwrap();
            assert!(
                below <= own,
                "{} uses {}, which lies above it",
                module.join("::"),
                used.join("::")
            );
            edges += 1;
        }
    }
    assert!(
        edges > 100,
        "only {edges} uses were found: is the reader of sources broken?"
    );
}

#[test]
fn files_use_each_other_in_no_circle() {
    let sources = Sources::read();
    let mut left: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for module in sources.0.keys() {
        let mut used = sources.used_by(module);
        // The face of a room declares its files, and passes on what they have.
        let files = sources.0.keys().filter(|file| {
            file.len() == module.len() + 1 && file.starts_with(module) && !module.is_empty()
        });
        used.extend(files.cloned());
        left.insert(module.clone(), used);
    }
    // Files that use no other, or that no other uses, are in no circle: taken away until none is left.
    loop {
        let used: BTreeSet<Module> = left.values().flatten().cloned().collect();
        let before = left.len();
        let open: BTreeSet<Module> = left.keys().cloned().collect();
        left.retain(|file, uses| used.contains(file) && !uses.is_disjoint(&open));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "a circle among: {left:#?}");
}

#[test]
fn uses_are_read_from_groups_tests_and_inner_paths() {
    let text = "use super::form::{self, Input, deep::{A, B as C}};\nuse crate::state::Shared; // use crate::no\n\
                fn f() { crate::clock::now() }\nmod tests {\n    use super::*;\n    use super::super::layout;\n}\n";
    let module = ["pages".to_owned(), "order".to_owned()].to_vec();
    let mut paths: Vec<String> = used_paths(text, &module)
        .iter()
        .map(|path| path.join("::"))
        .collect();
    paths.sort();
    let expected = [
        "clock::now",
        "pages::form",
        "pages::form::Input",
        "pages::form::deep::A",
        "pages::form::deep::B",
        "pages::layout",
        "pages::order",
        "state::Shared",
    ];
    assert_eq!(paths, expected);
}
