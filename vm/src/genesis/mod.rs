//! Genesis: the first state of a network, built from keys and the sources of the library.
//!
//! Accounts stand at fixed addresses: #0 and #1 are nobody's, #2 to #7 hold reserves and govern, #8 is the core, #9
//! the registry, #10 trust, then come users and peers, from #64 the standard actors. What the library deploys besides comes from #128 on.
//! The state is a pure function of [`Parameters`] and [`Library`]: the same everywhere, down to its hash.

pub mod check;
mod layout;
mod load;

use crate::{Ending, State};
use lang::{Missing, Value};
use std::fmt;

/// A public key (Ed25519).
pub type Key = [u8; 32];

/// What tells one network's genesis from another's.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// The key of the accounts that hold reserves and govern.
    pub governance_key: Key,
    /// The key of the user account that stands ready after those of the peers.
    pub first_user_key: Key,
    /// The keys of the first peers, at least one and at most [`MAX_PEERS`], all distinct. The first is the key of
    /// the genesis user and of administration too.
    pub peer_keys: Vec<Key>,
    /// The stakes of the peers in coppers, in the order of their keys; `None` for equal parts of a fifth of the coins
    /// issued. What is issued and not staked goes to users.
    pub stakes: Option<Vec<i64>>,
}

/// The most peers that a genesis state has accounts for.
pub const MAX_PEERS: usize = layout::MAX_PEERS;

impl Parameters {
    /// The parameters of a local network of eight peers, whose secret keys are public knowledge.
    pub fn local() -> Parameters {
        const PEERS: [&str; 8] = [
            "a63005bbf05fd09c6722682d06d09712f16b0ecb2d9ca103392c559bcffba366",
            "6bb634d2da2f860c8475662d5ac20a04073f999a2d8c58f4ca04d60a08632184",
            "01560db20e3d7af9cefa6608634e1da744537931f4209688732b0018a38818d2",
            "ed2876b69233bb1bc3a820ec1fa56757b9bb825e954446fc632f22e620ece7f2",
            "48fa6f10b4248bbf9ce3dc52eabc3da94f59cf6e16b258fa13652364f648115f",
            "fe3cc88348c5750ddd8f76e585958f79676e0510f55f5eae246bd3120d7c1ce0",
            "ccf3dfa09beeedfa1104f4df11c79208ed4f03a52720ef2b3b70101188fdcf5f",
            "70473c02a73766c15b627aea239111622ec409a25e110fc5528cd10f5bff0629",
        ];
        Parameters {
            governance_key: key("12ef73ee900ed1fe78a188f59bf8cede467baa66f5b60368afaaa3b9521ab94d"),
            first_user_key: key("89b5142678bfef7a2245af5ae5b9ab1e10c282b375fa297c5aaeccc48ac97cac"),
            peer_keys: PEERS.iter().map(|hex| key(hex)).collect(),
            stakes: None,
        }
    }
}

/// The bytes of 64 hexadecimal digits; other characters count as 0.
fn key(hex: &str) -> Key {
    let mut key = [0; 32];
    for (position, digit) in hex.chars().take(64).enumerate() {
        let digit = digit.to_digit(16).unwrap_or(0) as u8;
        key[position / 2] |= if position % 2 == 0 { digit << 4 } else { digit };
    }
    key
}

/// A text of the library.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Its path, for error messages and positions.
    pub name: &'static str,
    /// Convex Lisp.
    pub text: &'static str,
}

/// A standard actor.
#[derive(Clone, Copy, Debug)]
pub struct Actor {
    /// Its address, which genesis has laid out.
    pub address: u64,
    /// Forms run in its account, in order.
    pub source: Source,
}

/// The sources of all definitions in a genesis state that are not native, in the order of their use.
#[derive(Clone, Copy, Debug)]
pub struct Library {
    /// Forms run in the core account.
    pub core: &'static [Source],
    /// Maps from names of the core account to their metadata. A name without a definition becomes one: a special op,
    /// or else the symbol itself.
    pub documentation: &'static [Source],
    /// The standard actors.
    pub actors: &'static [Actor],
    /// Vectors `[address form]`, each form run as that account.
    pub setup: &'static [Source],
}

/// Builds the genesis state.
///
/// # Errors
/// Keys that make no network, or a source that cannot be read or run.
pub fn build(parameters: &Parameters, library: &Library) -> Result<State, GenesisError> {
    let mut state = layout::state(parameters)?;
    state = load::core(state, library)?;
    for actor in library.actors {
        state = load::actor(state, actor)?;
    }
    for source in library.setup {
        state = load::setup(state, *source)?;
    }
    Ok(state)
}

/// Why there is no genesis state.
#[derive(Clone, Debug)]
pub enum GenesisError {
    /// There are no peers, or more than [`MAX_PEERS`].
    PeerCount(usize),
    /// Two peers have the same key.
    SamePeer(Key),
    /// There are not as many stakes as peers: stakes, peers.
    StakeCount(usize, usize),
    /// A stake is negative.
    NegativeStake(i64),
    /// All stakes together, in coppers, are more than the coins issued.
    StakeSum(i128),
    /// A source cannot be read or is not what it should be: name, line from 1, what is wrong.
    Source(&'static str, usize, String),
    /// A form of a source did not end with a value: name, line from 1, the ending.
    Run(&'static str, usize, Ending),
    /// A cell is not to be had; states made here are all in memory.
    Missing(Missing),
}

impl From<Missing> for GenesisError {
    fn from(missing: Missing) -> GenesisError {
        GenesisError::Missing(missing)
    }
}

impl fmt::Display for GenesisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GenesisError::PeerCount(count) => {
                write!(f, "a network starts with 1 to {MAX_PEERS} peers, given {count}")
            }
            GenesisError::SamePeer(key) => {
                write!(f, "two peers have the key 0x")?;
                key.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            GenesisError::StakeCount(stakes, peers) => {
                write!(f, "every peer needs one stake, given {stakes} for {peers} peers")
            }
            GenesisError::NegativeStake(stake) => write!(f, "a stake cannot be negative: {stake}"),
            GenesisError::StakeSum(sum) => write!(
                f,
                "the stakes are {sum} coppers together, more than the {} that are issued",
                layout::ISSUED_COPPERS
            ),
            GenesisError::Source(name, line, message) => write!(f, "{name}:{line}: {message}"),
            GenesisError::Run(name, line, Ending::Error(error)) => {
                write!(f, "{name}:{line}: {} {}", text(&error.code), text(&error.message))
            }
            GenesisError::Run(name, line, ending) => {
                write!(f, "{name}:{line}: ended without a value: {ending:?}")
            }
            GenesisError::Missing(missing) => write!(f, "a cell is missing: {missing:?}"),
        }
    }
}

impl std::error::Error for GenesisError {}

/// The longest text, in bytes, that a message shows of a value.
const MAX_SHOWN_BYTES: usize = 1000;

fn text(value: &Value) -> String {
    match lang::printer::print(value, MAX_SHOWN_BYTES) {
        Ok(Some(text)) => String::from_utf8_lossy(&text).into_owned(),
        _ => format!("({})", value.kind().name()),
    }
}

#[cfg(test)]
mod tests {
    use super::{GenesisError, Library, Parameters, Source, build};
    use crate::state::Global;
    use lang::Blob;

    const EMPTY: Library = Library { core: &[], documentation: &[], actors: &[], setup: &[] };

    fn error(parameters: &Parameters, library: &Library) -> String {
        build(parameters, library).err().map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn keys_make_a_network() {
        let local = Parameters::local();
        assert!(build(&local, &EMPTY).is_ok());
        let none = Parameters { peer_keys: Vec::new(), ..local.clone() };
        assert_eq!(error(&none, &EMPTY), "a network starts with 1 to 51 peers, given 0");
        let many = Parameters { peer_keys: (0..52).map(|i| [i; 32]).collect(), ..local.clone() };
        assert_eq!(error(&many, &EMPTY), "a network starts with 1 to 51 peers, given 52");
        let most = Parameters { peer_keys: (0..51).map(|i| [i; 32]).collect(), ..local.clone() };
        assert!(build(&most, &EMPTY).is_ok());
        let twins = Parameters { peer_keys: vec![[7; 32]; 2], ..local };
        assert!(matches!(build(&twins, &EMPTY), Err(GenesisError::SamePeer(key)) if key == [7; 32]));
    }

    #[test]
    fn stakes_add_up() {
        let local = Parameters::local();
        let with = |stakes: &[i64]| Parameters {
            peer_keys: vec![[1; 32], [2; 32]],
            stakes: Some(stakes.to_vec()),
            ..local.clone()
        };
        let issued = super::layout::ISSUED_COPPERS;
        for stakes in [[0, 0], [5, 7], [issued - 1, 1], [0, issued]] {
            let state = build(&with(&stakes), &EMPTY).expect("they are in range");
            let mut coins: i64 =
                [Global::Fees, Global::PoolCoppers].map(|g| state.global(g).unwrap()).iter().sum();
            for address in 0..state.next_address().unwrap() {
                let balance = state.balance(address).unwrap().unwrap();
                assert!(balance >= 0, "#{address}");
                coins += balance;
            }
            for (key, stake) in [[1; 32], [2; 32]].iter().zip(stakes) {
                let peer = state.peer(&Blob::new(key)).unwrap().unwrap();
                assert_eq!((peer.own_stake().unwrap(), peer.balance().unwrap()), (stake, stake));
                coins += stake;
            }
            assert_eq!(coins, crate::limits::MAX_SUPPLY_COPPERS, "{stakes:?}");
        }
        for (stakes, expected) in [
            (&[1][..], "every peer needs one stake, given 1 for 2 peers".to_owned()),
            (&[1, -1], "a stake cannot be negative: -1".to_owned()),
            (&[issued, 1], format!("the stakes are {} coppers together", i128::from(issued) + 1)),
            (&[i64::MAX, i64::MAX], format!("the stakes are {} coppers together", 2 * i128::from(i64::MAX))),
        ] {
            let error = error(&with(stakes), &EMPTY);
            assert!(error.starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn bad_sources_say_where() {
        const fn with(text: &'static str) -> Source {
            Source { name: "bad.cvx", text }
        }
        const UNREADABLE: &[Source] = &[with("nil\n(")];
        const FAILING: &[Source] = &[with("1\n2 (fail :X 5)")];
        const NO_MAP: &[Source] = &[with("[1 2]")];
        const NO_STEP: &[Source] = &[with("[#1 1]\n[:a 1]")];
        let local = Parameters::local();
        for (library, expected) in [
            (Library { core: UNREADABLE, ..EMPTY }, "bad.cvx:2: "),
            (Library { core: FAILING, ..EMPTY }, "bad.cvx:2: :X 5"),
            (Library { documentation: NO_MAP, ..EMPTY }, "bad.cvx:1: "),
            (Library { setup: NO_STEP, ..EMPTY }, "bad.cvx:2: "),
        ] {
            let error = error(&local, &library);
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
