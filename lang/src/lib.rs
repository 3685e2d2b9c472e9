//! Convex values and the text they are written in.
//!
//! This crate holds every kind of cell (CAD002), its encoding, hash and memory size (CAD003), and the
//! reader, printer and formatter of Convex Lisp (CAD026, CAD032) with source positions beside the forms. It executes
//! nothing and does no input or output: values that are not in memory arrive through one trait,
//! [`store::Store`].

pub mod blob;
mod captured;
pub mod cell;
pub mod character;
pub mod coded;
mod decimal;
pub mod decode;
pub mod double;
mod draft;
pub mod encode;
pub mod equality;
pub mod extension;
pub mod format;
pub mod hash;
pub mod hex;
pub mod index;
mod index_key;
pub mod integer;
mod keccak;
pub mod kind;
pub mod limits;
pub mod list;
pub mod map;
pub mod memory;
pub mod message;
pub mod name;
pub mod native;
pub mod op;
mod packing;
mod passing;
mod prefix;
pub mod printer;
mod radix;
mod radix_merge;
mod radix_parts;
pub mod reader;
pub mod record;
mod rest;
pub mod schema;
pub mod set;
pub mod signed;
pub mod source;
pub mod special;
pub mod store;
pub mod string;
pub mod syntax;
pub mod value;
pub mod vector;
mod walk;
mod whole;

pub use blob::Blob;
pub use coded::Coded;
pub use decimal::Decimal;
pub use double::Double;
pub use hash::Hash;
pub use index::Index;
pub use integer::{BigInteger, nearest_double};
pub use kind::Kind;
pub use list::List;
pub use map::Map;
pub use name::{Keyword, Symbol};
pub use record::Record;
pub use set::Set;
pub use signed::Signed;
pub use store::Missing;
pub use string::Str;
pub use syntax::Syntax;
pub use value::Value;
pub use vector::Vector;
