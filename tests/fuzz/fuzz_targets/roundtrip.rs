//! Values built by a little stack machine: encoding and printing can be undone.

#![no_main]

use cvx_fuzz::{Built, build};
use lang::reader::read_one;
use lang::{message, printer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|program: &[u8]| {
    let Built { value, is_text } = build(program);
    let bytes = message::encode(&value).expect("the value is in memory");
    let copy = message::decode(&bytes).expect("what was encoded decodes");
    assert!(copy == value && copy.hash() == value.hash());
    assert_eq!(copy.memory_size().ok(), value.memory_size().ok());
    let text =
        printer::print(&value, usize::MAX).expect("the value is in memory").expect("there is no limit");
    assert!(printer::print(&copy, text.len()).is_ok_and(|copied| copied.as_ref() == Some(&text)));
    if is_text {
        let text = String::from_utf8(text).expect("what has a text prints as UTF-8");
        match read_one(&text, 0) {
            Ok(form) => assert!(form.value == value, "{text} reads as another value"),
            Err(errors) => panic!("{text} does not read: {}", errors[0].message),
        }
    }
});
