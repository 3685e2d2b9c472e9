//! What fuzzing found, each shrunk to the smallest input that showed it.

use dashu_int::IBig;
use lang::Value;
use lang::printer::print;
use lang::reader::{MAX_ERRORS, read_all};
use lang::source::Positions;

#[test]
fn prefixes_without_forms_are_not_all_reported() {
    let (forms, errors) = read_all(&format!("({}) 1", "^".repeat(1000)), 0, &mut Positions::new());
    assert_eq!((forms.len(), errors.len()), (0, MAX_ERRORS));
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
