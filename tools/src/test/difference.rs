//! How two values differ, as the places within them that do.

use lang::{Map, Missing, Value, Vector};

/// More differences are not looked for.
const MAX_DIFFERENCES: usize = 20;
/// Values nested deeper are compared as a whole.
const MAX_DEPTH: usize = 50;

/// A place where two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The keys and positions that lead there, as a vector that `get-in` takes.
    pub path: String,
    /// What is there.
    pub sentence: String,
}

/// The places where two values differ, at most a handful, their parts as a function writes them. None when parts of
/// them are not here.
pub fn differences(a: &Value, b: &Value, text: &dyn Fn(&Value) -> String) -> Vec<Difference> {
    let mut finder = Finder { found: Vec::new(), path: Vec::new(), text };
    match finder.compare(a, b) {
        Ok(()) => finder.found,
        Err(Missing { .. }) => Vec::new(),
    }
}

struct Finder<'a> {
    found: Vec<Difference>,
    path: Vec<String>,
    text: &'a dyn Fn(&Value) -> String,
}

impl Finder<'_> {
    fn text(&self, value: &Value) -> String {
        (self.text)(value)
    }

    fn add(&mut self, sentence: String) {
        if self.found.len() < MAX_DIFFERENCES {
            self.found.push(Difference { path: format!("[{}]", self.path.join(" ")), sentence });
        }
    }

    fn at(
        &mut self,
        key: String,
        work: impl FnOnce(&mut Self) -> Result<(), Missing>,
    ) -> Result<(), Missing> {
        self.path.push(key);
        let outcome = work(self);
        self.path.pop();
        outcome
    }

    fn compare(&mut self, a: &Value, b: &Value) -> Result<(), Missing> {
        if a == b || self.found.len() >= MAX_DIFFERENCES {
            return Ok(());
        }
        match (a, b) {
            _ if self.path.len() >= MAX_DEPTH => {}
            (Value::Map(a), Value::Map(b)) => return self.maps(a, b),
            (Value::Vector(a), Value::Vector(b)) => return self.sequences(&a.to_vec()?, &b.to_vec()?),
            (Value::List(a), Value::List(b)) => return self.sequences(&a.to_vec()?, &b.to_vec()?),
            (Value::Set(a), Value::Set(b)) => {
                for only in a.difference(b)?.iter() {
                    self.add(format!("only the first has {}", self.text(only?)));
                }
                for only in b.difference(a)?.iter() {
                    self.add(format!("only the second has {}", self.text(only?)));
                }
                return Ok(());
            }
            (Value::Index(a), Value::Index(b)) => {
                let map = |index: &lang::Index| -> Result<Map, Missing> {
                    let mut entries = Vec::new();
                    for entry in index.iter() {
                        let (key, value) = entry?;
                        entries.push((key.clone(), value.clone()));
                    }
                    Ok(Map::from_entries(entries))
                };
                return self.maps(&map(a)?, &map(b)?);
            }
            _ => {}
        }
        let kinds = if a.kind() == b.kind() {
            String::new()
        } else {
            format!(" ({} and {})", a.kind().name(), b.kind().name())
        };
        self.add(format!("{} and {}{kinds}", self.text(a), self.text(b)));
        Ok(())
    }

    fn maps(&mut self, a: &Map, b: &Map) -> Result<(), Missing> {
        for entry in a.iter() {
            let (key, value) = entry?;
            self.at(self.text(key), |finder| match b.get(key)? {
                Some(other) => finder.compare(value, other),
                None => {
                    finder.add(format!("only in the first: {}", finder.text(value)));
                    Ok(())
                }
            })?;
        }
        for entry in b.iter() {
            let (key, value) = entry?;
            if !a.contains(key)? {
                self.at(self.text(key), |finder| {
                    finder.add(format!("only in the second: {}", finder.text(value)));
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    fn sequences(&mut self, a: &[Value], b: &[Value]) -> Result<(), Missing> {
        for (i, (a, b)) in a.iter().zip(b).enumerate() {
            self.at(i.to_string(), |finder| finder.compare(a, b))?;
        }
        let common = a.len().min(b.len());
        for (side, rest) in [("first", &a[common..]), ("second", &b[common..])] {
            if !rest.is_empty() {
                let rest = Value::Vector(Vector::from_values(rest.to_vec()));
                let which = format!("only in the {side}, from {common} on: {}", self.text(&rest));
                self.add(which);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named() {
        for (a, b, expected) in [
            ("1", "1", &[][..]),
            ("1", "2", &["[] 1 and 2"]),
            ("1", "1.0", &["[] 1 and 1.0 (Integer and Double)"]),
            ("[1 {:a [2 3]}]", "[1 {:a [2 4]}]", &["[1 :a 1] 3 and 4"]),
            ("{:a 1,:b 2}", "{:a 1}", &["[:b] only in the first: 2"]),
            ("{:a 1}", "{:a 1 nil 0}", &["[nil] only in the second: 0"]),
            ("[1]", "[1 2 3]", &["[] only in the second, from 1 on: [2 3]"]),
            ("#{1 2}", "#{2 3}", &["[] only the first has 1", "[] only the second has 3"]),
            ("[[] 1]", "[() 1]", &["[0] [] and () (Vector and List)"]),
        ] {
            let read = |text| lang::reader::read_one(text, 0).expect("it reads").value;
            let found = differences(&read(a), &read(b), &|value| crate::show::brief(value, 200));
            let lines: Vec<String> = found.iter().map(|d| format!("{} {}", d.path, d.sentence)).collect();
            assert_eq!(lines, expected, "{a} {b}");
        }
    }
}
