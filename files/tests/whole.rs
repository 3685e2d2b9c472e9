//! Writing, appending and reading as a user's disk meets them: links, permissions, folders,
//! devices, a full disk.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read and write files, and start processes")]

use files::{Limit, Unread, append, read, same, write};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

const LIMIT: Limit = Limit { bytes: 100, option: "--max-source" };

/// An empty folder, deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("cvx-files-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("there is room");
        Folder(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("it is there");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("it is listed").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::set_permissions(&self.0, Permissions::from_mode(0o700));
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("it is text")
}

#[test]
fn permissions_and_links_are_kept() {
    let folder = Folder::new("kept");
    for mode in [0o600, 0o644, 0o755, 0o640, 0o666, 0o700] {
        let path = folder.path("file");
        fs::write(&path, "old").expect("there is room");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("it is ours");
        write::replace(&path, b"new").expect("it can be written");
        assert_eq!(
            (text(&path).as_str(), fs::metadata(&path).expect("it is there").mode() & 0o7777),
            ("new", mode)
        );
    }
    fs::create_dir(folder.path("other")).expect("there is room");
    fs::write(folder.path("other/target"), "old").expect("there is room");
    symlink("other/target", folder.path("link")).expect("there is room");
    symlink("link", folder.path("link of link")).expect("there is room");
    symlink("other/absent", folder.path("dangling")).expect("there is room");
    symlink("round", folder.path("round")).expect("there is room");
    write::replace(&folder.path("link of link"), b"new").expect("it can be written");
    write::replace(&folder.path("dangling"), b"made").expect("it can be written");
    assert!(write::replace(&folder.path("round"), b"x").is_err());
    assert_eq!(text(&folder.path("other/target")), "new");
    assert_eq!(text(&folder.path("other/absent")), "made");
    for link in ["link", "link of link", "dangling", "round"] {
        assert!(folder.path(link).is_symlink(), "{link}");
    }
    assert_eq!(folder.names(), ["dangling", "file", "link", "link of link", "other", "round"]);
}

#[test]
fn a_new_file_has_the_permissions_that_any_has() {
    let folder = Folder::new("new");
    fs::write(folder.path("any"), "").expect("there is room");
    write::replace(&folder.path("new"), b"").expect("it can be written");
    let mode = |name| fs::metadata(folder.path(name)).expect("it is there").mode();
    assert_eq!(mode("new"), mode("any"));
    write::create_private(&folder.path("key"), b"secret").expect("it can be written");
    assert_eq!(mode("key") & 0o777, 0o600);
    let again = write::create_private(&folder.path("key"), b"other").expect_err("it is there");
    assert_eq!((again.kind(), text(&folder.path("key")).as_str()), (io::ErrorKind::AlreadyExists, "secret"));
    assert_eq!(folder.names(), ["any", "key", "new"]);
}

#[test]
fn what_cannot_be_written_stays() {
    let folder = Folder::new("stays");
    assert!(write::replace(&folder.0, b"x").is_err(), "a folder");
    assert!(write::replace(&folder.path("absent/file"), b"x").is_err());
    assert!(append::append(&folder.path("absent/file"), b"x").is_err());
    assert_eq!(folder.names(), Vec::<String>::new());
    // Devices are written to, not replaced.
    assert!(write::replace(Path::new("/dev/null"), b"x").is_ok());
    assert!(append::append(Path::new("/dev/null"), b"x").is_ok());
    if Path::new("/dev/full").exists() {
        assert!(write::replace(Path::new("/dev/full"), b"x").is_err());
        assert!(append::append(Path::new("/dev/full"), b"x").is_err());
        assert!(Path::new("/dev/full").exists());
    }
}

/// Runs a test of this file in a process that may write only 1 KiB a file, and does not end when it
/// tries.
fn with_small_files(test: &str, folder: &Folder) {
    let program = std::env::current_exe().expect("this runs");
    let script = "trap '' XFSZ; ulimit -f 2; exec \"$0\" --exact \"$1\" --ignored --test-threads 1";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(program).arg(test).env("CVX_FOLDER", &folder.0);
    let output = shell.output().expect("there is a shell");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && out.contains("1 passed"), "{out}");
}

#[test]
fn a_write_that_fails_leaves_what_was_there() {
    let folder = Folder::new("full");
    fs::write(folder.path("old"), "old").expect("there is room");
    fs::write(folder.path("history"), "first\n").expect("there is room");
    with_small_files("when_files_may_not_grow", &folder);
    assert_eq!(
        (text(&folder.path("old")).as_str(), text(&folder.path("history")).as_str()),
        ("old", "first\n")
    );
    assert_eq!(folder.names(), ["history", "old"]);
}

#[test]
#[ignore = "started by `a_write_that_fails_leaves_what_was_there`"]
fn when_files_may_not_grow() {
    let folder = PathBuf::from(std::env::var_os("CVX_FOLDER").expect("it is told"));
    let long = vec![b'x'; 100_000];
    for name in ["old", "new"] {
        assert!(write::replace(&folder.join(name), &long).is_err(), "{name}");
    }
    assert!(write::create_private(&folder.join("key"), &long).is_err());
    for name in ["history", "new history"] {
        assert!(append::append(&folder.join(name), &long).is_err(), "{name}");
    }
}

#[test]
fn appends_of_many_are_not_mixed() {
    let folder = Folder::new("append");
    let path = folder.path("history");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for _ in 0..100 {
                    append::append(path, format!("{}\n", writer.to_string().repeat(50)).as_bytes())
                        .expect("there is room");
                }
            });
        }
    });
    let text = text(&path);
    assert_eq!(text.lines().count(), 400);
    assert!(text.lines().all(|line| line.len() == 50 && line.chars().all(|c| line.starts_with(c))));
}

#[test]
fn reading_is_bounded() {
    let folder = Folder::new("read");
    fs::write(folder.path("good"), [b' '; 100]).expect("there is room");
    fs::write(folder.path("long"), [b' '; 101]).expect("there is room");
    fs::write(folder.path("bytes"), b"a\xff").expect("there is room");
    symlink("/dev/zero", folder.path("link")).expect("there is room");
    let why = |path: &Path| read::text(path, LIMIT).err().map(|why| why.to_string()).unwrap_or_default();
    assert_eq!(why(&folder.path("good")), "");
    for (path, part) in [
        (folder.path("long"), "longer than 100 bytes; `--max-source SIZE`"),
        (folder.path("bytes"), "not UTF-8 text (at byte 1)"),
        (folder.path("link"), "a device"),
        (folder.path("absent"), "No such file"),
        (folder.0.clone(), "a folder"),
        ("/dev/zero".into(), "a device"),
        ("/dev/tty".into(), "a device"),
    ] {
        assert!(why(&path).contains(part), "{}: {}", path.display(), why(&path));
    }
    assert!(matches!(read::drain(io::repeat(0), LIMIT), Err(Unread::TooLong(_))));
    assert_eq!(read::drain(&[1; 100][..], LIMIT).map(|bytes| bytes.len()).ok(), Some(100));
}

#[test]
fn pipes_are_read_up_to_the_limit() {
    let folder = Folder::new("pipe");
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("there is mkfifo").success());
    for (script, is_good) in [("printf '(a)' > \"$0\"", true), ("cat /dev/zero > \"$0\" 2>&-", false)] {
        let mut writer =
            Command::new("sh").arg("-c").arg(script).arg(&pipe).spawn().expect("there is a shell");
        assert_eq!(read::text(&pipe, LIMIT).is_ok(), is_good, "{script}");
        writer.wait().expect("it ends with its reader");
    }
    assert!(matches!(read::regular(&pipe, None, LIMIT), Err(Unread::NotRegular)));
}

#[test]
fn only_regular_files_of_a_folder_are_loaded() {
    let folder = Folder::new("load");
    let inner = folder.path("inner");
    fs::create_dir(&inner).expect("there is room");
    fs::write(folder.path("out.cvx"), "1").expect("there is room");
    fs::write(inner.join("in.cvx"), "2").expect("there is room");
    symlink("../out.cvx", inner.join("link")).expect("there is room");
    symlink(&inner, folder.path("back")).expect("there is room");
    for (path, is_loaded) in [
        ("inner/in.cvx", true),
        ("inner/../inner/in.cvx", true),
        ("back/in.cvx", true),
        ("out.cvx", false),
        ("inner/../out.cvx", false),
        ("inner/link", false),
        ("inner", false),
        ("/dev/zero", false),
        ("/dev/null", false),
    ] {
        let read = read::regular(&folder.path(path), Some(&inner), LIMIT);
        assert_eq!(read.is_ok(), is_loaded, "{path}: {read:?}");
    }
    assert!(matches!(read::regular(&folder.path("out.cvx"), Some(&inner), LIMIT), Err(Unread::Outside(_))));
    assert!(read::regular(&folder.path("out.cvx"), None, LIMIT).is_ok());
}

#[test]
fn a_file_is_known_by_any_name() {
    let folder = Folder::new("same");
    fs::create_dir(folder.path("inner")).expect("there is room");
    fs::write(folder.path("a"), "").expect("there is room");
    fs::write(folder.path("b"), "").expect("there is room");
    symlink("a", folder.path("link")).expect("there is room");
    fs::hard_link(folder.path("a"), folder.path("hard")).expect("there is room");
    for (one, other, is_same) in [
        ("a", "a", true),
        ("a", "inner/../a", true),
        ("a", "link", true),
        ("link", "hard", true),
        ("a", "b", false),
        ("a", "absent", false),
        ("absent", "inner/../absent", true),
        ("absent", "inner/absent", false),
        ("/dev/null", "/dev/null", false),
    ] {
        assert_eq!(same::is_same(&folder.path(one), &folder.path(other)), is_same, "{one} {other}");
    }
}
