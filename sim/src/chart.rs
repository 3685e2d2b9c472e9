//! A chart of confirmation times: a row for each network, a dot for each transaction, and the medians.

use crate::measure::{Confirmation, Network, median};
use crate::svg;
use std::fmt::{Result, Write};

/// A network and how long its transactions took.
pub type Row = (Network, Confirmation);

const LEFT: i64 = 210;
const WIDTH: i64 = 640;
const TOP: i64 = 96;
const ROW: i64 = 64;
const FIRST: &str = "#2171b5";
const LAST: &str = "#d95f02";

/// The chart as a document of SVG. It names all that it shows.
pub fn svg(rows: &[Row]) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = draw(&mut out, rows);
    out
}

/// A step of the axis and its end, in milliseconds, such that all times are on it.
fn axis(rows: &[Row]) -> (i64, i64) {
    let longest = rows.iter().filter_map(|(_, times)| times.last.last()).max().copied().unwrap_or(0);
    let step = if longest > 1_500 { 500 } else { 100 };
    (step, (longest / step + 1) * step)
}

fn draw(out: &mut String, rows: &[Row]) -> Result {
    let (step, end) = axis(rows);
    let (width, bottom) = (LEFT + WIDTH + 40, TOP + ROW * rows.len() as i64);
    let height = bottom + 96;
    let title = "From handing in a transaction until it is final";
    svg::begin(out, width, height, title)?;
    let what = "Simulated time, no faults. A dot is one transaction, a bar the median.";
    writeln!(out, "<text x=\"20\" y=\"58\" fill=\"#555555\">{what}</text>")?;
    for time in (0..=end / step).map(|n| n * step) {
        let x = x(time, end);
        writeln!(out, "<line x1=\"{x}\" y1=\"{TOP}\" x2=\"{x}\" y2=\"{bottom}\" stroke=\"#dddddd\"/>")?;
        writeln!(out, "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{time}</text>", bottom + 20)?;
    }
    writeln!(out, "<text x=\"{}\" y=\"{}\">milliseconds</text>", LEFT + WIDTH - 40, bottom + 40)?;
    for (number, row) in rows.iter().enumerate() {
        lane(out, row, TOP + ROW * number as i64 + ROW / 2, end)?;
    }
    for (place, colour, text) in
        [(LEFT, FIRST, "at the peer that took it in"), (LEFT + 230, LAST, "at the last of all peers")]
    {
        writeln!(out, "<circle cx=\"{place}\" cy=\"{}\" r=\"5\" fill=\"{colour}\"/>", bottom + 67)?;
        writeln!(out, "<text x=\"{}\" y=\"{}\">{text}</text>", place + 12, bottom + 72)?;
    }
    writeln!(out, "</svg>")
}

fn x(time: i64, end: i64) -> i64 {
    LEFT + WIDTH * time / end
}

/// One network: first confirmation above the line, the last below it.
fn lane(out: &mut String, (network, times): &Row, y: i64, end: i64) -> Result {
    let Network { peers, latency, .. } = network;
    let name = format!("{peers} peers, {latency} ms one way");
    writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{name}</text>", LEFT - 14, y + 5)?;
    writeln!(out, "<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\" stroke=\"#999999\"/>", LEFT + WIDTH)?;
    for (list, colour, side) in [(&times.first, FIRST, -1), (&times.last, LAST, 1)] {
        let middle = y + side * 13;
        for time in list {
            writeln!(
                out,
                "<circle cx=\"{}\" cy=\"{middle}\" r=\"4\" fill=\"{colour}\" fill-opacity=\"0.45\"/>",
                x(*time, end)
            )?;
        }
        let at = x(median(list), end);
        writeln!(
            out,
            "<line x1=\"{at}\" y1=\"{}\" x2=\"{at}\" y2=\"{}\" stroke=\"{colour}\" stroke-width=\"3\"/>",
            middle - 9,
            middle + 9
        )?;
        writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" fill=\"{colour}\">{}</text>",
            at + 8,
            middle + 5,
            median(list)
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_shows_each_transaction_and_median() {
        let network = Network { peers: 10, latency: 50, fan_out: 10 };
        let times = Confirmation { first: vec![290, 300, 420], last: vec![310, 330, 450] };
        let chart = svg(&[(network, times)]);
        for text in ["10 peers, 50 ms one way", ">300<", ">330<", ">500<", "milliseconds"] {
            assert!(chart.contains(text), "{text}");
        }
        assert_eq!(chart.matches("<circle").count(), 6 + 2);
    }
}
