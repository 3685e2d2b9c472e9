//! The two tiers of the executor do the same: what runs in the first alone, what is translated at once, and what is
//! translated when it has run often, as [`tests::tiers`] compares them.

use fastrand::Rng;
use proptest::prelude::*;
use std::cell::OnceCell;
use tests::forms::Forms;
use tests::scenes;
use tests::tiers::{self, Figures, Outcome, Stage};
use vm::State;

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

/// Something to set up, and what is then run again and again.
struct Scene {
    setup: String,
    repeated: String,
}

/// A form in places where it runs often.
fn places(form: &str) -> [Scene; 7] {
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

/// Plays a scene in all ways with juice limits; answers what came of each run.
fn play(scene: &Scene, limits: &[u64]) -> Result<Vec<Outcome>, String> {
    let unfit = || format!("{} {} cannot be set up", scene.setup, scene.repeated);
    let differs = |difference: tiers::Difference| format!("{}: {difference}", scene.setup);
    let mut stage = Stage::set_up(&genesis(), &scene.setup).ok_or_else(unfit)?.map_err(differs)?;
    let mut outcomes = Vec::new();
    for limit in limits {
        outcomes.push(stage.turn(&scene.repeated, *limit).ok_or_else(unfit)?.map_err(differs)?);
    }
    stage.finish().map_err(differs)?;
    Ok(outcomes)
}

/// Plays a scene that must be the same in all ways.
#[track_caller]
fn same(scene: &Scene, limits: &[u64]) -> Vec<Outcome> {
    play(scene, limits).unwrap_or_else(|difference| panic!("{difference}"))
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
        same(&scene, &limits);
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
        let outcomes = same(&scene, &limits);
        assert!(outcomes[0].ending.is_ok(), "{setup} {turn}: {:?}", outcomes[0]);
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
            same(&scene, &[JUICE; RUNS]);
        }
    }
}

/// Names of which a call needs the value before its arguments: what they are, and the error that calling them is.
const UNCALLABLE: [(&str, &str); 3] = [("nope", ":UNDECLARED"), ("bad", ":CAST"), ("#99999/x", ":NOBODY")];

/// Values for `a`, which the arguments are made of.
const VALUES: [&str; 6] = ["1", "[1 2]", "\"ab\"", "9223372036854775807", "100000000000000000000", "{1 2}"];

/// Arguments: some may run ahead of the look-up, some may not, and some leave their fast way.
const COMPUTED: [&str; 20] = [
    "(str a a)",
    "(conj a a)",
    "(str a \"x\")",
    "(str a 1)",
    "(conj a 1)",
    "(conj (conj a 1) a)",
    "(str (str a \"x\") a)",
    "(str a a a)",
    "(conj a)",
    "(* a 3)",
    "(* a a)",
    "(* 3 a) a",
    "(+ a a a)",
    "(get a 0)",
    "(first a)",
    "(nth a 7)",
    "(count a) (str a a)",
    "(< a a) (conj a a)",
    "(inc undefined)",
    "a (mod a 0) (str a a)",
];

/// What a call names is looked up before its arguments are computed, whichever of them have a fast way: cold and hot
/// give the same error for the same juice, each time.
#[test]
fn what_is_called_is_looked_up_first() {
    for (name, code) in UNCALLABLE {
        for (a, argument) in VALUES.iter().flat_map(|a| COMPUTED.map(|argument| (a, argument))) {
            let setup = format!("(do (def bad 7) (def f (fn [a] ({name} {argument}))))");
            let caught = format!(
                "(map (fn [x] (let [j *juice*] (try (f {a}) (let [r *result*] [r (- *juice* j)])))) [1 2 3 4 5 6 7 8])"
            );
            let scene = Scene { setup: setup.clone(), repeated: caught };
            let texts: Vec<String> = same(&scene, &[JUICE; 2]).iter().map(|run| format!("{run:?}")).collect();
            let first = texts[0].split(']').next().unwrap_or_default();
            assert!(first.contains(code), "{name} {argument} {a}: {}", texts[0]);
            assert_eq!(texts[0].matches(&first[first.rfind('[').unwrap_or(0)..]).count(), 8, "{}", texts[0]);
            let mut limits = vec![JUICE; RUNS];
            limits.extend((0..30).map(|i| 120 + 13 * i));
            same(&Scene { setup, repeated: format!("(f {a})") }, &limits);
        }
    }
}

/// Arguments that are nested so deep that they are left to the first tier do not run ahead either.
#[test]
fn deep_arguments_come_after_the_look_up() {
    for depth in [90, 98, 99, 100, 101, 120] {
        let argument = (0..depth).fold("(str a a)".to_owned(), |inner, _| format!("(count (str {inner} a))"));
        for name in ["nope", "bad", "count"] {
            let setup = format!("(do (def bad 7) (def f (fn [a] ({name} {argument} a))))");
            same(&Scene { setup, repeated: "(f 1)".to_owned() }, &[JUICE; RUNS]);
        }
    }
}

/// A name that gets another value while it is called, also by the arguments, and in turns of the same function.
#[test]
fn names_may_change_between_calls() {
    let values = ["vector", "(fn [& r] r)", "(fn [y z] [z y])", "7", "{1 2}", ":a", "[5 6]"];
    for (one, two) in values.iter().flat_map(|one| values.map(|two| (one, two))) {
        for argument in ["(conj a a)", "(str a a)", "(do (def g (first [h])) a)", "(count (conj a 1))"] {
            let setup = format!("(do (def g {one}) (def h {two}) (def f (fn [a i] (g {argument} i))))");
            let turn = "(if (= 0 (mod i 3)) (def g h) (if (= 1 (mod i 5)) (undef g)))";
            let turns = format!(
                "(map (fn [i] (let [j *juice*] (def g {one}) {turn} [(try (f [1] i) *result*) (- j *juice*)])) \
                 [1 2 3 4 5 6 7 8 9 10 11 12])"
            );
            same(&Scene { setup, repeated: turns }, &[JUICE; 2]);
        }
    }
}

/// An error of taking a value apart is about the same binding.
#[test]
fn bindings_at_fault_are_the_same() {
    for form in ["(let [b 1 [c] 2] b)", "(let [[b] [1] c 2 [d [e]] [3 4]] b)", "(loop [b 1 [c] x] b)"] {
        let scene = Scene { setup: format!("(def f (fn [x] {form}))"), repeated: "(f 1)".to_owned() };
        let outcomes = same(&scene, &[JUICE; RUNS]);
        let failure = outcomes[0].ending.clone().expect_err("it fails");
        assert!(format!("{failure:?}").contains("argument: Some("), "{failure:?}");
    }
}

/// How many random scenes are played; `tiers` plays as many as one likes.
const SCENES: u64 = 400;

#[test]
fn random_scenes_are_the_same_and_mostly_give_values() {
    let (state, mut all) = (tiers::prepared(genesis()), Figures::default());
    for seed in 1..=SCENES {
        let scene = scenes::scene(seed);
        let figures = tiers::play(&state, &scene, seed).expect("a scene can be set up");
        let figures = figures.unwrap_or_else(|difference| panic!("seed {seed}: {difference}\n{scene:?}"));
        all.turns += figures.turns;
        all.values += figures.values;
    }
    assert!(2 * all.values > all.turns, "{all:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_tiers_do_the_same(seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let form = Forms::new(seed).form();
        for scene in places(&form) {
            let mut limits = vec![JUICE; RUNS];
            limits.extend((0..RUNS).map(|_| rng.u64(0..3_000)));
            // What cannot be set up is no matter of the tiers.
            if let Err(difference) = play(&scene, &limits) {
                prop_assert!(difference.ends_with("cannot be set up"), "{}", difference);
            }
        }
    }
}
