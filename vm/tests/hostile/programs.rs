//! Programs that try to use up memory, time or the stack with little juice.

use crate::{confine, machine, outcome, timed};
use lang::reader::read_one;

/// Programs, and how they end.
const PROGRAMS: &[(&str, &str)] = &[
    // Doubled until it cannot be paid for.
    ("(loop [v [1]] (recur (concat v v)))", ":JUICE"),
    ("(loop [v '(1)] (recur (concat v v)))", ":JUICE"),
    ("(loop [s \"ab\"] (recur (str s s)))", ":JUICE"),
    ("(loop [s \"ab\"] (recur (join [s s] \\a)))", ":JUICE"),
    ("(loop [s \"ab\"] (recur (str (blob s))))", ":JUICE"),
    ("(loop [b 0xab] (recur (blob (str b b))))", ":JUICE"),
    ("(loop [i 0 s #{}] (recur (inc i) (union s (set [i (- i) (* i i)]))))", ":JUICE"),
    ("(loop [i 0 m {}] (recur (inc i) (merge m {i m})))", ":JUICE"),
    ("(loop [i 0 x (index)] (recur (inc i) (assoc x (blob i) x)))", ":JUICE"),
    ("(loop [n 3] (recur (* n n)))", ":ARGUMENT"),
    ("(loop [n 3] (recur (+ n n)))", ":JUICE"),
    ("(pow 10 1e300)", "##Inf"),
    ("(int (double (pow 10 308)))", "a Integer"),
    ("(int 1e309)", ":ARGUMENT"),
    // Shared many times over: cheap to make, and endless to go through.
    ("(loop [v [] i 0] (cond (< i 1000) (recur [v v] (inc i)) (count v)))", "2"),
    ("(loop [v [] i 0] (cond (< i 1000) (recur [v v] (inc i)) (print v)))", ":JUICE"),
    ("(loop [v [] i 0] (cond (< i 1000) (recur [v v] (inc i)) (count (str v))))", "65563"),
    ("(loop [v [] i 0] (cond (< i 1000) (recur [v v] (inc i)) (count (hash (encoding v)))))", "32"),
    ("(loop [v [] w [] i 0] (cond (< i 1000) (recur [v v] [w w] (inc i)) (= v w)))", "true"),
    ("(loop [v [1] w [2] i 0] (cond (< i 1000) (recur [v v] [w w] (inc i)) (= v w)))", "false"),
    ("(loop [v {} i 0] (cond (< i 1000) (recur {v v} (inc i)) (print v)))", ":JUICE"),
    ("(loop [v #{} i 0] (cond (< i 1000) (recur #{v [v]} (inc i)) (count (str v))))", "65563"),
    ("(loop [v 1 i 0] (cond (< i 64) (recur [v v] (inc i)) (eval v)))", ":JUICE"),
    ("(loop [v 1 i 0] (cond (< i 64) (recur [v v] (inc i)) (expand v)))", ":JUICE"),
    ("(loop [v 1 i 0] (cond (< i 1000) (recur [v v] (inc i)) (eval (list 'quote v))))", "a Vector"),
    ("(loop [v 1 i 0] (cond (< i 1000) (recur [v v] (inc i)) (do (def x v) 1)))", "1"),
    ("(loop [v 1 i 0] (cond (< i 1000) (recur [v v] (inc i)) (count (log v))))", "1"),
    ("(loop [v 'a i 0] (cond (< i 64) (recur [v v] (inc i)) (eval (list 'fn v 1))))", ":JUICE"),
    ("(loop [v 'a i 0] (cond (< i 64) (recur [v v] (inc i)) (compile (list 'let [v v] 1))))", ":JUICE"),
    // Deep.
    ("(loop [v [] i 0] (cond (< i 20000) (recur [v] (inc i)) (= v [v])))", "false"),
    ("(loop [v [] i 0] (cond (< i 20000) (recur [v] (inc i)) (eval v)))", ":DEPTH"),
    ("(loop [v [] i 0] (cond (< i 20000) (recur (list 'quote v) (inc i)) (count (eval v))))", "2"),
    ("(loop [v [] i 0] (cond (< i 20000) (recur (list 'quasiquote v) (inc i)) (eval v)))", ":DEPTH"),
    ("(loop [f 0 i 0] (cond (< i 30000) (recur (fn [] f) (inc i)) (fn? f)))", "true"),
    ("(loop [f (fn [] 1) i 0] (cond (< i 30000) (recur (fn [] (f)) (inc i)) (f)))", ":DEPTH"),
    ("(loop [v 1 i 0] (cond (< i 20000) (recur (syntax v {:a v}) (inc i)) (syntax? v)))", "true"),
    ("((fn [x] (recur x)) 1)", ":JUICE"),
    ("(do (def f (fn [n] (inc (f n)))) (f 1))", ":DEPTH"),
    ("(do (def f (fn [n] (tailcall (f n)))) (f 1))", ":JUICE"),
    ("(apply apply apply apply [])", ":CAST"),
    ("(reduce (fn [f i] (fn [] (f i))) inc [1 2 3])", "(fn [] (%0 %1))"),
    // Numbers at their ends.
    ("(nth [1] 9223372036854775807)", ":BOUNDS"),
    ("(nth [1] -9223372036854775808)", ":BOUNDS"),
    ("(slice [1] 0 9223372036854775807)", ":BOUNDS"),
    ("(slice [1] 9223372036854775807)", ":BOUNDS"),
    ("(assoc [1] 9223372036854775807 1)", ":ARGUMENT"),
    ("(abs -9223372036854775808)", "9223372036854775808"),
    ("(quot -9223372036854775808 -1)", "-9223372036854775808"),
    ("(rem -9223372036854775808 -1)", "0"),
    ("(mod -9223372036854775808 -9223372036854775808)", "0"),
    ("(transfer #12 9223372036854775807)", ":ARGUMENT"),
    ("(transfer #12 -1)", ":ARGUMENT"),
    ("(set-memory 9223372036854775807)", ":FUNDS"),
    ("(transfer-memory #12 9223372036854775807)", ":ARGUMENT"),
    ("(schedule 9223372036854775807 1)", ":JUICE"),
    ("(accept 9223372036854775807)", ":STATE"),
    ("(call #8 9223372036854775807 (f))", ":FUNDS"),
    ("(set-stake *key* 9223372036854775807)", ":ARGUMENT"),
    ("(address 9223372036854775807)", "#9223372036854775807"),
    ("(account #9223372036854775807)", "nil"),
    ("(char 1114112)", ":ARGUMENT"),
];

#[test]
fn programs_end_soon_in_little_memory() {
    confine("programs::child_of_programs");
}

#[test]
#[ignore = "run in a child by another test"]
fn child_of_programs() {
    let mut wrong = Vec::new();
    for (source, expected) in PROGRAMS {
        let form = read_one(source, 0).unwrap_or_else(|errors| panic!("{source}: {}", errors[0].message));
        let answer = timed(source, || outcome(&machine(10_000_000).run(&form.value)));
        if answer != *expected {
            wrong.push(format!("{source}\n  {answer}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
