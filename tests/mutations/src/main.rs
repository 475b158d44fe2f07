//! `mutations SEED COUNT`: judges natively, checks what is known beforehand, and prints a digest for every thousand
//! cases. `mutations SEED case NUMBER` prints one case, `mutations SEED digest NUMBER`
//! its digest.

use std::collections::BTreeMap;
use std::process::ExitCode;

use mutations::Judge;

const BLOCK: u64 = 1000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: &String| text.parse::<u64>().ok();
    match &words[..] {
        [seed, count] => match (number(seed), number(count)) {
            (Some(seed), Some(count)) => all(seed, count),
            _ => usage(),
        },
        [seed, word, at] if word == "case" => match (number(seed), number(at)) {
            (Some(seed), Some(at)) => one(seed, at),
            _ => usage(),
        },
        [seed, word, at] if word == "digest" => match (number(seed), number(at)) {
            (Some(seed), Some(at)) => {
                println!("{:016x}", Judge::new().digest(seed, at, 1));
                ExitCode::SUCCESS
            }
            _ => usage(),
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: mutations SEED COUNT | mutations SEED case|digest NUMBER");
    ExitCode::from(2)
}

fn one(seed: u64, number: u64) -> ExitCode {
    let judge = Judge::new();
    let case = judge.case(seed, number);
    let cookie = case.cookie.escape_ascii();
    println!(
        "case {number}, {}: {:?} with leeway {} of \"{cookie}\" gives {:?}, expected {:?}",
        case.kind,
        case.access,
        case.leeway,
        judge.verdict(&case),
        case.expected
    );
    ExitCode::SUCCESS
}

fn all(seed: u64, count: u64) -> ExitCode {
    let judge = Judge::new();
    let mut kinds: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for from in (0..count).step_by(BLOCK as usize) {
        let block = BLOCK.min(count - from);
        for number in from..from + block {
            let case = judge.case(seed, number);
            let (outcome, _) = judge.verdict(&case);
            if !case.expected.holds(outcome) {
                one(seed, number);
                eprintln!("seed {seed}: case {number} gives {outcome}");
                return ExitCode::FAILURE;
            }
            let (cases, allowed) = kinds.entry(case.kind).or_default();
            *cases += 1;
            *allowed += u64::from(outcome == "allow");
        }
        println!("{from} {:016x}", judge.digest(seed, from, block));
    }
    for (kind, (cases, allowed)) in kinds {
        println!("# {kind}: {cases} cases, {allowed} allowed");
    }
    ExitCode::SUCCESS
}
