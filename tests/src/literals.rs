//! Literal forms of every kind, at and beside every edge.

use fastrand::Rng;

const INTEGERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "8",
    "10",
    "15",
    "16",
    "17",
    "31",
    "32",
    "63",
    "64",
    "100",
    "127",
    "128",
    "-128",
    "-129",
    "255",
    "256",
    "1000",
    "4095",
    "4096",
    "4097",
    "65535",
    "65536",
    "2147483647",
    "-2147483648",
    "4294967296",
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "-18446744073709551616",
    "340282366920938463463374607431768211456",
    "-1180591620717411303424",
    "1000000000000000000000000000000",
];
const DOUBLES: &[&str] = &[
    "0.0",
    "-0.0",
    "1.0",
    "-1.0",
    "0.5",
    "1.5",
    "-2.5",
    "3.7",
    "-3.7",
    "100.0",
    "1e10",
    "1e18",
    "1e19",
    "1e-7",
    "123.456",
    "1e300",
    "-1e300",
    "4.9E-324",
    "1.7976931348623157E308",
    "9007199254740993.0",
    "##NaN",
    "##Inf",
    "##-Inf",
    "0.1",
    "1e21",
];
const STRINGS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"abc\"",
    "\"hello world\"",
    "\"a,b,,c\"",
    "\"é\"",
    "\"日本\"",
    "\"😀x\"",
    "\"0x12\"",
    "\"12ff\"",
    "\"a.b.c\"",
    "\"\\n\\t\\\"q\\\"\"",
    "\"The quick brown fox jumps over the lazy dog and then goes on for quite a while until it is long enough \
     to stand in a cell of its own, at last\"",
];
const BLOBS: &[&str] = &[
    "0x",
    "0x00",
    "0xff",
    "0x80",
    "0x0f",
    "0x1234",
    "0x00ff",
    "0xffff",
    "0x0000000000000000ff",
    "0x000000000000000b",
    "0x8000000000000000",
    "0x00ffffffffffffffff",
    "0x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "0xa63005bbf05fd09c6722682d06d09712f16b0ecb2d9ca103392c559bcffba366",
];
const KEYWORDS: &[&str] =
    &[":a", ":b", ":k", ":foo", ":ASSERT", ":callable", ":static", ":long-keyword-name-for-testing"];
const SYMBOLS: &[&str] =
    &["'a", "'x", "'foo", "'+", "'count", "'undefined-symbol", "'*balance*", "'if", "'cond", "'a.b"];
const CHARACTERS: &[&str] = &["\\a", "\\Z", "\\space", "\\newline", "\\é", "\\日", "\\u0041", "\\0", "\\,"];
const ADDRESSES: &[&str] =
    &["#0", "#1", "#8", "#9", "#11", "#12", "#13", "#127", "#128", "#131", "#132", "#99999", "*address*"];

/// One of a list.
pub fn pick<'a>(rng: &mut Rng, list: &[&'a str]) -> &'a str {
    list[rng.usize(..list.len())]
}

/// An integer of any size.
pub fn integer(rng: &mut Rng) -> String {
    match rng.u8(..10) {
        0 => rng.i64(..).to_string(),
        1 => format!("{}{}", rng.i64(1..), rng.u64(..)),
        2..=4 => rng.i64(-5..20).to_string(),
        _ => pick(rng, INTEGERS).into(),
    }
}

/// A double.
pub fn double(rng: &mut Rng) -> String {
    match rng.u8(..5) {
        0 => format!("{:?}e{}", rng.f64() - 0.5, rng.i32(-12..24)),
        1 => format!("{:?}", f64::from(rng.i16(..)) / 8.0),
        _ => pick(rng, DOUBLES).into(),
    }
}

/// A string.
pub fn string(rng: &mut Rng) -> String {
    match rng.u8(..6) {
        0 => format!("\"{}\"", (0..rng.usize(..300)).map(|_| rng.alphanumeric()).collect::<String>()),
        _ => pick(rng, STRINGS).into(),
    }
}

/// A blob.
pub fn blob(rng: &mut Rng) -> String {
    match rng.u8(..6) {
        0 => {
            format!("0x{}", (0..rng.usize(..200)).map(|_| format!("{:02x}", rng.u8(..))).collect::<String>())
        }
        _ => pick(rng, BLOBS).into(),
    }
}

/// A keyword.
pub fn keyword(rng: &mut Rng) -> String {
    pick(rng, KEYWORDS).into()
}

/// A quoted symbol.
pub fn symbol(rng: &mut Rng) -> String {
    pick(rng, SYMBOLS).into()
}

/// A character.
pub fn character(rng: &mut Rng) -> String {
    pick(rng, CHARACTERS).into()
}

/// An address.
pub fn address(rng: &mut Rng) -> String {
    pick(rng, ADDRESSES).into()
}

/// The address of an account that is nobody's library, or of none.
pub fn user(rng: &mut Rng) -> String {
    pick(rng, &["#0", "#1", "#12", "#13", "#19", "#127", "#132", "#99999"]).into()
}

/// A quoted symbol that the core does not define.
pub fn own_symbol(rng: &mut Rng) -> String {
    pick(rng, &["'a", "'x", "'foo", "'tmp", "'zz", "'q", "'mm"]).into()
}

/// `nil`, `true` or `false`.
pub fn constant(rng: &mut Rng) -> String {
    pick(rng, &["nil", "true", "false"]).into()
}
