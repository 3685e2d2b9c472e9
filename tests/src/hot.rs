//! Forms in places where they run often enough to be translated to code over registers.

use crate::forms::Forms;

/// Turns of a loop, and elements that a function is called for: more than the first tier runs itself.
const TURNS: &str = "9";
const ELEMENTS: &str = "[1 2 3 4 5 6 7 8 9]";

impl Forms {
    /// The next form, with a random one in a loop, a function or an actor that runs again and again.
    pub fn hot(&mut self) -> String {
        self.begin();
        let body = |forms: &mut Forms, locals: &[(&str, char)]| forms.among(locals, 3);
        match self.choice(7) {
            0 => {
                let step = body(self, &[("i", 'i'), ("r", 'v'), ("v", 'v'), ("m", 'm')]);
                let (v, m) = (body(self, &[("i", 'i'), ("v", 'v')]), body(self, &[("i", 'i'), ("m", 'm')]));
                format!(
                    "(loop [i 0 r [] v [0] m {{}}] (cond (< i {TURNS}) \
                     (recur (inc i) (conj r {step}) (conj v {v}) (assoc m i {m})) [r v m]))"
                )
            }
            1 => format!("(map (fn [x] {}) {ELEMENTS})", body(self, &[("x", 'i')])),
            2 => {
                let step = body(self, &[("a", 'v'), ("x", 'i')]);
                format!("(reduce (fn [a x] (conj a {step})) [] {ELEMENTS})")
            }
            3 => {
                let (test, last) = (body(self, &[("x", 'i')]), body(self, &[("a", 'v'), ("x", 'i')]));
                format!(
                    "(map (fn [k] (reduce (fn [a x] (cond (= x k) (reduced [a {test}]) {last})) [] {ELEMENTS})) {ELEMENTS})"
                )
            }
            4 => {
                let inner = body(self, &[("a", 'i'), ("b", 'v'), ("c", 's')]);
                format!(
                    "(do (def f (fn [a b c] {inner})) \
                     (loop [i 0 r []] (cond (< i {TURNS}) (recur (inc i) (conj r (f i [i r] \"c\"))) r)))"
                )
            }
            5 => {
                let inner = body(self, &[("n", 'i'), ("v", 'v')]);
                format!(
                    "(do (def f (fn [n v] (cond (< n 1) v (f (dec n) (conj v {inner}))))) (f 5 []) (f 12 [1]))"
                )
            }
            _ => {
                let (inner, arg) =
                    (body(self, &[("x", 'i'), ("n", 'i')]), body(self, &[("i", 'i'), ("r", 'v')]));
                format!(
                    "(let [a (deploy '(do (def n 0) (def g ^{{:callable true}} (fn [x] (def n (inc n)) {inner}))))] \
                     (loop [i 0 r []] (cond (< i {TURNS}) (recur (inc i) (conj r (call* a i 'g {arg}))) [r *balance*])))"
                )
            }
        }
    }
}
