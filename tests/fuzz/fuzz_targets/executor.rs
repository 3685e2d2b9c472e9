//! Programs of strangers: text, cells and built values are expanded, compiled, executed and called. Any ending
//! is fine; what must not happen is a panic, a full stack or more memory than juice pays for.

#![no_main]

use cvx_fuzz::build;
use lang::reader::read_one;
use lang::{Value, message, printer};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use vm::{Context, Run, State};

const ACCOUNT: u64 = 11;
const JUICE: u64 = 200_000;

fn genesis() -> &'static State {
    static GENESIS: OnceLock<State> = OnceLock::new();
    GENESIS.get_or_init(|| stdlib::genesis().expect("the library builds"))
}

fn machine() -> Context {
    Context::new(genesis().clone(), ACCOUNT, JUICE).expect("the account is there")
}

fuzz_target!(|input: &[u8]| {
    let Some((way, input)) = input.split_first() else { return };
    let value = match way % 3 {
        0 => {
            let Ok(text) = std::str::from_utf8(input) else { return };
            let Ok(form) = read_one(text, 0) else { return };
            form.value
        }
        1 => {
            let Ok(value) = message::decode(input) else { return };
            value
        }
        _ => build(input).value,
    };
    check(|ctx| ctx.run(&value));
    check(|ctx| ctx.execute(&value));
    check(|ctx| ctx.invoke(&value, &mut []));
    check(|ctx| ctx.invoke(&value, &mut [Value::Integer(1), value.clone()]));
    check(|ctx| ctx.eval_as(ACCOUNT + 1, &value));
    check(|ctx| ctx.query_as(ACCOUNT, &value));
    check(|ctx| ctx.deploy(std::slice::from_ref(&value)));
    check(|ctx| {
        let expanded = ctx.expand(&value)?;
        ctx.compile(&expanded)
    });
});

fn check(work: impl FnOnce(&mut Context) -> Run) {
    let mut ctx = machine();
    let run = work(&mut ctx);
    assert!(ctx.juice() <= ctx.juice_limit().max(JUICE), "more juice was used than there is");
    assert_eq!(ctx.depth(), 0, "the depth is not restored");
    if let Ok(value) = &run {
        let _ = value.hash();
        let _ = value.memory_size();
        let _ = printer::print(value, 10_000);
    }
    let _ = ctx.state().value().memory_size();
}
