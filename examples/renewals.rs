//! Plays a million readers around an outage of 24 hours, and plots what they ask of the service in the hours after it:
//! `cargo run --release --example renewals > docs/charts/renewals.svg`. The figures go to standard error.

#[path = "../tests/readers/mod.rs"]
#[expect(dead_code, reason = "the tests look at more than is plotted")]
mod readers;

use std::fmt::Write;
use std::ops::Range;
use std::thread;

use readers::{DAY, HOUR, Health, MINUTE, SECOND, Service, Simulation};

/// Readers are played a thousand at a time: none of them knows of another.
const GROUP: usize = 1000;
const GROUPS: u64 = 1000;
const SPAN: u64 = 6 * DAY;
const OUTAGE: Range<u64> = 3 * DAY..4 * DAY;
/// The part that is plotted, and pixels around it and of a minute.
const PLOT: Range<u64> = OUTAGE.end - HOUR..OUTAGE.end + 5 * HOUR;
const MARGIN: usize = 44;
const HEIGHT: usize = 220;
const PIXELS: usize = 2;

fn main() {
    let [spread, alike] = [true, false].map(requests);
    for (name, requests) in [("as shipped", &spread), ("with pauses all as long", &alike)] {
        let most = |of: Range<u64>| {
            (of.start / SECOND..of.end / SECOND)
                .map(|at| requests[at as usize])
                .max()
        };
        let mean = |of: Range<u64>| {
            let all: u64 = (of.start / SECOND..of.end / SECOND)
                .map(|at| u64::from(requests[at as usize]))
                .sum();
            all as f64 / ((of.end - of.start) / SECOND) as f64
        };
        eprintln!(
            "{name}, requests a second: {:.0} on a day without an outage, most {}; {:.0} in the last hour of the outage, most \
             {}; {:.0} in the hour after it, most {}; {:.0} in the fifth",
            mean(2 * DAY..3 * DAY),
            most(2 * DAY..3 * DAY).unwrap_or(0),
            mean(OUTAGE.end - HOUR..OUTAGE.end),
            most(OUTAGE.end - HOUR..OUTAGE.end).unwrap_or(0),
            mean(OUTAGE.end..OUTAGE.end + HOUR),
            most(OUTAGE.end..OUTAGE.end + HOUR).unwrap_or(0),
            mean(OUTAGE.end + 4 * HOUR..OUTAGE.end + 5 * HOUR),
        );
    }
    print!("{}", plot(&minutes(&spread), &minutes(&alike)));
}

/// The requests of each second.
fn requests(is_spread: bool) -> Vec<u32> {
    let threads = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let seconds = || vec![0_u32; (SPAN / SECOND + DAY / SECOND) as usize];
    let some = |first: u64| {
        let mut all = seconds();
        for group in (first..GROUPS).step_by(threads as usize) {
            let phases = vec![(OUTAGE.start, Health::Failing), (OUTAGE.end, Health::Up)];
            let mut simulation = Simulation::new(group + 1, Service { phases }, GROUP, SPAN);
            simulation.is_spread = is_spread;
            simulation.run();
            for at in simulation
                .readers
                .iter()
                .flat_map(|reader| &reader.seen.requests)
            {
                all[(at / SECOND) as usize] += 1;
            }
        }
        all
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || some(first)))
            .collect();
        running.into_iter().fold(seconds(), |mut sum, part| {
            let part = part.join().expect("a simulation does not panic");
            sum.iter_mut()
                .zip(part)
                .for_each(|(one, other)| *one += other);
            sum
        })
    })
}

/// Requests a second in each minute that is plotted.
fn minutes(requests: &[u32]) -> Vec<f64> {
    let plotted = &requests[(PLOT.start / SECOND) as usize..(PLOT.end / SECOND) as usize];
    let mean = |minute: &[u32]| f64::from(minute.iter().sum::<u32>()) / (MINUTE / SECOND) as f64;
    plotted
        .chunks((MINUTE / SECOND) as usize)
        .map(mean)
        .collect()
}

fn plot(spread: &[f64], alike: &[f64]) -> String {
    let most = spread.iter().chain(alike).copied().fold(1.0, f64::max);
    let (width, bottom) = (spread.len() * PIXELS + 2 * MARGIN, MARGIN + HEIGHT);
    let line = |minutes: &[f64], colour| {
        let mut points = String::new();
        for (at, value) in minutes.iter().enumerate() {
            let tall = value / most * HEIGHT as f64;
            let _ = write!(
                points,
                "{},{:.1} ",
                MARGIN + at * PIXELS,
                bottom as f64 - tall
            );
        }
        format!(
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\n"
        )
    };
    let ended = MARGIN + ((OUTAGE.end - PLOT.start) / MINUTE) as usize * PIXELS;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\" role=\"img\">\n\
         <title>Requests a second of a million readers after an outage of 24 hours</title>\n\
         <rect width=\"{width}\" height=\"{}\" fill=\"#fff\"/>\n\
         <rect x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{}\" height=\"{HEIGHT}\" fill=\"#f6d5d0\"/>\n\
         <text x=\"{}\" y=\"{}\" fill=\"#7a2b1f\">down</text>\n\
         <text x=\"{MARGIN}\" y=\"20\">requests a second, most {most:.0}: as shipped (blue), with pauses all as long (red)</text>\n",
        bottom + MARGIN,
        bottom + MARGIN,
        ended - MARGIN,
        MARGIN + 4,
        MARGIN - 6,
    );
    svg += &line(alike, "#b4552d");
    svg += &line(spread, "#24527a");
    for hour in 0..=(PLOT.end - PLOT.start) / HOUR {
        let x = MARGIN + (hour * HOUR / MINUTE) as usize * PIXELS;
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{}\">{} h</text>",
            bottom + 18,
            hour as i64 - 1
        );
    }
    svg + "</svg>\n"
}
