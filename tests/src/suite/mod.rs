//! The benchmark suite: pieces of work of all kinds, to be timed and to have their allocations counted.

mod blocks;
mod collections;
mod kernels;
mod report;
mod texts;

pub use report::{Allocations, Measured, report};

use std::any::Any;
use std::path::{Path, PathBuf};

/// A run whose result is handed out, so that dropping it is not part of the run.
pub type Run = Box<dyn FnOnce() -> Box<dyn Any>>;

/// A piece of work that is done again and again.
pub struct Work {
    /// What it belongs to, such as `maps`.
    pub group: &'static str,
    /// What is done, unique with the size within its group.
    pub name: String,
    /// The number of elements of the collection it is done to.
    pub size: Option<u64>,
    /// How many units one run does.
    pub units: u64,
    /// What a unit is: `run`, `byte`, `operation`, …
    pub unit: &'static str,
    /// Prepares a run; that is neither timed nor counted.
    pub prepare: Box<dyn Fn() -> Run>,
}

impl Work {
    /// Work of one unit.
    fn run<T: 'static>(
        group: &'static str,
        name: impl Into<String>,
        run: impl Fn() -> T + Clone + 'static,
    ) -> Work {
        Work::new(group, name, 1, "run", move || {
            let run = run.clone();
            move || run()
        })
    }

    fn new<T: 'static, F: FnOnce() -> T + 'static>(
        group: &'static str,
        name: impl Into<String>,
        units: u64,
        unit: &'static str,
        prepare: impl Fn() -> F + 'static,
    ) -> Work {
        let prepare = move || -> Run {
            let run = prepare();
            Box::new(move || Box::new(run()))
        };
        Work { group, name: name.into(), size: None, units, unit, prepare: Box::new(prepare) }
    }

    fn of_size(mut self, size: u64) -> Work {
        self.size = Some(size);
        self
    }

    /// Group, name and size: what tells this work from all other.
    pub fn id(&self) -> String {
        let size = self.size.map_or(String::new(), |size| format!(" of {size}"));
        format!("{}: {}{size}", self.group, self.name)
    }
}

/// All works of the suite whose description contains a text.
pub fn works(filter: &str) -> Vec<Work> {
    let all =
        kernels::works().into_iter().chain(texts::works()).chain(collections::works()).chain(blocks::works());
    all.filter(|work| work.id().contains(filter)).collect()
}

/// A file of the benchmarks: what the project shares with others where that is present, else the copy it carries.
pub fn file(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.join("../../shared/bench").join(name);
    if shared.exists() { shared } else { root.join("data/bench").join(name) }
}
