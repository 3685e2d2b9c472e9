//! The core library and the standard actors, written in Convex Lisp and embedded as text.
//!
//! There is no logic here: [`vm::genesis`] turns these sources into the first state of a network.

use vm::State;
use vm::genesis::{Actor, GenesisError, Library, Parameters, Source, build};

macro_rules! source {
    ($path:literal) => {
        Source { name: concat!("stdlib/", $path), text: include_str!(concat!("../", $path)) }
    };
}

/// The sources of every definition in a genesis state that is not native.
pub const LIBRARY: Library = Library {
    core: &[
        source!("core/values.cvx"),
        source!("core/quasi.cvx"),
        source!("core/define.cvx"),
        source!("core/control.cvx"),
        source!("core/collections.cvx"),
        source!("core/accounts.cvx"),
    ],
    documentation: &[
        source!("docs/forms.cvx"),
        source!("docs/specials.cvx"),
        source!("docs/numbers.cvx"),
        source!("docs/predicates.cvx"),
        source!("docs/collections.cvx"),
        source!("docs/text.cvx"),
        source!("docs/code.cvx"),
        source!("docs/accounts.cvx"),
    ],
    actors: &[
        Actor { address: 9, source: source!("registry.cvx") },
        Actor { address: 10, source: source!("trust.cvx") },
        Actor { address: 64, source: source!("asset/fungible.cvx") },
        Actor { address: 65, source: source!("asset/asset.cvx") },
        Actor { address: 66, source: source!("torus/exchange.cvx") },
        Actor { address: 67, source: source!("asset/nft/simple.cvx") },
        Actor { address: 68, source: source!("asset/nft/basic.cvx") },
        Actor { address: 69, source: source!("asset/box/actor.cvx") },
        Actor { address: 70, source: source!("asset/box/box.cvx") },
        Actor { address: 71, source: source!("asset/multi-token.cvx") },
        Actor { address: 72, source: source!("asset/wrapped.cvx") },
        Actor { address: 73, source: source!("trust/ownership.cvx") },
        Actor { address: 74, source: source!("trust/delegate.cvx") },
        Actor { address: 75, source: source!("trust/whitelist.cvx") },
        Actor { address: 76, source: source!("trust/monitors.cvx") },
    ],
    setup: &[source!("genesis.cvx")],
};

/// The genesis state of a local network, built from the sources: with keys that are public knowledge
/// ([`Parameters::local`]).
///
/// # Errors
/// A source of the library that cannot be read or run, which the tests of this crate rule out.
pub fn build_genesis() -> Result<State, GenesisError> {
    build(&Parameters::local(), &LIBRARY)
}

/// The message of the state that [`build_genesis`] gives, made by the example `embed`; a test compares.
const EMBEDDED: &[u8] = include_bytes!("../genesis.state");

/// The same state as [`build_genesis`], from its embedded encoding: starting must not take the time of running
/// the whole library.
///
/// # Errors
/// As [`build_genesis`], which is asked when the embedded bytes are not those of a state.
pub fn genesis() -> Result<State, GenesisError> {
    let embedded = lang::message::decode(EMBEDDED).ok();
    match embedded.as_ref().and_then(State::from_value) {
        Some(state) => Ok(state),
        None => build_genesis(),
    }
}
