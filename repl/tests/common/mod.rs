//! Running the binary in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A folder with files of these texts, deleted at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    /// Makes it.
    pub fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let path = std::env::temp_dir().join(format!("cvx-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("there is room");
        for (file, text) in files {
            fs::write(path.join(file), text).expect("there is room");
        }
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a run left.
pub struct Left {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// The exit code.
    #[allow(dead_code, reason = "not all tests ask for it")]
    pub code: Option<i32>,
}

/// Runs the binary in a folder.
pub fn cvx(folder: &Folder, args: &[&str], input: &str) -> Left {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cvx"));
    command.args(args).current_dir(&folder.0).env_remove("CLICOLOR_FORCE").env("CVX_HISTORY", "");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("cvx is built");
    // A child that does not read what it was not asked to read is no failure.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("cvx ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("cvx writes UTF-8");
    Left { out: text(output.stdout), err: text(output.stderr), code: output.status.code() }
}
