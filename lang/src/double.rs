//! Doubles: IEEE 754, compared by their bits.

/// A double held by its bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Double(u64);

impl Double {
    /// The bits of the canonical NaN.
    pub const NAN: Double = Double(0x7ff8_0000_0000_0000);
    /// A double whose NaN is the canonical one.
    pub fn new(v: f64) -> Double {
        if v.is_nan() { Double::NAN } else { Double(v.to_bits()) }
    }
    /// A double of exactly these bits, as decoded.
    pub fn from_bits(bits: u64) -> Double {
        Double(bits)
    }
    /// The number.
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
    /// The bits.
    pub fn bits(self) -> u64 {
        self.0
    }
}
impl From<f64> for Double {
    fn from(v: f64) -> Double {
        Double::new(v)
    }
}
