//! The decimal digits of doubles: those of `Double.toString` of Java 19 and later, on which the
//! network runs.
//!
//! Of the decimals that read back as the double, those of the fewest digits are candidates. The
//! nearest to the double is taken, of two as near the one with an even last digit. Where one digit
//! would do, decimals of two digits are candidates too: `4.9E-324` is nearer than `5E-324`. Only a
//! few of the smallest doubles have such a text.

use crate::Double;

/// A magnitude in decimal: `digits` times ten to the power of `exponent`. The last digit is not 0,
/// but for 0 itself.
///
/// It reads back as the double it was made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decimal {
    /// All digits as one number, at most 17 of them.
    pub digits: u64,
    /// The power of ten that the last digit counts.
    pub exponent: i32,
}

impl Double {
    /// The magnitude of the double in the digits it is written with; `None` when it is infinite or
    /// no number.
    pub fn decimal(self) -> Option<Decimal> {
        let magnitude = self.get().abs();
        if !magnitude.is_finite() {
            return None;
        }
        // The standard library gives as few digits, but of two as near it takes the larger.
        let shortest = Decimal::read(zmij::Buffer::new().format_finite(magnitude));
        match shortest.digits {
            // The doubles whose text this changes are evenly spaced, so the nearer one reads back too.
            1..=9 => Some(Decimal::read(&format!("{magnitude:.1e}"))),
            _ => Some(shortest),
        }
    }
}

impl Decimal {
    /// Reads digits with or without a point and an exponent, as programs for numbers write them.
    fn read(text: &str) -> Decimal {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let digits = mantissa.bytes().filter(u8::is_ascii_digit);
        let digits = digits.fold(0, |n, digit| 10 * n + u64::from(digit - b'0'));
        let exponent: i32 = exponent.parse().expect("the exponent of a double is a small integer");
        Decimal { digits, exponent: exponent - places as i32 }.trimmed()
    }

    /// The same number without zeros at the end.
    fn trimmed(mut self) -> Decimal {
        if self.digits == 0 {
            return Decimal { digits: 0, exponent: 0 };
        }
        while self.digits.is_multiple_of(10) {
            self.digits /= 10;
            self.exponent += 1;
        }
        self
    }
}
