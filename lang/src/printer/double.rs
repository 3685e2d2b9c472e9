//! The text of doubles: the shortest decimal that reads back as the same double, at least one digit on each side
//! of the point, in scientific notation below 10^-3 and from 10^7 on.

use crate::Double;

/// The readable text of a double. Other numbers than the canonical NaN that are none print as their encoding.
pub(super) fn text(double: Double) -> String {
    let n = double.get();
    if n.is_nan() {
        return match double == Double::NAN {
            true => "##NaN".into(),
            false => format!("#[1d{:016x}]", double.bits()),
        };
    }
    if n.is_infinite() {
        return if n > 0.0 { "##Inf".into() } else { "##-Inf".into() };
    }
    let sign = if n.is_sign_negative() { "-" } else { "" };
    let n = n.abs();
    if n == 0.0 {
        return format!("{sign}0.0");
    }
    let (digits, exponent) = decimal(n);
    let text = match exponent {
        -3..=-1 => format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize)),
        0..=6 => {
            let point = exponent as usize + 1;
            match digits.split_at_checked(point) {
                Some((whole, "")) => format!("{whole}.0"),
                Some((whole, rest)) => format!("{whole}.{rest}"),
                None => format!("{digits}{}.0", "0".repeat(point - digits.len())),
            }
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            format!("{first}.{}E{exponent}", if rest.is_empty() { "0" } else { rest })
        }
    };
    format!("{sign}{text}")
}

/// The digits of a positive number and the exponent of the first. Where one digit would do, two are taken if they
/// come nearer.
fn decimal(n: f64) -> (String, i32) {
    let mut text = format!("{n:e}");
    if !text.contains('.') {
        let two = format!("{n:.1e}");
        if two.parse() == Ok(n) {
            text = two;
        }
    }
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: String = mantissa.chars().filter(|&c| c != '.').collect();
    let digits = match digits.trim_end_matches('0') {
        "" => "0".to_string(),
        digits => digits.to_string(),
    };
    (digits, exponent.parse().unwrap_or(0))
}
