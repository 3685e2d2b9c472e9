//! The two tiers of the executor do the same: random forms in functions, loops and actors that run until they are hot,
//! beside the same in the first tier alone, which [`Context::with_traces`] asks for.

use fastrand::Rng;
use lang::{Hash, Value, reader};
use proptest::prelude::*;
use std::cell::OnceCell;
use tests::forms::Forms;
use vm::{Context, Ending, Run, State};

/// More runs than the first tier waits for before it hands over.
const RUNS: usize = 7;
/// As a transaction has it.
const JUICE: u64 = 1_000_000;

thread_local! {
    static GENESIS: OnceCell<State> = const { OnceCell::new() };
}

fn genesis() -> State {
    GENESIS.with(|state| state.get_or_init(|| stdlib::genesis().expect("the library builds")).clone())
}

/// What a run came to: its value or error, and the juice used.
#[derive(PartialEq, Debug)]
struct Outcome {
    answer: Result<(String, Hash), String>,
    juice: u64,
}

#[derive(Clone, Copy)]
enum Tiers {
    Both,
    First,
}

/// Something to set up, and what is then run again and again.
struct Scene {
    setup: String,
    repeated: String,
}

/// A form in places where it runs often.
fn scenes(form: &str) -> [Scene; 7] {
    let scene = |setup: String, repeated: &str| Scene { setup, repeated: repeated.to_owned() };
    [
        scene(format!("(def f (fn [] {form}))"), "(f)"),
        scene(format!("(def f (fn [x & more] (let [[a b] [x more]] {form})))"), "(f 1 2 3)"),
        scene(format!("(def f (fn [] (loop [i 0 v nil] (if (< i 6) (recur (inc i) {form}) [i v]))))"), "(f)"),
        scene(
            format!("(def a (deploy '(do (def n 0) (defn ^:callable f [x] (set! n (+ n x)) [n {form}]))))"),
            "(map (fn [x] (try (call a 10 (f x)) :failed)) [1 2 3])",
        ),
        scene(
            format!(
                "(def f (fn [k] (reduce (fn [v x] (cond (= x k) (reduced [x v]) [v {form}])) nil (range 9))))"
            ),
            "(map (fn [k] (f (inc k))) [4 5 20])",
        ),
        scene(
            format!(
                "(def f (fn [k & more] (map (fn [x] (cond (= x 7) (return more) [k x {form}])) (range 9))))"
            ),
            "(reduce (fn [v x] (conj v (f x))) [] [1 \"two\" [3]])",
        ),
        calls(form),
    ]
}

/// A form in a function of an actor that a hot loop calls.
fn calls(form: &str) -> Scene {
    let actor = format!("(deploy '(do (def n 0) (defn ^:callable f [x] (def n (inc n)) {form})))");
    let caller =
        "(fn [] (loop [i 0 v []] (if (< i 6) (recur (inc i) (conj v (call [a :s] 10 (f i)))) [v a/n])))";
    Scene {
        setup: format!("(do (def a {actor}) (def f {caller}))"),
        repeated: "[(f) *balance* *juice*]".to_owned(),
    }
}

fn fork(state: &State, tiers: Tiers, juice: u64) -> Context {
    let context = Context::new(state.clone(), 11, juice).expect("the account is there");
    match tiers {
        Tiers::Both => context,
        Tiers::First => context.with_traces(),
    }
}

fn outcome(run: &Run, juice: u64) -> Outcome {
    let answer = match run {
        Ok(value) => Ok((text(value), value.hash())),
        Err(Ending::Error(error)) => Err(format!("{:?} {:?}", error.code, error.message)),
        Err(other) => Err(format!("{other:?}")),
    };
    Outcome { answer, juice }
}

/// The beginning of the text of a value, for whoever reads a failure.
fn text(value: &Value) -> String {
    let bytes = lang::printer::print(value, 200).ok().flatten().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn read(text: &str) -> Option<Value> {
    reader::read_one(text, 0).ok().map(|form| form.value)
}

/// Runs a scene as transactions do it: what fails changes nothing. Some runs have little juice.
fn play(scene: &Scene, tiers: Tiers, limits: &[u64]) -> Option<(Vec<Outcome>, Hash)> {
    let mut context = fork(&genesis(), tiers, JUICE);
    context.run(&read(&scene.setup)?).ok()?;
    let mut state = context.into_state();
    let form = read(&scene.repeated)?;
    let mut outcomes = Vec::new();
    for limit in limits {
        let mut context = fork(&state, tiers, *limit);
        let run = context.run(&form);
        outcomes.push(outcome(&run, context.juice()));
        state = context.into_state();
    }
    let hash = state.value().hash();
    Some((outcomes, hash))
}

/// All ways to end in a function of an actor, and what it can see or change.
const ENDINGS: [&str; 32] = [
    "x",
    "[*caller* *address* *scope* *offer* *depth* *juice* *origin* *balance*]",
    "(halt x)",
    "(return x)",
    "(rollback [n x])",
    "(if (> x 2) (rollback n) n)",
    "(if (< x 9) (recur (+ x 4)) x)",
    "(tailcall (vector x n))",
    "(reduced x)",
    "(if (> x 3) (fail :X n) x)",
    "(assoc x 1 2)",
    "(f)",
    "(recur 1 2)",
    "(accept 3)",
    "(accept *offer*)",
    "(do (accept 4) (rollback x))",
    "(transfer *caller* 1)",
    "(loop [i 0] (if (< i x) (recur (inc i)) (halt i)))",
    "(if (> x 0) (call *address* *offer* (f (dec x))) [n *depth*])",
    "(if (> x 0) (call *address* (f (dec x))) (rollback n))",
    "(if (> x 0) [(call *address* 2 (f (dec x))) n *scope*] (halt n))",
    "(f (inc x))",
    "(call *address* (f x))",
    "(call *caller* (f x))",
    "(do (def n [n]) (count n))",
    "(do (def n f) (n))",
    "(do (def n {0 1}) (n x))",
    "(do (undef n) n)",
    "(do (eval '(def n 7)) n)",
    "(do (log x) (set-holding *caller* x) (get-holding *caller*))",
    "(do (def f (fn [y] [y])) (f x))",
    "(do (set-memory (+ *memory* 10)) (query (def n 99)) n)",
];

#[test]
fn actors_are_left_in_the_same_way() {
    for form in ENDINGS {
        let scene = calls(form);
        let mut limits = vec![JUICE; 4];
        limits.extend((0..40).map(|i| 400 + 211 * i));
        let both = play(&scene, Tiers::Both, &limits);
        assert!(both.is_some(), "{form} can be set up");
        assert_eq!(both, play(&scene, Tiers::First, &limits), "{form}");
    }
}

/// Programs that change definitions and coins in loops: what is set up, and what a turn `i` gives.
const CHANGES: [(&str, &str); 14] = [
    ("(def n 0)", "(do (def n (inc n)) n)"),
    ("(def g inc)", "(do (def g (if (= 0 (mod i 3)) (fn [x] [i x]) inc)) (g i))"),
    ("(def m {})", "(do (def m (assoc m i (* i i))) [(m i) (count m)])"),
    ("(def g 1)", "(do (def g (if (= 0 (mod i 5)) inc [7 8 9])) (g 1))"),
    ("(def g {1 2})", "(do (if (= i 9) (def g [7 8])) (def n g) (g 1))"),
    ("(def n 0)", "(do (def n i) (if (= 0 (mod i 4)) (do (undef n) (def n :new))) n)"),
    (
        "(do (def p (deploy '(do (def n 0) (defn ^:callable up [] (def n (inc n))))))
             (def c (deploy (list 'do (list 'set-parent p) '(defn ^:callable see [] n)))))",
        "(do (call p (up)) (call c (see)))",
    ),
    (
        "(def as (map (fn [x] (deploy '(do (def n 0) (defn ^:callable up [] (def n (inc n)))))) [1 2 3 4 5 6 7]))",
        "[(call (get as (mod (* i i) 7)) (up)) (lookup (get as 3) n)]",
    ),
    (
        "(do (def a 0) (def b 0) (def c 0) (def d 0) (def e 0) (def h 0) (def j 0) (def k 0) (def l 0) (def m 0))",
        "(do (def a (inc m)) (def b a) (def c (inc b)) (def d [c]) (def e d) (def h i) (def j (inc h)) (def k j)
             (def l (+ k c)) (def m (dec l)) [a b c d e h j k l m])",
    ),
    (
        "(def a (deploy '(do (def n 0) (def g inc) (defn ^:callable f [x] (def n (+ n x)) (def g dec)
             (if (> x 3) (rollback [n (g 1)]) [n (g 1)])))))",
        "[(call a (f i)) a/n a/g]",
    ),
    (
        "(do (def n 0) (def a (deploy '(set-controller *caller*))))",
        "(do (eval-as a (list 'def 'n i)) (def n (inc n)) [n (lookup a n)])",
    ),
    ("(def n 0)", "(do (def n (inc n)) (try (do (def n :lost) (fail :X n)) n) (query (def n [n])) n)"),
    ("(def n 0)", "(do (transfer #12 i) (try (do (transfer #13 7) (fail :X n)) nil) (transfer #12 1))"),
    (
        "(def a (deploy '(defn ^:callable f [x] (accept x) (transfer *caller* 1) (if (> x 5) (rollback x) *balance*))))",
        "[(transfer #12 i) (call a (inc (* i 2)) (f (inc i))) (transfer #13 1) *balance* (balance a) *juice-limit*]",
    ),
];

#[test]
fn changes_are_seen_at_once_and_undone() {
    for (setup, turn) in CHANGES {
        let caller = format!("(fn [] (loop [i 0 v []] (if (< i 12) (recur (inc i) (conj v {turn})) v)))");
        let scene = Scene { setup: format!("(do {setup} (def f {caller}))"), repeated: "(f)".to_owned() };
        let mut limits = vec![JUICE; 4];
        limits.extend((0..20).map(|i| 700 + 1_511 * i));
        let both = play(&scene, Tiers::Both, &limits);
        let outcome = both.as_ref().map(|(outcomes, _)| &outcomes[0].answer);
        assert!(matches!(outcome, Some(Ok(_))), "{setup} {turn}: {outcome:?}");
        assert_eq!(both, play(&scene, Tiers::First, &limits), "{turn}");
    }
}

/// What is called with two arguments, each of which may read or change what is in `v`.
const CALLS: [&str; 14] = [
    "[A B]",
    "(vector A B)",
    "(f A B)",
    "(g A B)",
    "((if true g f) A B)",
    "(call* a 0 'f A B)",
    "(call* a (count v) 'f A B)",
    "(call* a 0 (first ['f A]) A B)",
    "(loop [n 0 v v w nil] (cond (< n 9) (recur (inc n) A B) [v w]))",
    "(loop [n 0 v v w nil] (cond (< n 9) (let [v B] (recur (inc n) v A)) [v w]))",
    "(assoc v 0 [A B])",
    "(get [A v] B A)",
    "(= A B)",
    "(reduced [A B])",
];

/// Arguments that leave `v` as it is, give it away, or compute with it.
const ARGUMENTS: [&str; 10] = [
    "v",
    "(conj v 1)",
    "(assoc v 0 2)",
    "(count v)",
    "(get v 0)",
    "(let [w v] (conj w 3))",
    "(if (= 1 (count v)) v [])",
    "(f v v)",
    "(do (def d v) (conj d 4))",
    "(+ (count v) (first v))",
];

/// A local is the same for all arguments of a call, whichever of them are given it to keep.
#[test]
fn arguments_see_locals_as_they_are() {
    let setup = "(def a (deploy '(defn ^:callable f [x y] [x y *offer*])))";
    for call in CALLS {
        for (first, second) in ARGUMENTS.iter().flat_map(|a| ARGUMENTS.map(|b| (a, b))) {
            let form = call.replace('A', first).replace('B', second);
            let scene = Scene {
                setup: format!("(do {setup} (def f (fn [x y] [x y])) (def h (fn [v g] {form})))"),
                repeated: "[(h [7] (fn [x y] [y x])) (h [8] f) *juice*]".to_owned(),
            };
            let both = play(&scene, Tiers::Both, &[JUICE; RUNS]);
            assert!(both.is_some(), "{form} can be set up");
            assert_eq!(both, play(&scene, Tiers::First, &[JUICE; RUNS]), "{form}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_tiers_do_the_same(seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let form = Forms::new(seed).form();
        for scene in scenes(&form) {
            let mut limits = vec![JUICE; RUNS];
            limits.extend((0..RUNS).map(|_| rng.u64(0..3_000)));
            let both = play(&scene, Tiers::Both, &limits);
            let first = play(&scene, Tiers::First, &limits);
            prop_assert_eq!(both, first, "{} {}", scene.setup, scene.repeated);
        }
    }
}
