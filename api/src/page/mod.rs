//! The pages for people: plain HTML made here, readable without scripts.

mod account;
mod block;
mod home;
pub mod layout;
mod run;
mod transaction;
mod view;

pub use account::{find as find_account, show as account};
pub use block::show as block;
pub use home::show as home;
pub use run::run;
pub use transaction::show as transaction;
