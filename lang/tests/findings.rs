//! What fuzzing found, each shrunk to the smallest input that showed it.

use dashu_int::IBig;
use lang::Value;
use lang::printer::print;
use lang::reader::{MAX_ERRORS, read_all};
use lang::source::Positions;

#[test]
fn prefixes_without_forms_are_not_all_reported() {
    let (forms, errors) = read_all(&format!("({}) 1", "^".repeat(1000)), 0, &mut Positions::new());
    assert_eq!((forms.len(), errors.len(), errors.total()), (1, MAX_ERRORS, 1000));
}

/// Each of these once took the time of its length squared, or was not counted to the end.
#[test]
fn very_many_errors_are_counted_in_linear_time() {
    let many = 1 << 20;
    for (text, total) in [
        (")".repeat(many), many),
        (")\n".repeat(many), many),
        ("(".repeat(many) + &"]".repeat(many), many),
        (" ".repeat(many) + "(" + &"]".repeat(many), many),
        ("\"\\q\" ".repeat(many / 4), many / 4),
    ] {
        let (_, errors) = read_all(&text, 0, &mut Positions::new());
        assert_eq!((errors.len(), errors.total()), (MAX_ERRORS, total), "{}", &text[..10]);
    }
    // Each line is a definition that nothing closes, behind which reading goes on.
    let (_, errors) = read_all(&"(a\n".repeat(many / 8), 0, &mut Positions::new());
    assert!((5..=MAX_ERRORS).contains(&errors.len()), "{}", errors.len());
}

#[test]
fn big_integers_print_without_a_limit() -> Result<(), lang::Missing> {
    let n = Value::integer(IBig::from(1_u64 << 63)).unwrap_or(Value::Nil);
    assert_eq!(print(&n, usize::MAX)?, Some(b"9223372036854775808".to_vec()));
    assert_eq!(print(&n, 19)?, Some(b"9223372036854775808".to_vec()));
    assert_eq!(print(&n, 18)?, None);
    assert_eq!(print(&n, 0)?, None);
    Ok(())
}
