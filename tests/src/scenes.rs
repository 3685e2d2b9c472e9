//! Random programs that run often and mostly give values, for comparing the tiers of the executor.
//!
//! Expressions are typed by a letter, as in [`crate::signatures`]: `i` small integer, `n` integer of any size, `b`
//! boolean, `s` string, `v` vector that begins with an integer, `m` map with an integer for `:a`, `S` set, `l` list,
//! `e` any of them. Locals are read again and again, also after functions that change in place had them; what calls
//! name is a function, data, undefined, not callable, or has another value by then.

use crate::forms::Forms;
use crate::literals::pick;
use fastrand::Rng;

/// Something to set up, and what is then run in turn, each as a transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scene {
    /// Defines what the turns use.
    pub setup: String,
    /// The forms to run, each of them more often than the first tier waits for.
    pub turns: Vec<String>,
}

/// Makes scenes, each from a seed of its own.
struct Scenes {
    rng: Rng,
    /// Locals in scope, each with its kind.
    locals: Vec<(&'static str, char)>,
    named: usize,
    /// What is called although it cannot be, or not always.
    fault: &'static str,
}

/// The scene of a seed.
pub fn scene(seed: u64) -> Scene {
    let rng = Rng::with_seed(seed);
    Scenes { rng, locals: Vec::new(), named: 0, fault: "f4" }.scene(seed)
}

/// How many turns there are where the first makes code hot by itself, and else.
const TURNS: (usize, usize) = (3, 6);

/// Parameters of the function that each scene is about.
const PARAMETERS: [(&str, char); 6] =
    [("x", 'i'), ("a", 'v'), ("t", 's'), ("m", 'm'), ("w", 'S'), ("n", 'n')];
const ARGUMENTS: &str = "[5 6] \"ab\" {:a 1} #{7} 9223372036854775800";

/// What all scenes find in the account.
pub const COMMON: &str = "(do (def gi 3) (def gm {:a 4 2 3}) (def a-bad *address*) (def bad 7) (def flip vector) \
                          (def f3 (fn [x] x)) (def f4 (fn [& r] r)))";
/// The like of it for an actor.
const IN_ACTOR: &str = "(def gi 1) (def gm {}) (def a-bad #1) (def bad 7) (def flip vector) (def f3 (fn [x] x)) \
                        (def f4 (fn [& r] r)) (def f1 (fn [p] [p])) (def f2 (fn [p q] [q p]))";

/// Names that cannot be called, or are given other values.
const FAULTS: [&str; 8] = ["nope", "bad", "flip", "flip", "flip", "#11/flip", "a-bad/bad", "gm"];

/// What `flip` is in turn.
const FLIPS: [&str; 9] = [
    "(fn [& r] r)",
    "vector",
    "7",
    "{1 2}",
    ":a",
    "(fn [y] [y])",
    "(fn [y z] [z y])",
    "[1 2 3]",
    "(fn [y z] (def flip 7) [z y])",
];

impl Scenes {
    fn scene(mut self, seed: u64) -> Scene {
        if self.rng.u8(..3) == 0 {
            self.fault = pick(&mut self.rng, &FAULTS);
        }
        let f1 = self.within(&[("p", 'i')], 'e', 2);
        let f2 = self.within(&[("p", 'v'), ("q", 's')], 'e', 2);
        let body = match self.rng.u8(..6) {
            0 => {
                let locals = [("x", 'i'), ("a", 'v'), ("t", 's'), ("m", 'm')];
                let mut forms = Forms::new(seed);
                forms.begin();
                forms.among(&locals, 3)
            }
            _ => self.within(&PARAMETERS, 'e', 4),
        };
        let (place, turn, is_once) = self.place(&body);
        let setup = format!("(do (def f1 (fn [p] {f1})) (def f2 (fn [p q] {f2})) {place})");
        let watched =
            |turn: &str| format!("(let [j *juice*] [(try [{turn}] *result*) (- j *juice*) *memory*])");
        let mut turns = Vec::new();
        let count = if is_once || self.rng.u8(..8) == 0 { TURNS.1 } else { TURNS.0 };
        for run in 1..=count {
            let turn = if self.rng.u8(..4) == 0 { format!("[[{turn}] *juice*]") } else { watched(&turn) };
            turns.push(match self.rng.u8(..8) {
                0 if run > 1 => format!("(do (def flip {}) {turn})", pick(&mut self.rng, &FLIPS)),
                1 if run == count => format!("(do (undef flip) {turn})"),
                _ => turn,
            });
        }
        Scene { setup, turns }
    }

    /// A place in which a body, over the parameters, runs often: what is defined, what is run, and whether that runs the
    /// body once only.
    fn place(&mut self, body: &str) -> (String, String, bool) {
        let h = format!("(def h (fn [x a t m w n] {body}))");
        let place = self.rng.u8(..10);
        let (define, run) = match place {
            0 => (h, format!("(h 2 {ARGUMENTS})")),
            1 => (h, format!("(map (fn [x] (h x {ARGUMENTS})) [0 1 2 3 4 5])")),
            2 => (h, format!("(map (fn [x] (let [j *juice*] (try (h x {ARGUMENTS}) (- j *juice*)))) [0 1 2 3 4 5])")),
            3 => {
                let step = self.within(&[("a", 'v'), ("x", 'i')], 'e', 2);
                (h, format!("(reduce (fn [a x] (conj a (h x a \"c\" {{:a x}} #{{x}} x) {step})) [0] [1 2 3 4 5 6])"))
            }
            4 => (
                format!("(def k (fn [m] (loop [x 0 a [0] t \"\" w #{{}} n 1] (cond (< x 7) (recur (inc x) (conj a {body}) (str t x) (conj w x) (* n 4294967296)) [a t w n]))))"),
                "(k {:a 1})".to_owned(),
            ),
            5 => {
                let (a, t) = (self.within(&PARAMETERS, 'v', 2), self.within(&PARAMETERS, 's', 2));
                let n = self.within(&PARAMETERS, 'n', 2);
                (
                    format!("(def k (fn [x a t m w n] (if (< x 1) {body} (recur (dec x) {a} {t} m w {n}))))"),
                    format!("(k 6 {ARGUMENTS})"),
                )
            }
            6 => {
                let a = self.within(&PARAMETERS, 'v', 2);
                (
                    format!("(def k (fn [x a t m w n] (if (< x 1) {body} (k (dec x) {a} (str t x) m w (* n n)))))"),
                    format!("(k 4 {ARGUMENTS})"),
                )
            }
            7 => (
                format!("(do (def ac (deploy '(do {IN_ACTOR} (defn ^:callable h [x a t m w n] {body})))) (def k (fn [x] (call ac 5 (h x {ARGUMENTS})))))"),
                "(map k [0 1 2 3 4 5])".to_owned(),
            ),
            8 => (
                format!("(do {h} (def k (fn [x] (if (= x 4) (def flip f2)) (if (= x 6) (undef flip)) (h x {ARGUMENTS}))))"),
                "(do (def flip f1) (map (fn [x] (let [j *juice*] [(try (k x) *result*) (- j *juice*)])) [1 2 3 4 5 6 7]))".to_owned(),
            ),
            _ => {
                // What fails is caught, and what it had done until then is seen in the juice.
                self.locals.extend([("a", 'v'), ("t", 's'), ("n", 'n')]);
                let arg = self.fill("{arg}", 'e', 1);
                self.locals.clear();
                let fault = pick(&mut self.rng, &FAULTS);
                (
                    format!("(do {h} (def k (fn [a t n] ({fault} {arg} a))))"),
                    format!("(map (fn [x] (let [j *juice*] [(try (k [x] \"t\" 9223372036854775807) *result*) (- j *juice*) (h x {ARGUMENTS})])) [1 2 3 4 5 6])"),
                )
            }
        };
        // What is called is made here, so that the turns are calls of functions alone.
        (format!("{define} (def go (fn [] {run}))"), "(go)".to_owned(), place == 0)
    }

    /// An expression of a kind among locals.
    fn within(&mut self, locals: &[(&'static str, char)], kind: char, depth: u8) -> String {
        let outer = self.locals.len();
        self.locals.extend(locals);
        let depth = self.rng.u8(1..=depth);
        let text = self.of(kind, depth);
        self.locals.truncate(outer);
        text
    }

    fn of(&mut self, kind: char, depth: u8) -> String {
        let kind = match kind {
            'e' => char::from(*self.rng.choice(b"iinbssvvmSl").expect("not empty")),
            kind => kind,
        };
        let fitting: Vec<&str> =
            self.locals.iter().filter(|(_, k)| *k == kind).map(|(name, _)| *name).collect();
        if depth == 0 || self.rng.u8(..6) == 0 {
            return match self.rng.choice(fitting) {
                Some(local) if self.rng.u8(..5) > 0 => local.to_owned(),
                _ => self.literal(kind).to_owned(),
            };
        }
        let pattern = match self.rng.u8(..12) {
            0 => pick(&mut self.rng, &ANYWHERE),
            1 => return self.binding(kind, depth),
            2 => pick(&mut self.rng, &CALLS),
            _ => match kind {
                'i' => pick(&mut self.rng, &INTEGERS),
                'n' => pick(&mut self.rng, &NUMBERS),
                'b' => pick(&mut self.rng, &BOOLEANS),
                's' => pick(&mut self.rng, &STRINGS),
                'v' => pick(&mut self.rng, &VECTORS),
                'm' => pick(&mut self.rng, &MAPS),
                'S' => pick(&mut self.rng, &SETS),
                _ => pick(&mut self.rng, &LISTS),
            },
        };
        self.fill(pattern, kind, depth - 1)
    }

    /// Puts expressions in the place of `%` and a kind; `%K` is the kind of the whole, `{fault}` what may not be called.
    fn fill(&mut self, pattern: &str, kind: char, depth: u8) -> String {
        let mut pattern = pattern.to_owned();
        while pattern.contains("{arg}") {
            pattern = pattern.replacen("{arg}", pick(&mut self.rng, &COMPUTED), 1);
        }
        let mut parts = pattern.split('%');
        let mut text = parts.next().unwrap_or_default().replace("{fault}", self.fault);
        for part in parts {
            let wanted = part.chars().next().unwrap_or('e');
            text += &self.of(if wanted == 'K' { kind } else { wanted }, depth);
            text += &part[wanted.len_utf8()..];
        }
        text
    }

    fn binding(&mut self, kind: char, depth: u8) -> String {
        const NAMES: [&str; 4] = ["b", "c", "d", "g"];
        let bound = char::from(*self.rng.choice(b"invvsmS").expect("not empty"));
        let value = self.of(bound, depth - 1);
        self.named += 1;
        let name = NAMES[self.named % NAMES.len()];
        self.locals.push((name, bound));
        let body = self.of(kind, depth - 1);
        self.locals.pop();
        format!("(let [{name} {value}] {body})")
    }

    fn literal(&mut self, kind: char) -> &'static str {
        let list: &[&str] = match kind {
            'i' => &["0", "1", "-1", "2", "3", "5", "gi", "*depth*"],
            'n' => {
                &["1", "-7", "9223372036854775807", "-9223372036854775808", "100000000000000000000", "2.5"]
            }
            'b' => &["true", "false", "nil"],
            's' => &["\"\"", "\"x\"", "\"héllo\""],
            'v' => &["[1]", "[2 [3]]", "[4 \"five\" 6]"],
            'm' => &["{:a 1}", "{:a 2 :b [3]}", "gm"],
            'S' => &["#{}", "#{1 2}"],
            _ => &["'(1 2)", "(list)", "*juice*"],
        };
        list[self.rng.usize(..list.len())]
    }
}

/// Calls that may fail: `{arg}` is one of [`COMPUTED`].
const CALLS: [&str; 5] = [
    "(do ({fault} %e %e) %K)",
    "(do ({fault} {arg}) %K)",
    "(do ({fault} {arg} {arg}) %K)",
    "(do ({fault} (do (def flip f3) %e) {arg}) %K)",
    "(do ({fault} (+ %i (count {arg})) {arg}) %K)",
];

/// Arguments that may run ahead of a look-up, or pay at once, or leave their fast way.
const COMPUTED: [&str; 12] = [
    "%e",
    "(conj %v %v)",
    "(conj (conj %v %e) %e)",
    "(conj (conj %S %i) %e)",
    "(str %s %s)",
    "(str (str %s %i) %s)",
    "(str (str %s \"-\") %i)",
    "(* %n %i)",
    "(* (* %n %n) %i)",
    "(* 7 (* %n 9223372036854775807))",
    "(first (conj %v %i))",
    "(get (conj %v %e) %i)",
];

/// What has the kind of a part of it.
const ANYWHERE: [&str; 20] = [
    "(if %b %K %K)",
    "(cond (< %i %i) %K (= %e %e) %K %K)",
    "(do (def gi %i) %K)",
    "(do (conj %v %e) %K)",
    "(do (str %s %e) %K)",
    "(do %e %K)",
    "(try %K %K)",
    "(query %e %K)",
    "(nth [%K %e] 0)",
    "(first [%K %e])",
    "(get {1 %K} 1)",
    "(do (f1 %i) %K)",
    "((fn [c] %K) %e)",
    "(f3 %K)",
    "(do (if %b (return %e)) %K)",
    "(if %b %K (tailcall (f4 %e %e)))",
    "(let [[c & d] %v] %K)",
    "(let [c %i [d] [%e]] %K)",
    "(let [c %i [d] (conj %l %i)] %K)",
    "(let [c %e] (set! c %e) %K)",
];
const INTEGERS: [&str; 22] = [
    "(+ %i %i)",
    "(- %i %i)",
    "(* %i %i)",
    "(inc %i)",
    "(dec %i)",
    "(mod %i 7)",
    "(rem %i 5)",
    "(quot %i 3)",
    "(count %v)",
    "(count %s)",
    "(count %m)",
    "(count (conj %v %e))",
    "(count (str %s %e))",
    "(first %v)",
    "(get %v 0)",
    "(nth %v 0)",
    "(get %m :a)",
    "(:a %m)",
    "(count [(f1 %i) %e])",
    "(reduce + 0 [%i %i])",
    "(loop [k 0] (if (< k 3) (recur (inc k)) (+ k %i)))",
    "(+ %i %i %i)",
];
const NUMBERS: [&str; 10] = [
    "(+ %n %n)",
    "(- %n %i)",
    "(* %n %i)",
    "(* %i %n)",
    "(* %n %n)",
    "(+ %n 1)",
    "(* 3 %n)",
    "(* %n 2)",
    "(* %n %n %i)",
    "(- %n)",
];
const BOOLEANS: [&str; 12] = [
    "(< %i %i)",
    "(<= %i 3)",
    "(> %n %n)",
    "(>= %i %i)",
    "(== %n %i)",
    "(= %e %e)",
    "(= %i 2)",
    "(= %v %v)",
    "(not %b)",
    "(contains-key? %m :b)",
    "(< %i %i %i)",
    "(%S %e)",
];
const STRINGS: [&str; 10] = [
    "(str %s %s)",
    "(str %s %i)",
    "(str %s \"y\")",
    "(str %s 7)",
    "(str %s %e)",
    "(str %e %s)",
    "(str %e)",
    "(str (str %s %i) %s)",
    "(str %s %e %e)",
    "(name :abc)",
];
const VECTORS: [&str; 22] = [
    "(conj %v %e)",
    "(conj %v %i)",
    "(conj %v %v)",
    "(conj (conj %v %i) %v)",
    "(conj (assoc %v 0 %i) %e)",
    "(assoc %v 0 %i)",
    "[%i %e]",
    "[%i %v %v]",
    "(vector %i %e)",
    "[%i (f1 %i)]",
    "[%i (f2 %v %s)]",
    "[%i (f2 (conj %v %e) (str %s %e))]",
    "[%i (f1 (* %i %i))]",
    "[%i (f2 (conj %v %v) (str %s %s))]",
    "[%i (f1 (count (str %s %s)))]",
    "[%i *juice* %e]",
    "(loop [k 0 c %v] (cond (< k 3) (recur (inc k) (conj c %e)) c))",
    "(loop [k 0 c %v] (cond (< k 3) (recur (inc k) (conj c (f4 c k))) c))",
    "(reduce (fn [c k] (conj c k)) %v [%e %e])",
    "(reduce (fn [c k] (cond (= k %i) (reduced c) (conj c [k %e]))) %v [1 2 3])",
    "(reduce conj %v [%e %e])",
    "(map (fn [c] (f3 c)) [%i %e])",
];
const MAPS: [&str; 6] = [
    "(assoc %m :a %i)",
    "(assoc %m :c %e)",
    "(assoc %m %e %e :a %i)",
    "(conj %m [:a %i])",
    "{:a %i :d %e}",
    "(assoc %m :b (get %m :b))",
];
const SETS: [&str; 4] = ["(conj %S %e)", "(conj %S %i)", "#{%i}", "(conj (conj %S %i) %S)"];
const LISTS: [&str; 5] = ["(conj %l %e)", "(list %e %e)", "(conj %l %l)", "(cons %e %l)", "(concat %l %v)"];
