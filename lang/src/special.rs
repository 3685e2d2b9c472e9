//! Special ops: registers of the machine read by name, such as `*juice*`.

/// Names of the special ops by their code.
pub const SPECIAL: [&str; 25] = [
    "*juice*",
    "*caller*",
    "*address*",
    "*memory*",
    "*balance*",
    "*origin*",
    "*result*",
    "*timestamp*",
    "*depth*",
    "*offer*",
    "*state*",
    "*holdings*",
    "*sequence*",
    "*key*",
    "*juice-price*",
    "*scope*",
    "*juice-limit*",
    "*controller*",
    "*env*",
    "*parent*",
    "*nop*",
    "*memory-price*",
    "*signer*",
    "*peer*",
    "*location*",
];
/// The code of a special op.
pub fn code(name: &[u8]) -> Option<u64> {
    SPECIAL.iter().position(|n| n.as_bytes() == name).map(|i| i as u64)
}
