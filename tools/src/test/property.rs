//! Properties: steps that should go well for all values.

use super::choices::{self, Choices};
use super::failure::Story;
use super::fork::Watch;
use super::generator::Generator;
use super::player::Player;
use super::runner::{Options, Prepared};
use super::step::{Step, Steps, elements, misuse};
use crate::show;
use fastrand::Rng;
use lang::reader::Form;
use lang::{Symbol, Value};

/// How many values are tried unless the file says otherwise.
pub const DEFAULT_RUNS: u64 = 100;
/// The size of the last values; the first are of size 1.
const MAX_SIZE: u64 = 30;

/// `(property NAME [x GENERATOR …] {:runs 100} …)`
pub struct Property {
    /// Names and where their values come from.
    pub bindings: Vec<(Symbol, Generator)>,
    /// How many values to try.
    pub runs: u64,
    /// What should go well.
    pub steps: Vec<Step>,
}

impl Property {
    /// Reads what follows the name.
    pub fn read(form: &Form, args: &[Form], steps: &mut Steps) -> Option<Property> {
        let shape = "write `(property name [x :long] …)`";
        let Some((vector @ Form { value: Value::Vector(_), .. }, rest)) = args.split_first() else {
            steps.problems.push(misuse(form, "a `property` needs a vector of names and generators", shape));
            return None;
        };
        let mut bindings = Vec::new();
        for pair in elements(vector, steps.positions).chunks(2) {
            let [Form { value: Value::Symbol(name), .. }, generator] = pair else {
                steps.problems.push(misuse(&pair[0], "here should stand a name and a generator", shape));
                return None;
            };
            match Generator::read(&generator.value) {
                Ok(known) => bindings.push((name.clone(), known)),
                Err(sentence) => {
                    let hint = "generators are listed in tools/docs/test.md";
                    steps.problems.push(misuse(generator, sentence, hint));
                    return None;
                }
            }
        }
        let (runs, rest) = match rest.split_first() {
            Some((Form { value: Value::Map(options), .. }, rest)) => {
                let runs = options.get(&Value::keyword("runs")).ok().flatten();
                match runs {
                    Some(Value::Integer(runs)) if *runs > 0 => (runs.unsigned_abs(), rest),
                    _ => {
                        steps.problems.push(misuse(
                            form,
                            "the options of a `property` are `{:runs 100}`",
                            shape,
                        ));
                        return None;
                    }
                }
            }
            _ => (DEFAULT_RUNS, rest),
        };
        Some(Property { bindings, runs, steps: steps.read_all(rest) })
    }

    fn draw(&self, choices: &mut Choices) -> Vec<(Symbol, Value)> {
        self.bindings.iter().map(|(name, generator)| (name.clone(), generator.draw(choices))).collect()
    }

    /// Plays the steps for values, in a fork of its own.
    fn play<'a>(&self, file: &'a Prepared, watch: &Watch, values: &[(Symbol, Value)]) -> Player<'a> {
        let mut player = file.player(watch);
        player.fork.given.extend(values.iter().cloned());
        player.play(&self.steps);
        player
    }

    /// Tries values until some fail, then simpler ones.
    pub fn run<'a>(&self, file: &'a Prepared, name: &str, options: &Options, watch: &Watch) -> Player<'a> {
        let mut total = file.player(watch);
        let accounts = file.fork.state.next_address().unwrap_or(0);
        let runs = options.runs.unwrap_or(self.runs);
        for run in 0..runs {
            let size = 1 + run * MAX_SIZE / runs;
            let mut choices = Choices::random(Rng::with_seed(seed(options.seed, name, run)), size, accounts);
            let values = self.draw(&mut choices);
            let player = self.play(file, watch, &values);
            total.assertions += player.assertions;
            total.cost.add(player.cost);
            if player.failed == 0 {
                continue;
            }
            let row = choices::shrink(choices.made(), |row| {
                let mut choices = Choices::replay(row, size, accounts);
                let values = self.draw(&mut choices);
                (self.play(file, watch, &values).failed > 0).then(|| choices.made())
            });
            let least = self.draw(&mut Choices::replay(&row, size, accounts));
            let mut player = self.play(file, watch, &least);
            let title = format!("for these values (run {} of {runs}, --seed {})", run + 1, options.seed);
            let story = Story { title, lines: lines(&least, &values) };
            // The same led to all of them.
            if let Some(failure) = player.failures.first_mut() {
                failure.stories.push(story);
            }
            (total.failures, total.failed) = (player.failures, player.failed);
            break;
        }
        total
    }
}

/// The simplest values, and those that they were shrunk from.
fn lines(least: &[(Symbol, Value)], first: &[(Symbol, Value)]) -> Vec<String> {
    let line = |((name, least), (_, first)): (&(Symbol, Value), &(Symbol, Value))| {
        let mut line = format!("{} = {}", String::from_utf8_lossy(name.name()), show::brief(least, 400));
        if first != least {
            line.push_str(&format!("   shrunk from {}", show::brief(first, 160)));
        }
        line
    };
    least.iter().zip(first).map(line).collect()
}

/// A seed for a run of a test that does not depend on which other tests run.
pub fn seed(seed: u64, name: &str, run: u64) -> u64 {
    // FNV-1a.
    let bytes = seed.to_be_bytes().into_iter().chain(name.bytes()).chain(run.to_be_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
