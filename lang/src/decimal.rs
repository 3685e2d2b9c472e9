//! The decimal digits of doubles: enough to tell a double from its neighbours, and those that the reference takes.
//!
//! The reference's answers were recorded on Java 17, which does not always take the fewest digits that read back
//! as the same number, nor the nearest of these (JDK-4511638; Java 19 and later do). These are its rules:
//!
//! - A whole number below 2^63 is written out. Of 2^54 and more the last digits are rounded away, half up, as many
//!   as the whole number below the decimal logarithm of a quarter of the distance to the next double.
//! - Any other number is cut after ever more digits until the tolerance, half the distance to the next double, is
//!   more than what was cut off (then the cut text would do) or more than what is missing to one more in the last
//!   digit (then that would do). If both would do the nearer is taken, of two as near the even one.
//! - A number to be written with an exponent is first cut after two digits. If it is so coarse that the power of ten
//!   above it would do, that counts as the first.
//! - Of a power of two half the tolerance counts. That is right below it, and too strict above.
//! - Two more differences come from the width of the integers used: see [`Width`].

use crate::Double;
use num_bigint::BigUint;
use num_traits::pow;
use std::cmp::Ordering;
use std::f64::consts::LOG10_2;
use std::ops::RangeInclusive;

/// Bits of a double after its leading one.
const FRACTION_BITS: u32 = 52;

/// The exponent of the lowest bit in doubles with the lowest exponent, those without a leading one among them.
const LOWEST_EXPONENT: i32 = -1074;

/// Whole numbers below 2^54 are written to the last digit.
const EXACT_BITS: u32 = 54;

/// Decimal exponents of numbers that may have but a single digit, as they are mostly written without exponent.
const SINGLE_DIGIT: RangeInclusive<i32> = -3..=7;

/// A magnitude in decimal: `digits` times ten to the power of `exponent`. The last digit is not 0, but for 0 itself.
///
/// It reads back as the double it was made from, but for very few: from about 10^26 on, digits that are exactly
/// halfway to the next double may be taken, and read as that one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decimal {
    /// All digits as one number, at most 18 of them.
    pub digits: u64,
    /// The power of ten that the last digit counts.
    pub exponent: i32,
}

impl Double {
    /// The magnitude of the double in the digits it is written with; `None` when it is infinite or no number.
    pub fn decimal(self) -> Option<Decimal> {
        if !self.get().is_finite() {
            return None;
        }
        let decimal = match Binary::magnitude(self) {
            None => Decimal { digits: 0, exponent: 0 },
            Some(binary) => match binary.whole() {
                Some(whole) => round_whole(whole),
                None => Scale::new(binary).decimal(),
            },
        };
        Some(decimal.trimmed())
    }
}

impl Decimal {
    /// The same number without zeros at the end.
    fn trimmed(mut self) -> Decimal {
        while self.digits != 0 && self.digits.is_multiple_of(10) {
            self.digits /= 10;
            self.exponent += 1;
        }
        self
    }
}

/// A positive number: `bits` times two to the power of `scale`, where bit 0 is the last that a double of this size
/// can have.
#[derive(Clone, Copy)]
struct Binary {
    bits: u64,
    scale: i32,
}

impl Binary {
    /// The magnitude of a finite double, `None` for 0.
    fn magnitude(double: Double) -> Option<Binary> {
        let fraction = double.bits() & ((1 << FRACTION_BITS) - 1);
        let exponent = double.bits() >> FRACTION_BITS & 0x7ff;
        match exponent {
            0 if fraction == 0 => None,
            0 => Some(Binary { bits: fraction, scale: LOWEST_EXPONENT }),
            _ => Some(Binary {
                bits: fraction | 1 << FRACTION_BITS,
                scale: LOWEST_EXPONENT + (exponent - 1) as i32,
            }),
        }
    }

    /// The exponent of the leading bit.
    fn exponent(self) -> i32 {
        self.scale + self.bits.ilog2() as i32
    }

    /// The power of ten of the first digit, or one more.
    fn decimal_exponent(self) -> i32 {
        let exponent = self.exponent();
        let mantissa = libm::scalbn(self.bits as f64, self.scale - exponent);
        // The tangent of the logarithm at 1.5, which is nowhere below it. How far it is above matters too: the guess
        // decides which width of integers is taken.
        let logarithm = (mantissa - 1.5) * 0.289_529_654 + 0.176_091_259;
        libm::floor(logarithm + f64::from(exponent) * LOG10_2) as i32
    }

    /// The number, if it is whole and below 2^63.
    fn whole(self) -> Option<u64> {
        let is_whole = self.scale + self.bits.trailing_zeros() as i32 >= 0;
        (is_whole && self.exponent() < 63).then(|| match self.scale {
            0.. => self.bits << self.scale,
            _ => self.bits >> -self.scale,
        })
    }
}

/// A whole number without the digits that tell nothing.
fn round_whole(whole: u64) -> Decimal {
    let quarter = whole.ilog2().checked_sub(EXACT_BITS).map_or(1, |bits| 1_u64 << bits);
    let dropped = quarter.ilog10();
    let unit = 10_u64.pow(dropped);
    Decimal { digits: (whole + unit / 2) / unit, exponent: dropped as i32 }
}

/// The scale at which a number, its tolerance and the unit of its first digit are whole: the powers of two and five
/// that they are multiplied by.
struct Scale {
    /// The number over the tolerance.
    ratio: u64,
    number_twos: u32,
    number_fives: u32,
    unit_twos: u32,
    unit_fives: u32,
    /// The power of ten of the first digit.
    exponent: i32,
}

impl Scale {
    fn new(number: Binary) -> Scale {
        let tolerance_bits = if number.bits.is_power_of_two() { 2 } else { 1 };
        let exponent = number.decimal_exponent();
        // Of the twos in tolerance and unit those that both have are left out.
        let twos = number.scale - tolerance_bits - exponent;
        Scale {
            ratio: number.bits << tolerance_bits,
            number_twos: twos.max(0).unsigned_abs(),
            number_fives: (-exponent).max(0).unsigned_abs(),
            unit_twos: (-twos).max(0).unsigned_abs(),
            unit_fives: exponent.max(0).unsigned_abs(),
            exponent,
        }
    }

    fn decimal(&self) -> Decimal {
        match self.is_narrow() {
            true => self.expansion::<i64>().decimal(),
            false => self.expansion::<BigUint>().decimal(),
        }
    }

    /// Whether the number and ten units have less than 64 bits, by the bits of their factors.
    fn is_narrow(&self) -> bool {
        let number = self.ratio.ilog2() + 1 + self.number_twos + bits_of_fives(self.number_fives);
        let tens = 1 + self.unit_twos + bits_of_fives(self.unit_fives + 1);
        number < u64::BITS && tens < u64::BITS
    }

    fn expansion<N: Width>(&self) -> Expansion<N> {
        let tolerance = N::product(1, self.number_twos, self.number_fives);
        let unit = N::product(1, self.unit_twos, self.unit_fives);
        Expansion {
            rest: N::product(self.ratio, self.number_twos, self.number_fives),
            tolerance,
            tens: unit.ten_times(),
            unit,
            exponent: self.exponent + 1,
            digits: 0,
        }
    }
}

/// The bits of a power of five, none for 1.
fn bits_of_fives(power: u32) -> u32 {
    // log2(5), close enough for all exponents of doubles.
    if power == 0 { 0 } else { ((power * 1_217_359) >> 19) + 1 }
}

/// The integers of an expansion. The reference takes those of 64 bits where it can. Their sums may overflow, and
/// they answer otherwise than the wide ones when a text is off by exactly the tolerance.
trait Width: Ord + Sized {
    /// `n` times powers of two and five.
    fn product(n: u64, twos: u32, fives: u32) -> Self;

    /// Ten times the number.
    fn ten_times(&self) -> Self;

    /// Takes away a number that is not greater.
    fn subtract(&mut self, other: &Self);

    /// Whether `rest` is less than `tolerance`.
    fn is_within(rest: &Self, tolerance: &Self) -> bool;

    /// Whether `rest` is less than `tolerance` away from `end`.
    fn reaches(rest: &Self, tolerance: &Self, end: &Self) -> bool;

    /// How twice `rest` compares to `end`, which is not less than `rest`.
    fn compare_to_half(rest: &Self, end: &Self) -> Ordering;
}

/// All but the tolerance, which grows ten times with each digit, and sums with it are known to fit.
impl Width for i64 {
    fn product(n: u64, twos: u32, fives: u32) -> i64 {
        (n << twos) as i64 * 5_i64.pow(fives)
    }

    fn ten_times(&self) -> i64 {
        self.wrapping_mul(10)
    }

    fn subtract(&mut self, other: &i64) {
        *self -= other;
    }

    /// A tolerance that overflowed is more than anything.
    fn is_within(rest: &i64, tolerance: &i64) -> bool {
        *tolerance <= 0 || rest < tolerance
    }

    /// A sum that overflowed, though, is less: the text is cut then, also where one more would be nearer.
    fn reaches(rest: &i64, tolerance: &i64, end: &i64) -> bool {
        *tolerance <= 0 || rest.wrapping_add(*tolerance) > *end
    }

    fn compare_to_half(rest: &i64, end: &i64) -> Ordering {
        rest.cmp(&(end - rest))
    }
}

impl Width for BigUint {
    fn product(n: u64, twos: u32, fives: u32) -> BigUint {
        (BigUint::from(n) * pow(BigUint::from(5_u32), fives as usize)) << twos
    }

    fn ten_times(&self) -> BigUint {
        self * 10_u32
    }

    fn subtract(&mut self, other: &BigUint) {
        *self -= other;
    }

    fn is_within(rest: &BigUint, tolerance: &BigUint) -> bool {
        rest < tolerance
    }

    /// Here a tolerance that just reaches the end is enough. Such a text may read back as the next double.
    fn reaches(rest: &BigUint, tolerance: &BigUint, end: &BigUint) -> bool {
        rest + tolerance >= *end
    }

    fn compare_to_half(rest: &BigUint, end: &BigUint) -> Ordering {
        (rest << 1_u32).cmp(end)
    }
}

/// A number on its way to decimal.
struct Expansion<N> {
    /// Ten times what is left of the number after the digits so far, or the number before the first.
    rest: N,
    /// As many times how far a text may be from the number.
    tolerance: N,
    unit: N,
    /// Ten units: what one more in the last digit would add, to the scale of the rest.
    tens: N,
    /// The power of ten of the last digit.
    exponent: i32,
    digits: u64,
}

impl<N: Width> Expansion<N> {
    fn take_digit(&mut self) {
        self.digits *= 10;
        self.exponent -= 1;
        while self.rest >= self.unit {
            self.rest.subtract(&self.unit);
            self.digits += 1;
        }
        self.rest = self.rest.ten_times();
        self.tolerance = self.tolerance.ten_times();
    }

    /// Whether the digits so far would do.
    fn cut_would_do(&self) -> bool {
        N::is_within(&self.rest, &self.tolerance)
    }

    /// Whether the digits so far would do with one more in the last.
    fn next_would_do(&self) -> bool {
        N::reaches(&self.rest, &self.tolerance, &self.tens)
    }

    /// Whether one more in the last digit is nearer than the digits so far.
    fn next_is_nearer(&self) -> bool {
        match N::compare_to_half(&self.rest, &self.tens) {
            Ordering::Less => false,
            Ordering::Equal => self.digits % 2 == 1,
            Ordering::Greater => true,
        }
    }

    /// Takes digits until they would do.
    fn decimal(mut self) -> Decimal {
        self.take_digit();
        if self.digits == 0 && !self.next_would_do() {
            self.take_digit();
        }
        if !SINGLE_DIGIT.contains(&self.exponent) {
            self.take_digit();
        }
        while !self.cut_would_do() && !self.next_would_do() {
            self.take_digit();
        }
        let goes_up = self.next_would_do() && (!self.cut_would_do() || self.next_is_nearer());
        Decimal { digits: self.digits + u64::from(goes_up), exponent: self.exponent }
    }
}
