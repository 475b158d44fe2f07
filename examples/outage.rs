//! Plots what a thousand readers ask of the service around an outage of 24 hours, as SVG:
//! `cargo run --release --example outage > docs/outage.svg`.

#[path = "../tests/readers/mod.rs"]
#[expect(dead_code, reason = "the tests look at more than is plotted")]
mod readers;

use readers::{DAY, HOUR, Health, Service, Simulation};

const SPAN: u64 = 9 * DAY;
const OUTAGE: [u64; 2] = [3 * DAY, 4 * DAY];
/// Pixels of a bar, of the plot's height, and of the space around it.
const BAR: usize = 4;
const HEIGHT: usize = 220;
const MARGIN: usize = 44;

fn main() {
    let phases = vec![
        (OUTAGE[0], Health::Silent),
        (OUTAGE[0] + DAY / 2, Health::Failing),
        (OUTAGE[1], Health::Up),
    ];
    let mut simulation = Simulation::new(1, Service { phases }, 1000, SPAN);
    simulation.run();
    let mut hours = vec![0_usize; (SPAN / HOUR + 24) as usize];
    for at in simulation
        .readers
        .iter()
        .flat_map(|reader| &reader.seen.requests)
    {
        hours[(at / HOUR) as usize] += 1;
    }
    print!("{}", plot(&hours));
}

/// Bars for the requests of each hour, the outage shaded, days below.
fn plot(hours: &[usize]) -> String {
    let most = hours.iter().copied().max().unwrap_or(1).max(1);
    let (width, height) = (hours.len() * BAR + 2 * MARGIN, HEIGHT + 2 * MARGIN);
    let x = |at: u64| MARGIN + (at / HOUR) as usize * BAR;
    let bottom = MARGIN + HEIGHT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\" role=\"img\">\n\
         <title>Requests an hour of 1,000 readers around an outage of 24 hours</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <rect x=\"{}\" y=\"{MARGIN}\" width=\"{}\" height=\"{HEIGHT}\" fill=\"#f6d5d0\"/>\n\
         <text x=\"{}\" y=\"{}\" fill=\"#7a2b1f\">service down: silent, then 503</text>\n\
         <text x=\"{MARGIN}\" y=\"20\">requests an hour, most {most}</text>\n",
        x(OUTAGE[0]),
        x(OUTAGE[1]) - x(OUTAGE[0]),
        x(OUTAGE[0]) + 4,
        MARGIN - 6,
    );
    for (hour, count) in hours.iter().enumerate() {
        let tall = count * HEIGHT / most;
        svg += &format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{tall}\" fill=\"#24527a\"/>\n",
            MARGIN + hour * BAR,
            bottom - tall,
            BAR - 1,
        );
    }
    for day in 0..=SPAN / DAY {
        svg += &format!(
            "<text x=\"{}\" y=\"{}\">day {day}</text>\n",
            x(day * DAY),
            bottom + 18
        );
    }
    svg + "</svg>\n"
}
