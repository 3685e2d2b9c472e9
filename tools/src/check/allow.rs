//! Comments that allow in place what a rule would report.
//!
//! - `; cvx: allow RULE…` on a line of its own holds for the form that starts next; behind code, for the line.
//! - `; cvx: allow-file RULE…` holds for the whole text.
//! - `; cvx: data` says that the text is data and no program: it only has to read.
//!
//! Names of rules are separated by spaces or commas. What follows a bracket or a dash is a reason, for people.

use super::{Finding, rules};
use crate::advice;
use lang::reader::token::{Token, Tokens};
use lang::source::Span;
use std::ops::Range;

/// What comments of a text allow.
#[derive(Default)]
pub struct Allowance {
    source: u32,
    /// Rules, each with the part of the text where findings may start.
    parts: Vec<(&'static str, Range<usize>)>,
    /// Whether the text is data.
    pub is_data: bool,
    /// Names of rules that there are not.
    pub flaws: Vec<Finding>,
}

impl Allowance {
    /// Whether a comment allows a finding.
    pub fn allows(&self, finding: &Finding) -> bool {
        let is_part = |(rule, part): &(&str, Range<usize>)| {
            *rule == finding.rule && part.contains(&(finding.span.start as usize))
        };
        finding.span.source == self.source && self.parts.iter().any(is_part)
    }
}

/// What the comments of a text allow.
pub fn read(text: &str, source: u32) -> Allowance {
    let mut allowance = Allowance { source, ..Allowance::default() };
    let tokens: Vec<(Option<Token>, Range<usize>)> =
        Tokens::new(text, 0).map(|lexeme| (lexeme.token.ok(), lexeme.range)).collect();
    let mut end = 0;
    for next in 0..=tokens.len() {
        let start = tokens.get(next).map_or(text.len(), |(_, range)| range.start);
        let mut offset = end;
        for line in text.get(end..start).unwrap_or_default().split_inclusive('\n') {
            if let Some(comment) = line.find(';') {
                let is_alone = text[..offset + comment].rfind('\n').map_or(0, |at| at + 1);
                let is_alone = text[is_alone..offset + comment].trim().is_empty();
                let place = match is_alone {
                    true => start..form_end(&tokens, next).max(start),
                    false => text[..offset].rfind('\n').map_or(0, |at| at + 1)..offset + line.len(),
                };
                allowance.comment(&line[comment..], offset + comment, place, text.len());
            }
            offset += line.len();
        }
        end = tokens.get(next).map_or(text.len(), |(_, range)| range.end);
    }
    allowance
}

/// Where the form ends that starts with a token.
fn form_end(tokens: &[(Option<Token>, Range<usize>)], first: usize) -> usize {
    let mut depth = 0usize;
    // Metadata stands before the form that it belongs to.
    let mut wanted = 1usize;
    for (token, range) in tokens.get(first..).unwrap_or_default() {
        match token {
            Some(Token::OpenList | Token::OpenVector | Token::OpenSet | Token::OpenMap) => depth += 1,
            Some(Token::CloseList | Token::CloseVector | Token::CloseBrace) => {
                depth = depth.saturating_sub(1);
            }
            Some(Token::Meta) => {
                wanted += usize::from(depth == 0);
                continue;
            }
            Some(Token::Quote | Token::Quasiquote | Token::Unquote | Token::UnquoteSplicing | Token::Tag) => {
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            wanted -= 1;
            if wanted == 0 {
                return range.end;
            }
        }
    }
    tokens.last().map_or(0, |(_, range)| range.end)
}

impl Allowance {
    fn comment(&mut self, comment: &str, offset: usize, place: Range<usize>, length: usize) {
        let Some(words) = comment.trim_start_matches(';').trim_start().strip_prefix("cvx:") else { return };
        let separator = |c: char| c.is_whitespace() || c == ',';
        let mut words = words.split(separator).filter(|word| !word.is_empty());
        let place = match words.next() {
            Some("allow") => place,
            Some("allow-file") => 0..length + 1,
            Some("data") => {
                self.is_data = true;
                return;
            }
            _ => {
                let message = "this comment is for the checks, but says nothing they know";
                self.flaw(
                    comment,
                    offset,
                    message.to_owned(),
                    "`allow`, `allow-file` or `data` was expected",
                );
                return;
            }
        };
        for name in words.take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase())) {
            match rules::rule(name) {
                Some(rule) => self.parts.push((rule.name, place.clone())),
                None => {
                    let near = advice::similar(name, rules::RULES.iter().map(|rule| rule.name));
                    let message = format!("there is no rule `{name}`");
                    self.flaw(comment, offset, message, "allows nothing");
                    if let (Some(flaw), Some(near)) = (self.flaws.last_mut(), near.first()) {
                        flaw.hints.push(format!("did you mean `{near}`?"));
                    }
                }
            }
        }
    }

    fn flaw(&mut self, comment: &str, offset: usize, message: String, label: &str) {
        let end = offset + comment.trim_end().len();
        // The reader refuses texts whose offsets are greater.
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let span = Span { source: self.source, start: at(offset), end: at(end) };
        self.flaws.push(Finding::new("allow", span, message, label));
    }
}
