//! Random transaction scripts: several users, actors, offers, memory, schedule, failures.

use crate::forms::Forms;
use crate::literals;
use fastrand::Rng;
use serde_json::{Value as Json, json};

/// Makes scripts from a seed; the same seed always gives the same scripts.
pub struct Scripts {
    rng: Rng,
    forms: Forms,
}

/// An actor that counts, takes and gives coins, and fails.
const ACTOR: &str = "(deploy '(do (def n 0) (def store {}) (defn tick ^{:callable true} [x] (set! n (inc n)) (set! store (assoc store *caller* x)) n) \
     (defn pay ^{:callable true} [] (accept *offer*)) (defn out ^{:callable true} [k] (transfer *caller* k)) \
     (defn bad ^{:callable true} [x] (do (set! n x) (fail :BAD x)))))";

impl Scripts {
    /// A source of scripts.
    pub fn new(seed: u64) -> Scripts {
        Scripts { rng: Rng::with_seed(seed), forms: Forms::new(seed ^ 0x5c21_9e37) }
    }

    /// The next script: `{"txs": [[account, form], …]}`.
    pub fn script(&mut self) -> Json {
        let n = self.rng.usize(2..12);
        let txs: Vec<Json> = (0..n).map(|_| self.transaction()).collect();
        json!({ "txs": txs })
    }

    fn transaction(&mut self) -> Json {
        let account = match self.rng.u8(..24) {
            0 => self.rng.u64(..140),
            _ => self.rng.u64(13..20),
        };
        json!([account, self.source()])
    }

    fn source(&mut self) -> String {
        let user = self.rng.u64(12..21);
        let actor = self.rng.u64(131..136);
        let amount = literals::integer(&mut self.rng);
        let value = self.forms.form();
        match self.rng.u8(..22) {
            0 => format!("(transfer #{user} {amount})"),
            1 => format!("(do (def kept {value}) nil)"),
            2 => "(undef kept)".into(),
            3 => format!("(set-memory {amount})"),
            4 => format!("(transfer-memory #{user} {amount})"),
            5 => format!("(set-holding #{user} {value})"),
            6 => format!("(get-holding #{user})"),
            7 => format!("(schedule* (+ *timestamp* {}) (compile '(def later 1)))", self.rng.u32(..100_000)),
            8 => ACTOR.into(),
            9 => format!("(call #{actor} (tick {value}))"),
            10 => format!("(call #{actor} {amount} (pay))"),
            11 => format!("(call #{actor} (out {amount}))"),
            12 => format!("(call #{actor} (bad 1))"),
            13 => format!("(do (def a 1) (halt {value}))"),
            14 => format!("(do (def a 1) (rollback {value}))"),
            15 => format!("(set-controller #{user})"),
            16 => format!("(eval-as #{user} '(def planted {amount}))"),
            17 => "(loop [] (recur))".into(),
            18 => {
                "(do (def big (loop [i 0 v []] (cond (< i 400) (recur (inc i) (conj v [i])) v))) nil)".into()
            }
            _ => value,
        }
    }
}
