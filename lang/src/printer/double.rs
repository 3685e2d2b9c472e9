//! The text of doubles: at least one digit on each side of the point, in scientific notation below 10^-3 and from
//! 10^7 on.

use crate::Double;

/// The readable text of a double. Other numbers than the canonical NaN that are none print as their encoding.
pub(super) fn text(double: Double) -> String {
    let sign = if double.get().is_sign_negative() { "-" } else { "" };
    let Some(decimal) = double.decimal() else {
        return match double.get().is_nan() {
            false => format!("##{sign}Inf"),
            true if double == Double::NAN => "##NaN".into(),
            true => format!("#[1d{:016x}]", double.bits()),
        };
    };
    let digits = decimal.digits.to_string();
    // The exponent of the first digit.
    let exponent = decimal.exponent + digits.len() as i32 - 1;
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
