//! Which tests failed when they ran last, kept for `cvx test --rerun-failed`.
//!
//! A file for each folder that tests are run in, below the folder that `CVX_CACHE` names, else in the user's folder for
//! caches. Each line holds a file and the name of a test, with a tab between.

use crate::failure::Failure;
use files::{Limits, write};
use lang::Value;
use std::collections::HashSet;
use std::env;
use std::path::PathBuf;
use tools::show;
use tools::test::runner::Report;

/// The tests that failed, by file and name.
///
/// # Errors
/// [`Failure::Usage`] when there is no folder for caches.
pub fn load() -> Result<HashSet<(String, String)>, Failure> {
    let path = path()?;
    let text = match files::read::text(&path, Limits::default().source) {
        Ok(text) => text.text,
        Err(why) if why.is_absent() => String::new(),
        Err(why) => return Err(Failure::unread(&path, &why)),
    };
    let test = |line: &str| line.split_once('\t').map(|(file, name)| (file.to_owned(), name.to_owned()));
    Ok(text.lines().filter_map(test).collect())
}

/// Keeps the tests that failed, and those of before that did not run now. Nothing is kept where there is no folder for caches.
///
/// # Errors
/// [`Failure::Io`] when the file cannot be written.
pub fn save(report: &Report) -> Result<(), Failure> {
    let Ok(path) = path() else { return Ok(()) };
    let mut failed = match load() {
        Ok(failed) => failed,
        Err(failure) => {
            show::tell(format!("cvx: which tests failed is not kept: {failure}\n"));
            return Ok(());
        }
    };
    let before = failed.clone();
    for result in &report.tests {
        let Some((file, test)) = report.test_of(result) else { continue };
        let name = (file.suite.name.clone(), test.name.replace(['\t', '\n'], " "));
        if result.passed() {
            failed.remove(&name)
        } else {
            failed.insert(name)
        };
    }
    if failed == before {
        return Ok(());
    }
    let mut lines: Vec<String> = failed.iter().map(|(file, name)| format!("{file}\t{name}\n")).collect();
    lines.sort();
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    folder.and_then(|()| write::replace(&path, lines.concat().as_bytes())).or_else(|error| {
        show::tell(format!("cvx: which tests failed is not kept: {}: {error}\n", show::path(&path)));
        Ok(())
    })
}

fn path() -> Result<PathBuf, Failure> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = env::var_os("CVX_CACHE").filter(|path| !path.is_empty()).map(PathBuf::from);
    let cache = cache
        .or_else(|| absolute("XDG_CACHE_HOME").map(|path| path.join("cvx")))
        .or_else(|| absolute("HOME").map(|home| home.join(".cache/cvx")))
        .ok_or_else(|| Failure::Usage("there is no folder for caches: set CVX_CACHE".to_owned()))?;
    let here = Value::string(&env::current_dir()?.to_string_lossy()).hash().to_string();
    Ok(cache.join("failed").join(&here[..16]))
}
