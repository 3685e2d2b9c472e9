//! Files as the commands use them: read within a bound, written whole, appended to. No other crate
//! opens a file to read or write it.
//!
//! - [`limits`]: how much is read at most
//! - [`read`]: bytes and texts of files, pipes and standard input
//! - [`text`]: a text of a file without what it may begin with for other programs
//! - [`mod@write`]: whole files, put beside and renamed
//! - [`append`]: one write to the end of a file
//! - [`lock`]: one program at a time
//! - [`same`]: whether two paths are one file

pub mod append;
pub mod limits;
pub mod lock;
pub mod read;
pub mod same;
pub mod text;
pub mod write;

pub use limits::{Limit, Limits};
pub use lock::Lock;
pub use read::Unread;
pub use text::Text;
