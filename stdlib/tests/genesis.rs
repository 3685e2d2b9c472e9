//! Genesis against the tables of what the network's genesis holds: names, kinds, flags, accounts, coins.

use lang::{Blob, Map, Value, native, printer, reader, special};
use std::sync::LazyLock;
use vm::context::CORE;
use vm::genesis::{Parameters, build};
use vm::{Account, Context, Ending, State};

static GENESIS: LazyLock<State> = LazyLock::new(|| stdlib::genesis().unwrap());
const JUICE: u64 = 10_000_000;
const USER: u64 = 11;
/// The standard actors with definitions, and those of them that hold functions to run in the account of the user.
const STANDARD: std::ops::RangeInclusive<u64> = 64..=76;
const LIBRARIES: [u64; 3] = [64, 65, 66];

/// The lines of a table below its header, cut into columns.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

fn account(address: u64) -> Account {
    GENESIS.account(address).unwrap().unwrap()
}

fn metadata(address: u64, name: &str) -> Map {
    account(address).definition_metadata(&Value::symbol(name)).unwrap().cloned().unwrap_or_else(Map::empty)
}

fn text(value: &Value) -> String {
    String::from_utf8(printer::print(value, 1_000_000).unwrap().unwrap()).unwrap()
}

/// The printed value of a program run by a user, or the code of its error.
fn eval(code: &str) -> String {
    let form = reader::read_one(code, 0).unwrap_or_else(|errors| panic!("{code}: {}", errors[0].message));
    match Context::new(GENESIS.clone(), USER, JUICE).unwrap().run(&form.value) {
        Ok(value) => text(&value),
        Err(Ending::Error(error)) => format!("error {}", text(&error.code)),
        Err(ending) => format!("{ending:?}"),
    }
}

#[test]
fn core_defines_what_the_table_says() {
    let core = account(CORE);
    let mut defined = 0;
    for row in rows(include_str!("data/core.tsv")) {
        let [name, kind, encoding, arity, flags] = row[..] else { panic!("{row:?}") };
        let value = core.definition(&Value::symbol(name)).unwrap();
        if flags == "compiler only" {
            assert!(value.is_none() && special::code(name.as_bytes()).is_some(), "{name}");
            continue;
        }
        defined += 1;
        let value = value.unwrap_or_else(|| panic!("{name} is not defined"));
        if encoding.is_empty() {
            assert!(matches!(kind, "macro" | "library function"), "{name}");
            assert!(vm::call::is_function(value).unwrap(), "{name}");
        } else {
            let hex: String = value.encoding().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, encoding, "{name}");
        }
        let data = metadata(CORE, name);
        let found: Vec<&str> = ["special", "static", "expander", "private", "callable"]
            .into_iter()
            .filter(|flag| data.get(&Value::keyword(flag)).unwrap().is_some_and(Value::is_truthy))
            .collect();
        assert_eq!(found.join(" "), flags, "{name}");
        if kind == "native function" && name != "quote" {
            check_arity(name, value, arity);
        }
    }
    assert_eq!(core.environment().unwrap().unwrap().count(), defined);
    assert_eq!(defined, 230);
    assert!(native::NATIVE.iter().all(|(_, name)| core.definition(&Value::symbol(name)).unwrap().is_some()));
}

/// A native function fails with `:ARITY` for exactly the numbers of arguments that it does not take.
fn check_arity(name: &str, function: &Value, arity: &str) {
    for count in 0..6 {
        let taken = match arity {
            "odd" => count % 2 == 1,
            "even" => count % 2 == 0,
            _ => arity.split(' ').any(|part| match part.strip_suffix('+') {
                Some(least) => count >= least.parse().unwrap(),
                None => count == part.parse::<usize>().unwrap(),
            }),
        };
        let mut context = Context::new(GENESIS.clone(), USER, JUICE).unwrap();
        let refused = match context.invoke(function, &mut vec![Value::Nil; count]) {
            Err(Ending::Error(error)) => error.code == Value::keyword("ARITY"),
            _ => false,
        };
        assert_eq!(refused, !taken, "{name} of {count} arguments");
    }
}

/// Callables of the standard actors that all assets have, or all monitors, and tell about in one place.
const COMMON: [&str; 12] = [
    "accept",
    "balance",
    "change-control",
    "check-trusted?",
    "decimals",
    "direct-transfer",
    "get-offer",
    "offer",
    "quantity-add",
    "quantity-sub",
    "quantity-subset?",
    "total-supply",
];

#[test]
fn what_is_public_is_documented() {
    for address in [CORE, 9, 10].into_iter().chain(STANDARD) {
        for entry in account(address).environment().unwrap().unwrap().iter() {
            let (name, value) = entry.unwrap();
            let name = text(name);
            let common = address > CORE && COMMON.contains(&name.as_str());
            let public = address == CORE || vm::call::is_function(value).unwrap() && !name.starts_with('-');
            if !public || common && !LIBRARIES.contains(&address) {
                continue;
            }
            let data = metadata(address, &name);
            let Some(Value::Map(doc)) = data.get(&Value::keyword("doc")).unwrap() else {
                panic!("#{address}/{name}")
            };
            let description = doc.get(&Value::keyword("description")).unwrap();
            assert!(
                matches!(description, Some(Value::String(text)) if !text.is_empty()),
                "#{address}/{name}"
            );
            assert!(!examples(&data).is_empty(), "#{address}/{name} has an example");
        }
    }
}

#[test]
fn examples_are_true() {
    let mut count = 0;
    for address in [CORE, 9, 10].into_iter().chain(STANDARD) {
        let account = account(address);
        for entry in account.metadata().unwrap().unwrap().iter() {
            let (name, data) = entry.unwrap();
            let Value::Map(data) = data else { panic!("{}", text(name)) };
            for (code, result) in examples(data) {
                assert_eq!(eval(&code), result, "{code}");
                count += 1;
            }
        }
    }
    assert!(count > 400, "{count}");
}

/// Code and result of the examples in metadata.
fn examples(data: &Map) -> Vec<(String, String)> {
    let Some(Value::Map(doc)) = data.get(&Value::keyword("doc")).unwrap() else { return Vec::new() };
    let Some(Value::Vector(examples)) = doc.get(&Value::keyword("examples")).unwrap() else {
        return Vec::new();
    };
    let field = |example: &Value, name| match example {
        Value::Map(example) => match example.get(&Value::keyword(name)).unwrap() {
            Some(Value::String(text)) => text.to_text().unwrap(),
            other => panic!("{name} is {:?}", other.map(text)),
        },
        other => panic!("{}", text(other)),
    };
    let examples = examples.iter().map(|example| example.unwrap());
    examples.map(|example| (field(example, "code"), field(example, "result"))).collect()
}

#[test]
fn accounts_are_what_the_table_says() {
    let mut address = 0;
    for row in rows(include_str!("data/genesis.tsv")) {
        let [name, sequence, balance, allowance, controller, parent, key, definitions, names] = row[..]
        else {
            panic!("{row:?}")
        };
        assert_eq!(name, format!("#{address}"));
        let account = account(address);
        assert_eq!(account.sequence().unwrap().to_string(), sequence, "{name}");
        assert_eq!(account.balance().unwrap().to_string(), balance, "{name}");
        assert_eq!(account.allowance().unwrap().to_string(), allowance, "{name}");
        let or_dash = |value: &Value| if value.is_nil() { "-".to_string() } else { text(value) };
        assert_eq!(or_dash(account.controller().unwrap()), controller, "{name}");
        assert_eq!(
            or_dash(&account.key().unwrap().map_or(Value::Nil, |key| Value::Blob(key.clone()))),
            key,
            "{name}"
        );
        assert_eq!(or_dash(&account.parent().unwrap().map_or(Value::Nil, Value::Address)), parent, "{name}");
        let mut found: Vec<String> = match account.environment().unwrap() {
            Some(environment) => environment.keys().map(|name| text(name.unwrap())).collect(),
            None => Vec::new(),
        };
        assert_eq!(found.len().to_string(), definitions, "{name}");
        found.sort();
        let mut names: Vec<&str> = names.split_whitespace().collect();
        names.sort();
        assert!(names.is_empty() || found == names, "{name}: {found:?}");
        address += 1;
    }
    assert_eq!(GENESIS.next_address().unwrap(), address);
}

#[test]
fn peers_globals_and_supply() {
    let peers = GENESIS.peers().unwrap();
    let parameters = Parameters::local();
    assert_eq!(peers.count(), 8);
    for (key, controller) in parameters.peer_keys.iter().zip(12..) {
        let peer = peers.get(&Value::Blob(Blob::new(key))).unwrap().unwrap();
        let Value::Record(record) = peer else { panic!("{}", text(peer)) };
        let fields: Vec<String> = record.fields().iter().map(|field| text(field.unwrap())).collect();
        let stake = "24975000000000";
        assert_eq!(fields, [&format!("#{controller}"), stake, "#Index {}", "0", "nil", "-1", stake]);
    }
    assert_eq!(eval("(:globals *state*)"), "[1735056000000 0 10 1000000 1000000000000 -1]");
    assert_eq!(eval("(:schedule *state*)"), "#Index {}");
    assert_eq!(eval("(coin-supply)"), "1000000000000000");
    let total = "(+ (reduce + 0 (mapv :balance (:accounts *state*)))
                    (reduce + 0 (mapv :balance (values (:peers *state*))))
                    (nth (:globals *state*) 4))";
    assert_eq!(eval(total), "1000000000000000000");
}

#[test]
fn names_lead_to_the_actors() {
    for (name, value) in [
        ("convex", "nil"),
        ("convex.core", "#8"),
        ("convex.registry", "#9"),
        ("convex.trust", "#10"),
        ("convex.cns.convex.cns.init", "#1"),
        ("convex.governance", "#77"),
        ("asset.box", "#70"),
        ("asset.box.actor", "#69"),
        ("currency.GBPF", "#130"),
    ] {
        assert_eq!(eval(&format!("(resolve {name})")), value, "{name}");
    }
    let nodes = "(= #9/cns-owners (into {} (map (fn [n] [n #6])
        [[] [\"convex\"] [\"convex\" \"trust\"] [\"currency\"] [\"torus\"] [\"asset\"] [\"asset\" \"wrap\"]
         [\"asset\" \"box\"] [\"asset\" \"nft\"]])))";
    assert_eq!(eval(nodes), "true");
    assert_eq!(eval("(#9/read 'asset.box)"), "[#70 #6 nil [#9 [\"asset\" \"box\"]]]");
    assert_eq!(eval("(#9/read 'init)"), "[#1 #1 nil nil]");
    assert_eq!(eval("[fun torus (lookup-meta 'fun)]"), "[#64 #66 {:static true}]");
    for address in 2..=12 {
        assert_eq!(
            eval(&format!("(str? (:name (call *registry* (lookup #{address}))))")),
            "true",
            "#{address}"
        );
    }
}

/// Flags decide what an actor can be called for, and what code compiled elsewhere holds as a constant.
#[test]
fn actors_are_called_and_inlined_as_the_table_says() {
    for row in rows(include_str!("data/flags.tsv")) {
        let [address, flag, names] = row[..] else { panic!("{row:?}") };
        let metadata =
            account(address.parse().unwrap()).metadata().unwrap().cloned().unwrap_or_else(Map::empty);
        let mut found: Vec<String> = metadata
            .iter()
            .map(|entry| entry.unwrap())
            .filter(|(_, data)| match data {
                Value::Map(data) => data.get(&Value::keyword(flag)).unwrap().is_some_and(Value::is_truthy),
                _ => false,
            })
            .map(|(name, _)| text(name))
            .collect();
        found.sort();
        assert_eq!(found.join(" "), names, "#{address} {flag}");
    }
}

#[test]
fn is_the_same_every_time() {
    assert_eq!(GENESIS.value().hash(), stdlib::genesis().unwrap().value().hash());
    let mut other = Parameters::local();
    other.governance_key = [1; 32];
    assert_ne!(GENESIS.value().hash(), build(&other, &stdlib::LIBRARY).unwrap().value().hash());
}

#[test]
fn the_embedded_state_is_that_of_the_sources() {
    let built = stdlib::build_genesis().expect("the library builds");
    let embedded = stdlib::genesis().expect("the embedded state decodes");
    let advice =
        "run `cargo run -p cvx-stdlib --example embed` after a change that shows in the genesis state";
    assert_eq!(embedded.value().hash(), built.value().hash(), "{advice}");
    assert_eq!(
        lang::message::encode(&embedded.value()).ok(),
        lang::message::encode(&built.value()).ok(),
        "{advice}"
    );
}
