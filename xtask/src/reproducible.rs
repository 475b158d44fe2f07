//! Two builds that have nothing in common but the sources, held against each other byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::artifact::{self, Place};
use crate::{Result, dist, pack, read, target};

/// Fails where a clean build makes another package or script than the usual one.
pub(crate) fn check() -> Result {
    let (usual, clean) = (Place::usual(), Place::clean()?);
    let mut made = Vec::new();
    for place in [&usual, &clean] {
        artifact::make_in(place)?;
        pack::pack(place)?;
        made.push(files(&place.dist)?);
    }
    let [usual, clean] = &made[..] else {
        return Err("two builds were expected".into());
    };
    if clean.is_empty() {
        return Err("the clean build made nothing".into());
    }
    // The usual folder has what other commands make, too.
    let differs = |(name, bytes): &(&PathBuf, &Vec<u8>)| usual.get(*name) != Some(*bytes);
    match clean.iter().find(differs) {
        Some((name, _)) => Err(format!("two clean builds differ in {}", name.display()).into()),
        None => {
            println!("{} files are the same in two builds", clean.len());
            Ok(())
        }
    }
}

/// Fails where the released programs, compiled twice, differ.
pub(crate) fn check_programs() -> Result {
    let places = [target(), Place::clean()?.target];
    let [usual, clean] = places.map(|place| dist::compile_released_in(&place));
    for (usual, clean) in usual?.iter().zip(clean?) {
        if read(usual)? != read(&clean)? {
            return Err(format!("two builds differ in {}", usual.display()).into());
        }
        println!("{} is the same in two builds", usual.display());
    }
    Ok(())
}

/// All files below a folder, by their path in it.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut all = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            match path.is_dir() {
                true => left.push(path),
                false => {
                    let name = path.strip_prefix(folder)?.to_owned();
                    all.insert(name, read(&path)?);
                }
            }
        }
    }
    Ok(all)
}
