//! A picture of rounds: a lane for each peer, a column for each round, messages between them, and
//! how far each peer has come.

use crate::rounds::{Mark, Rounds, name};
use crate::svg;
use std::fmt::Write;

const LANE: usize = 54;
const COLUMN: usize = 150;
const LEFT: usize = 130;
const TOP: usize = 120;
const RADIUS: usize = 15;

/// The picture as a document of SVG. It names all that it shows.
pub fn svg(rounds: &Rounds) -> String {
    let peers = rounds.stakes.len();
    let width = LEFT + COLUMN * rounds.rounds.len() + 40;
    let bottom = TOP + LANE * peers;
    let height = bottom + 60 + 24 * Mark::ALL.len();
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = head(&mut out, rounds, width, height);
    let _ = columns(&mut out, rounds);
    let _ = messages(&mut out, rounds);
    let _ = lanes(&mut out, rounds);
    let _ = legend(&mut out, bottom);
    out.push_str("</svg>\n");
    out
}

fn colour(mark: Mark) -> &'static str {
    match mark {
        Mark::Nothing => "#ffffff",
        Mark::Some => "#e6e6e6",
        Mark::Ordered => "#c6dbef",
        Mark::Proposed => "#6baed6",
        Mark::Consensus => "#2171b5",
        Mark::Final => "#238b45",
    }
}

/// Dark fills take white letters.
fn ink(mark: Mark) -> &'static str {
    if mark >= Mark::Consensus { "#ffffff" } else { "#333333" }
}

fn head(out: &mut String, rounds: &Rounds, width: usize, height: usize) -> std::fmt::Result {
    let authors: Vec<String> = rounds.authors.iter().map(|author| name(*author)).collect();
    let made = if authors.len() == 1 {
        format!("Peer {} has made a block", authors[0])
    } else {
        format!("Peers {} have each made a block", authors.join(" and "))
    };
    let title = format!("{made}: how {} peers come to agree", rounds.stakes.len());
    svg::begin(out, width as i64, height as i64, &title)?;
    writeln!(out, "<text x=\"20\" y=\"58\" fill=\"#555555\">{}</text>", ending(rounds))
}

/// When the blocks were final, as a sentence.
fn ending(rounds: &Rounds) -> String {
    let is_final = |place: usize| rounds.rounds.iter().position(|round| round.own()[place] == Mark::Final);
    let finals: Option<Vec<usize>> = (0..rounds.stakes.len()).map(is_final).collect();
    let more = "More than 67% of the stake must agree at each step.";
    match finals.as_ref().and_then(|finals| finals.iter().max()) {
        Some(last) => format!("Final for all after {last} rounds of messages. {more}"),
        None => format!("Not final for all in the rounds shown. {more}"),
    }
}

fn x(round: usize) -> usize {
    LEFT + COLUMN * round + COLUMN / 2
}

fn y(place: usize) -> usize {
    TOP + LANE * place + LANE / 2
}

fn columns(out: &mut String, rounds: &Rounds) -> std::fmt::Result {
    for round in 0..rounds.rounds.len() {
        let text = if round == 0 { "at the start".to_owned() } else { format!("round {round}") };
        writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{text}</text>", x(round), TOP - 14)?;
    }
    Ok(())
}

/// Thin lines from who knew something new to all others.
fn messages(out: &mut String, rounds: &Rounds) -> std::fmt::Result {
    for round in 1..rounds.rounds.len() {
        let before = rounds.rounds[round - 1].own();
        for from in (0..before.len()).filter(|from| before[*from] > Mark::Nothing) {
            for to in (0..before.len()).filter(|to| *to != from) {
                writeln!(
                    out,
                    "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-opacity=\"0.45\"/>",
                    x(round - 1) + RADIUS,
                    y(from),
                    x(round) - RADIUS,
                    y(to),
                    if before[from] == Mark::Some { "#bbbbbb" } else { colour(before[from]) }
                )?;
            }
        }
    }
    Ok(())
}

fn lanes(out: &mut String, rounds: &Rounds) -> std::fmt::Result {
    for (place, stake) in rounds.stakes.iter().enumerate() {
        writeln!(
            out,
            "<text x=\"20\" y=\"{}\"><tspan font-weight=\"bold\">{}</tspan> {stake:.0}% of stake</text>",
            y(place) + 5,
            name(place)
        )?;
        for (round, shown) in rounds.rounds.iter().enumerate() {
            let mark = shown.own()[place];
            writeln!(
                out,
                "<circle cx=\"{}\" cy=\"{}\" r=\"{RADIUS}\" fill=\"{}\" stroke=\"#333333\"/>",
                x(round),
                y(place),
                colour(mark)
            )?;
            writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{}\">{}</text>",
                x(round),
                y(place) + 5,
                ink(mark),
                mark.letter()
            )?;
        }
    }
    Ok(())
}

fn legend(out: &mut String, bottom: usize) -> std::fmt::Result {
    for (row, mark) in Mark::ALL.into_iter().enumerate() {
        let y = bottom + 40 + 24 * row;
        writeln!(
            out,
            "<circle cx=\"34\" cy=\"{}\" r=\"9\" fill=\"{}\" stroke=\"#333333\"/>",
            y - 5,
            colour(mark)
        )?;
        writeln!(out, "<text x=\"54\" y=\"{y}\">{}: the peer {}</text>", mark.letter(), mark.meaning())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::rounds;

    #[test]
    fn the_picture_names_every_peer_and_round() {
        let picture = svg(&rounds(5, 0));
        for text in [
            "Peer B has made a block",
            "Final for all after 4 rounds",
            ">E</tspan> 20%",
            "round 4",
            "executed",
        ] {
            assert!(picture.contains(text), "{text}");
        }
        assert_eq!(picture.matches("<circle").count(), 5 * 5 + Mark::ALL.len());
    }
}
