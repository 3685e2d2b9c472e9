//! Shrinking: the smallest text that still differs.
//!
//! Texts are cut at their brackets and tokens, so that most candidates still read as one form.

/// Candidates smaller than a text, largest cuts first.
pub fn candidates(text: &str) -> Vec<String> {
    let pieces = pieces(text);
    let mut out = Vec::new();
    for (start, end) in &pieces {
        // A piece instead of the whole.
        if (*start, *end) != (0, text.len()) {
            out.push(text[*start..*end].to_string());
        }
    }
    for (i, (start, end)) in pieces.iter().enumerate() {
        let piece = &text[*start..*end];
        // Without the piece, then with something simple in its place, then with one of its own pieces.
        out.push(format!("{}{}", &text[..*start], text[*end..].trim_start()));
        for simple in ["nil", "1", "[]"] {
            if piece.len() > simple.len() {
                out.push(format!("{}{simple}{}", &text[..*start], &text[*end..]));
            }
        }
        for (s, e) in pieces[i + 1..].iter().take_while(|(s, _)| s < end) {
            out.push(format!("{}{}{}", &text[..*start], &text[*s..*e], &text[*end..]));
        }
    }
    out.retain(|c| c.len() < text.len() && !c.trim().is_empty());
    out.sort_by_key(String::len);
    out.dedup();
    out
}

/// Each round costs a start of both programs.
const MAX_ROUNDS: usize = 40;

/// The smallest text found for which `differs` stays true, asking about many candidates at a time.
pub fn shrink(text: &str, mut differs: impl FnMut(&[String]) -> Vec<bool>) -> String {
    let mut best = text.to_string();
    for _ in 0..MAX_ROUNDS {
        // A name alone has a value of its own, which is seldom what differed.
        let mut candidates = candidates(&best);
        candidates.retain(|candidate| candidate.contains('('));
        let verdicts = differs(&candidates);
        match candidates.into_iter().zip(verdicts).find(|(_, differs)| *differs) {
            Some((smaller, _)) => best = smaller,
            None => break,
        }
    }
    best
}

/// Every bracketed form and every token, as byte ranges, outer before inner.
fn pieces(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let (mut out, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => {
                open.push((at, out.len()));
                out.push((at, at));
                at += 1;
            }
            b')' | b']' | b'}' => {
                at += 1;
                if let Some((start, index)) = open.pop() {
                    out[index] = (start, at);
                }
            }
            b' ' | b',' | b'\n' => at += 1,
            _ => {
                let end = token_end(bytes, at);
                out.push((at, end));
                at = end;
            }
        }
    }
    out.retain(|(start, end)| start < end && text.is_char_boundary(*start) && text.is_char_boundary(*end));
    out
}

fn token_end(bytes: &[u8], start: usize) -> usize {
    if bytes[start] == b'"' {
        let mut at = start + 1;
        while at < bytes.len() && bytes[at] != b'"' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        return (at + 1).min(bytes.len());
    }
    let mut at = start + 1;
    // An escaped character may be a bracket.
    if bytes[start] == b'\\' {
        at += 1;
    }
    while at < bytes.len() && !b"()[]{} ,\n\"".contains(&bytes[at]) {
        at += 1;
    }
    at.min(bytes.len())
}
