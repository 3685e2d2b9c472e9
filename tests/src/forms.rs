//! Random forms over the whole core: mostly meaningful, typed by [`crate::signatures`], sizes at every edge.

use crate::literals::{self, pick};
use crate::signatures::{SIGNATURES, SPECIALS};
use fastrand::Rng;

/// Makes forms from a seed; the same seed always gives the same forms.
pub struct Forms {
    rng: Rng,
    /// Locals in scope by name, with the kind each is thought to have.
    locals: Vec<(String, char)>,
    named: usize,
}

/// One argument in this many is of another kind than asked for.
const WRONG_KIND_ONE_IN: u8 = 18;

impl Forms {
    /// A source of forms.
    pub fn new(seed: u64) -> Forms {
        Forms { rng: Rng::with_seed(seed), locals: Vec::new(), named: 0 }
    }

    /// Begins a form, among no locals.
    pub(crate) fn begin(&mut self) {
        self.locals.clear();
        self.named = 0;
    }

    /// A number below another one.
    pub(crate) fn choice(&mut self, below: u8) -> u8 {
        self.rng.u8(..below)
    }

    /// A form among locals, each with its kind, of at most some depth.
    pub(crate) fn among(&mut self, locals: &[(&str, char)], depth: u8) -> String {
        let outer = self.locals.len();
        self.locals.extend(locals.iter().map(|(name, kind)| ((*name).to_owned(), *kind)));
        let depth = self.rng.u8(1..=depth);
        let form = self.any(depth);
        self.locals.truncate(outer);
        form
    }

    /// The next form.
    pub fn form(&mut self) -> String {
        self.begin();
        let depth = self.rng.u8(1..5);
        match self.rng.u8(..20) {
            0..=4 => self.flat_call(),
            5 => self.program(),
            6 => self.actor(),
            7 => format!("(expand '{})", self.code(2)),
            8 => format!("(compile '{})", self.code(2)),
            9 => self.macro_use(depth),
            _ => self.any(depth),
        }
    }

    /// A call of one definition with literal arguments: the order of checks and charges shows here.
    fn flat_call(&mut self) -> String {
        let (name, args, _) = SIGNATURES[self.rng.usize(..SIGNATURES.len())];
        self.call(name, args, 0)
    }

    fn any(&mut self, depth: u8) -> String {
        let kind = *self.rng.choice(b"indbsBkycavlmSxqCe12Q").expect("not empty") as char;
        self.of(kind, depth)
    }

    /// A form that mostly gives a value of a kind.
    fn of(&mut self, kind: char, depth: u8) -> String {
        if self.rng.u8(..WRONG_KIND_ONE_IN) == 0 {
            return self.any(depth.saturating_sub(1));
        }
        if self.rng.u8(..4) == 0
            && let Some(local) = self.local(kind)
        {
            return local;
        }
        if depth == 0 || self.rng.u8(..5) == 0 {
            return self.literal(kind);
        }
        match self.rng.u8(..10) {
            0 => self.conditional(kind, depth - 1),
            1 => self.binding(kind, depth - 1),
            2 => self.sequence(kind, depth - 1),
            _ => self.call_giving(kind, depth - 1),
        }
    }

    fn local(&mut self, kind: char) -> Option<String> {
        let fitting: Vec<&str> =
            self.locals.iter().filter(|(_, k)| *k == kind || kind == 'e').map(|(n, _)| n.as_str()).collect();
        self.rng.choice(fitting).map(String::from)
    }

    fn literal(&mut self, kind: char) -> String {
        let rng = &mut self.rng;
        match kind {
            'i' => literals::integer(rng),
            'd' => literals::double(rng),
            'n' if rng.u8(..3) == 0 => literals::double(rng),
            'n' => literals::integer(rng),
            'b' => literals::constant(rng),
            's' => literals::string(rng),
            'B' => literals::blob(rng),
            'k' => literals::keyword(rng),
            'y' => literals::symbol(rng),
            'c' => literals::character(rng),
            'a' => literals::address(rng),
            'A' => literals::user(rng),
            'Y' => literals::own_symbol(rng),
            'v' => format!("[{}]", self.atoms()),
            'l' => format!("'({})", self.atoms()),
            'm' => self.map_literal(),
            'S' => self.set_literal(),
            'x' => self.index_literal(),
            'q' => self.literal_of("vl"),
            'C' => self.literal_of("vlmSx"),
            '1' => self.function(1),
            '2' => self.function(2),
            'Q' => format!("'{}", self.code(1)),
            _ => self.literal_of("iidsBkycavlmSb"),
        }
    }

    fn literal_of(&mut self, kinds: &str) -> String {
        let kind = *self.rng.choice(kinds.as_bytes()).expect("not empty") as char;
        self.literal(kind)
    }

    fn atom(&mut self) -> String {
        match self.rng.u8(..12) {
            0 => "[1 2]".into(),
            1 => "{:a 1}".into(),
            _ => {
                let atom = self.literal_of("iiidsBkkcab");
                if atom.starts_with('*') { "#11".into() } else { atom }
            }
        }
    }

    fn atoms(&mut self) -> String {
        let n = match self.rng.u8(..12) {
            0 => self.rng.usize(15..20),
            1 => self.rng.usize(30..36),
            _ => self.rng.usize(..5),
        };
        (0..n).map(|_| self.atom()).collect::<Vec<_>>().join(" ")
    }

    fn set_literal(&mut self) -> String {
        format!("(hash-set {})", self.atoms())
    }

    fn map_literal(&mut self) -> String {
        let n = if self.rng.u8(..10) == 0 { self.rng.usize(14..20) } else { self.rng.usize(..4) };
        let entries: Vec<String> = (0..n).map(|i| format!("{i} {}", self.atom())).collect();
        match self.rng.u8(..3) {
            0 => "{:a 1 :b [2 3] :foo {:k \"v\"}}".into(),
            _ => format!("{{{}}}", entries.join(" ")),
        }
    }

    fn index_literal(&mut self) -> String {
        let n = self.rng.usize(..4);
        let entries: Vec<String> = (0..n)
            .map(|_| {
                let key = self.literal_of("Bskay");
                format!("{key} {}", self.atom())
            })
            .collect();
        format!("(index {})", entries.join(" "))
    }

    fn function(&mut self, arity: u8) -> String {
        const ONE: &[&str] = &[
            "inc",
            "str",
            "count",
            "vec",
            "identity",
            "nil?",
            "first",
            ":a",
            "{1 2 3 4}",
            "#{1 2 :a}",
            "(fn [x] x)",
            "(fn [x] [x x])",
            "(fn [& xs] (count xs))",
            "(fn [x] (if (int? x) (* x x) x))",
            "not",
            "hash",
            "boolean",
            "(fn ([] 0) ([x] [x]) ([x & r] r))",
            "(fn [[a b]] [b a])",
            "reduced",
            "symbol?",
            "(comp str count)",
        ];
        const TWO: &[&str] = &[
            "+",
            "*",
            "max",
            "conj",
            "vector",
            "=",
            "<",
            "concat",
            "(fn [a b] (+ a b))",
            "(fn [a b] (conj a b))",
            "(fn [a b] b)",
            "(fn [a & b] [a b])",
            "assoc",
            "str",
            "(fn [a b] (if (> (count [a b]) 3) (reduced a) [a b]))",
            "list",
            "merge",
            "union",
        ];
        if self.rng.u8(..4) == 0 {
            let params = ["p", "q"][..usize::from(arity)].join(" ");
            let depth = self.locals.len();
            self.locals.extend((0..arity).map(|i| (["p", "q"][usize::from(i)].into(), 'e')));
            let body = self.any(1);
            self.locals.truncate(depth);
            return format!("(fn [{params}] {body})");
        }
        pick(&mut self.rng, if arity == 1 { ONE } else { TWO }).into()
    }

    fn call(&mut self, name: &str, args: &str, depth: u8) -> String {
        let mut kinds: Vec<char> = Vec::new();
        for kind in args.chars() {
            if kind == '*' {
                let last = *kinds.last().expect("a kind before the star");
                kinds.pop();
                kinds.extend((0..self.rng.usize(..4)).map(|_| last));
            } else {
                kinds.push(kind);
            }
        }
        match self.rng.u8(..30) {
            0 => kinds.push('e'),
            1 => drop(kinds.pop()),
            _ => {}
        }
        let args: Vec<String> = kinds.into_iter().map(|kind| self.of(kind, depth)).collect();
        format!("({name} {})", args.join(" "))
    }

    fn call_giving(&mut self, kind: char, depth: u8) -> String {
        let gives = |k: char| match kind {
            'e' => true,
            'n' => matches!(k, 'n' | 'i' | 'd'),
            'q' => matches!(k, 'q' | 'v' | 'l'),
            'C' => matches!(k, 'C' | 'q' | 'v' | 'l' | 'm' | 'S' | 'x'),
            _ => k == kind,
        };
        let fitting: Vec<_> = SIGNATURES.iter().filter(|(_, _, k)| gives(*k)).collect();
        match self.rng.choice(fitting) {
            Some((name, args, _)) => self.call(name, args, depth),
            None if kind == 'e' && self.rng.bool() => pick(&mut self.rng, SPECIALS).into(),
            None => self.literal(kind),
        }
    }

    fn conditional(&mut self, kind: char, depth: u8) -> String {
        let test = self.of('b', depth);
        let (a, b) = (self.of(kind, depth), self.of(kind, depth));
        match self.rng.u8(..8) {
            0 => format!("(if {test} {a} {b})"),
            1 => format!("(cond {test} {a} {b})"),
            2 => format!("(when {test} {a})"),
            3 => format!("(or {a} {b})"),
            4 => format!("(and {test} {a} {b})"),
            5 => format!("(when-not {test} {a})"),
            6 => format!("(switch {test} true {a} {b})"),
            _ => format!("(try {a} {b})"),
        }
    }

    fn name(&mut self) -> String {
        self.named += 1;
        ["a", "b", "c", "i", "v", "x", "n", "z"][self.named % 8].into()
    }

    fn with_local<T>(&mut self, name: &str, kind: char, f: impl FnOnce(&mut Forms) -> T) -> T {
        self.locals.push((name.into(), kind));
        let out = f(self);
        self.locals.pop();
        out
    }

    fn binding(&mut self, kind: char, depth: u8) -> String {
        let bound = *self.rng.choice(b"isvmkCe1q").expect("not empty") as char;
        let (name, value) = (self.name(), self.of(bound, depth));
        let element = if matches!(bound, 'v' | 'q' | 'C' | 'm') { 'e' } else { bound };
        match self.rng.u8(..9) {
            0 => {
                let body = self.with_local(&name, 'e', |f| f.of(kind, depth));
                format!("(let [[{name} & r] {value}] {body})")
            }
            1 => {
                let body = self.with_local(&name, 'i', |f| f.of('e', depth));
                let n = self.rng.usize(..6);
                format!(
                    "(loop [{name} 0 acc []] (cond (< {name} {n}) (recur (inc {name}) (conj acc {body})) acc))"
                )
            }
            2 => {
                let body = self.with_local(&name, element, |f| f.of(kind, depth));
                format!("(for [{name} {value}] {body})")
            }
            3 => {
                let body = self.with_local(&name, bound, |f| f.of(kind, depth));
                format!("(if-let [{name} {value}] {body} {value})")
            }
            4 => {
                let set = self.with_local(&name, bound, |f| f.of(bound, depth));
                format!("(let [{name} {value}] (set! {name} {set}) {name})")
            }
            5 => {
                let body = self.with_local(&name, bound, |f| f.of(kind, depth));
                format!("((fn [{name}] {body}) {value})")
            }
            6 => {
                let body = self.with_local(&name, bound, |f| f.of(kind, depth));
                format!("(when-let [{name} {value}] {body})")
            }
            _ => {
                let body = self.with_local(&name, bound, |f| f.of(kind, depth));
                format!("(let [{name} {value}] {body})")
            }
        }
    }

    fn sequence(&mut self, kind: char, depth: u8) -> String {
        let (first, last) = (self.any(depth), self.of(kind, depth));
        match self.rng.u8(..9) {
            0 => format!("(query {first} {last})"),
            1 => format!("(do (def tmp {first}) [{last} tmp])"),
            2 => format!("(do (def tmp {first}) (set! tmp {last}) tmp)"),
            3 => format!("(eval '{last})"),
            4 => format!("(try {first} {last} *result*)"),
            5 => format!("[{first} *result* {last} *juice*]"),
            6 => format!("(do {first} *result*)"),
            _ => format!("(do {first} {last})"),
        }
    }

    fn macro_use(&mut self, depth: u8) -> String {
        let (a, b) = (self.any(depth), self.any(depth.saturating_sub(1)));
        let n = self.rng.usize(..6);
        match self.rng.u8(..14) {
            0 => format!("(do (defmacro m [x] `(do ~x ~x)) (m {a}))"),
            1 => format!("(do (defn f [x y] [y x {b}]) (f {a} {b}))"),
            2 => format!("(do (defn f ([x] {b}) ([x & more] (count more))) [(f {a}) (f 1 2 3)])"),
            3 => format!("(dotimes [i {n}] {a})"),
            4 => format!("(for-loop [i 0 (< i {n}) (inc i)] {a})"),
            5 => format!("(assert {a} {b})"),
            6 => format!("(let [y {a}] `[~y {b}])"),
            7 => format!("(do (define zz {a}) [zz])"),
            8 => format!("(do (declare zz) (def zz {a}) zz)"),
            9 => format!("(do (def zz ^{{:static true}} {a}) zz (undef zz) {b})"),
            10 => format!("(switch {a} 1 {b} :a 2 {b})"),
            11 => format!("(do (def mm {{:a {{}}}}) (set-in! mm [:a :b] {a}) mm)"),
            12 => format!("(tailcall (vector {a} {b}))"),
            _ => format!("(schedule (+ *timestamp* {n}) {a})"),
        }
    }

    /// Code to be quoted, built of few names so that it may compile and run.
    fn code(&mut self, depth: u8) -> String {
        match self.rng.u8(..8) {
            0 => format!("(def q {})", self.any(depth)),
            1 => format!("(fn [x] {})", self.any(depth)),
            2 => format!("(let [w {}] [w])", self.any(depth)),
            3 => format!("(defn g ^{{:callable true}} [x] {})", self.any(depth)),
            4 => pick(
                &mut self.rng,
                &[
                    "x",
                    "count",
                    "*balance*",
                    "(1 2)",
                    "()",
                    "[x ~y]",
                    "(unquote x)",
                    "a/b",
                    "@x",
                    "{:a x}",
                    "#{y}",
                ],
            )
            .into(),
            _ => self.any(depth),
        }
    }

    /// Several definitions that use each other.
    fn program(&mut self) -> String {
        let (a, b, c) = (self.any(2), self.of('1', 1), self.of('C', 2));
        match self.rng.u8(..5) {
            0 => format!("(do (def d1 {a}) (def f1 {b}) (map f1 {c}))"),
            1 => format!(
                "(do (defn f1 [x] (cond (coll? x) (count x) {a})) (reduce (fn [acc y] (conj acc (f1 y))) [] {c}))"
            ),
            2 => format!(
                "(do (def total 0) (defn add! [x] (set! total (+ total x))) (map add! [1 2 3]) [total {a}])"
            ),
            3 => format!(
                "(do (defn fact [n acc] (if (<= n 1) acc (recur (dec n) (* acc n)))) [(fact {} 1) {a}])",
                self.rng.u8(..40)
            ),
            _ => format!("(let [f {b} g (fn [h] (comp h f))] [((g str) {a}) f])"),
        }
    }

    /// An actor, called.
    fn actor(&mut self) -> String {
        let (body, arg, offer) = (self.any(2), self.any(1), self.literal('i'));
        let call = match self.rng.u8(..6) {
            0 => format!("(call a {offer} (g {arg}))"),
            1 => format!("(call [a {arg}] (g {arg}))"),
            2 => "(call a (missing 1))".to_string(),
            3 => format!("(eval-as a '(def z {arg}))"),
            4 => format!("(query-as a '(g {arg}))"),
            _ => format!("(call a (g {arg}))"),
        };
        let inner = match self.rng.u8(..6) {
            0 => format!("(do (accept *offer*) {body})"),
            1 => format!("(do (set! n (inc n)) [n *caller* *scope* *offer* {body}])"),
            2 => format!("(do (set! n x) (rollback {body}))"),
            3 => "(do (log x) (halt [x *address* *origin*]))".into(),
            4 => format!("(do (set-holding *caller* x) (transfer *caller* {offer}))"),
            _ => body,
        };
        let controlled = if self.rng.bool() { "(set-controller *caller*)" } else { "nil" };
        format!(
            "(let [a (deploy '(do {controlled} (def n 0) (defn g ^{{:callable true}} [x] {inner})))] \
             [(try {call} *result*) a/n *balance* (balance a)])"
        )
    }
}
