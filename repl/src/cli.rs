//! The command line: what was typed, as `clap` reads it.

use clap::{Args, CommandFactory, Parser, Subcommand};
use files::Limits;
use files::limits::{MAX_SOURCE_BYTES, MAX_STATE_BYTES, Size};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use tools::project::WIDTHS;
use tools::session::GENESIS_ACCOUNT;

const EXAMPLES: &str = "\
Examples:
  cvx                                  a prompt on a fresh local state
  echo '(+ 1 2)' | cvx                 forms from a pipe, a result a line
  cvx run actor.cvx use.cvx            forms of files, each a transaction; `cvx actor.cvx` does the same
  cvx eval '(map inc [1 2 3])'         one expression
  cvx eval --jsonl < questions.jsonl   many, for a program

Exit codes: 0 success, 1 a program failed, 2 wrong usage.
Environment: NO_COLOR and CLICOLOR_FORCE turn colours off and on; CVX_HISTORY names the history file, CVX_KEYS the folder of
keys; CVX_KEY_PASSPHRASE opens keys.";

const TEST_HELP: &str = "\
A test file has a name that ends in `.test.cvx` and stands beside the code that it tests:

  (load \"actor.cvx\")                        ; the code, relative to this file
  (given drinks (new-vote [:tea :coffee]))    ; any other form belongs to the set-up

  (deftest counts-votes
    (is (= :tea (call drinks (vote :tea))))
    (throws :STATE (call drinks (vote :tea)))
    (as #13 (is (call drinks (vote :tea))))
    (is (= 2 (get drinks/tally :tea))))

  (is CONDITION \"note\")        the value should be neither false nor nil
  (throws CODE \"part\" FORM)    the form should fail, with this code and message (both optional)
  (as ACCOUNT FORM …)          the forms run as another account
  (after MILLISECONDS FORM …)  time passes, and what is scheduled until then runs
  (fund ACCOUNT COPPERS)       coins for an account, out of the reserve
  (given NAME FORM)            a name for a value, outside of the state
  (load \"file.cvx\")            the forms of a file

  (property name [x :long y [:vector :any]] (is …))    for random values
  (invariant name {:actors [drinks]} (is …))           after random calls by anybody

Account and time: tests run as #11 (or --as) of a fresh local state, with its
389,599,997,300,000 coppers and the time of genesis, 2024-12-24 16:00 UTC, which only `after`
changes.

Forks: the set-up of a file, all that is outside of tests, runs once; every test runs on its own
fork of the state after it.

Transactions: each form in a test, each assertion too, is a transaction of its own, without fees.
Its effects stay for the next form of the test; one that fails leaves none. The words above are
no part of the state: juice, memory and addresses are those of the network.

Examples:
  cvx test                             all tests in this folder and below
  cvx test examples --filter votes     those whose file or name contains a word
  cvx test --rerun-failed --repl-on-fail
  cvx test --coverage --costs          what ran, and what it takes
  cvx test --mutate                    would the tests notice if the code were wrong?

More is in tools/docs/test.md. Exit codes: 0 all passed, 1 a test failed, 2 wrong usage.";

const NODE_HELP: &str = "\
The network begins with the local genesis, or with the state that --genesis names, and is in memory
only: all of it is lost when the process ends. Its stake is that of genesis, in equal parts for the
first N of the eight test keys, which are public; peer i is controlled by account #(11+i).

Each peer answers on a port of its own: the HTTP API under /api/v1, its description under /openapi,
a page for people under /, /metrics for Prometheus and /health. Only this machine can connect,
unless --host says otherwise.

Time and prices: the clock is real. The memory pool grows by 40,000 bytes each hour since genesis
(2024-12-24 16:00 UTC), so that a byte costs far less now than at genesis, where it cost 1,000,000
coppers. With --genesis-time the clock begins at genesis, and prices are those of genesis.

Examples:
  cvx node                             one peer on port 8080
  cvx node --peers 5 --faucet          five, on 8080 to 8084, with a faucet
  cvx node --log info --log-json       logs for a program
  cvx repl --connect http://127.0.0.1:8080 --key NAME --as '#13'

Where much stake is dead: blocks become final only while more than 0.67 of the eligible stake
agrees, so a network of 3 peers needs all of them, one of 4 or 5 can do without one.

Exit codes: 0 stopped, 2 a port is not free, or wrong usage.";

const KEY_HELP: &str = "\
Keys are kept in the folder that CVX_KEYS names, else in cvx/keys in your folder for data. Each is
a file that only you can read, encrypted by a passphrase: PKCS#8 PEM, which OpenSSL 3 and the
Python SDK read and write too. Whoever has a key and its passphrase signs for its accounts.

A passphrase is taken from CVX_KEY_PASSPHRASE, else asked for at the terminal, where it does not
show. The one that a key gets may be another: CVX_KEY_NEW_PASSPHRASE goes first.

Examples:
  cvx key new alice
  cvx key list                         names, public keys and whether they are encrypted
  cvx key show alice --secret          the seed too: nobody else may see it
  cvx key export alice --out alice.pem
  cvx key import alice.pem --name alice-2
  cvx key import - < seed.txt          64 hexadecimal digits, or PEM

More is in repl/docs/keys.md. Exit codes: 0 done, 1 a key cannot be used, 2 wrong usage or no
passphrase.";

const DEPLOY_HELP: &str = "\
Each form of the files, in order, is a transaction of the account, as with `cvx run`. First all of them
run on the state of the network as it is now, without changing it, and the plan tells what they cost
and make. Then each is signed, sent, and final before the next one. The first that fails stops it.

The receipt, FILE.receipt.json beside the source, is written before and after each transaction. Run the
same command again to go on where it stopped: what is done is not done again, and a transaction whose
outcome is not known is looked up by its hash first. `--from K` goes on with the K-th form, also after
the file has changed. A receipt of another network, account or source is never overwritten without
--force.

`--verify` runs the source on a copy of the state and compares what it makes with the code of an account,
definition by definition; addresses of accounts that the source makes, and of the account that
deploys, may differ, and are told. Values that change with use, such as balances, are told apart.

Examples:
  cvx deploy token.cvx                 what it would cost on a fresh local state; nothing is sent
  cvx deploy token.cvx --node          on an embedded node, lost when it ends
  cvx deploy token.cvx --connect http://localhost:8080 --as '#13' --dry-run
  cvx deploy token.cvx --connect http://localhost:8080 --key alice --as '#13'
  cvx deploy token.cvx --connect http://localhost:8080 --verify '#141' --as '#13'
  cvx deploy token.cvx --connect http://localhost:8080 --verify    accounts of the receipt

More is in repl/docs/deploy.md. Exit codes: 0 done, or the code is the same; 1 not done, or the code
differs; 2 wrong usage.";

/// Convex Lisp at a prompt: run and explore smart contracts on a local state.
#[derive(Parser, Debug)]
#[command(name = "cvx", version, about, after_help = EXAMPLES, infer_subcommands = false)]
pub struct Cli {
    /// What to do; a prompt when absent, or forms from standard input when that is no terminal.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub repl: Repl,
    /// Begin with the state in a file, as `cvx genesis` writes it, instead of a fresh local one
    #[arg(long, global = true, value_name = "FILE")]
    pub genesis: Option<PathBuf>,
    /// The longest source that is read, such as 64MiB
    #[arg(long, global = true, value_name = "SIZE", default_value_t = Size(MAX_SOURCE_BYTES), hide_short_help = true)]
    pub max_source: Size,
    /// The longest file of --genesis that is read, such as 8GiB
    #[arg(long, global = true, value_name = "SIZE", default_value_t = Size(MAX_STATE_BYTES), hide_short_help = true)]
    pub max_state: Size,
}

impl Cli {
    /// The command line of these arguments, where `cvx FILE…` is `cvx run FILE…`.
    ///
    /// # Errors
    /// What is wrong with them, or what they ask to be shown.
    pub fn of(arguments: impl Iterator<Item = OsString>) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(with_run(arguments.collect()))
    }

    /// How much is read.
    pub fn limits(&self) -> Limits {
        Limits::new(self.max_source.0, self.max_state.0)
    }
}

/// Arguments with `run` in front where the first that is no option is the path of a file: it has a `/` or ends in `.cvx`.
fn with_run(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let command = Cli::command();
    let takes_value = |option: &str| {
        let mut known = command.get_arguments().filter(|known| known.get_action().takes_values());
        known.any(|known| known.get_long() == option.strip_prefix("--"))
    };
    let mut rest = arguments.iter().skip(1);
    let first = loop {
        match rest.next().map(|argument| argument.to_string_lossy()) {
            Some(option) if option.len() > 1 && option.starts_with('-') => {
                // The value of an option is the next argument, unless it stands behind an equals sign.
                if takes_value(&option) {
                    rest.next();
                }
            }
            first => break first,
        }
    };
    if first.is_some_and(|first| first.contains('/') || first.ends_with(".cvx")) {
        arguments.insert(1, "run".into());
    }
    arguments
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Open a prompt on a fresh local state (what `cvx` alone does)
    #[command(after_help = "\
At the prompt, `,help` lists what else a line can be. Where standard input is no terminal, its forms are run, each as soon as
it is complete, and each prints its value or a report, without a prompt.

Examples:
  cvx repl --as '#13'
  echo '(inc :a)' | cvx repl --json    a JSON object a form, see tools/docs/errors.md
  cvx repl --node                      on an embedded node: forms are transactions, through consensus
  cvx repl --connect http://localhost:8080 --key alice --as '#13'

Exit codes: 0 left, or all forms succeeded, 1 a form failed, 2 wrong usage.")]
    Repl(Repl),
    /// Run the forms of files in order, each as a transaction without fees; print the last value
    #[command(after_help = "\
All files are read before anything runs, and all that does not read is reported. Stops at the first form that fails.
Reports go to standard error, with --json to standard output; tools/docs/errors.md describes them.

Examples:
  cvx run deploy.cvx
  cvx run --costs deploy.cvx           what each form would cost on the network
  cvx run --json deploy.cvx            for a program
  cvx run --as '#13' actor.cvx use.cvx
  cvx run --connect http://localhost:8080 --key alice --as '#13' deploy.cvx

Exit codes: 0 done, 1 a file does not read or a form fails, 2 wrong usage.")]
    Run(Run),
    /// Evaluate one expression
    #[command(after_help = "\
Examples:
  cvx eval '(reduce + 0 [1 2 3])'
  cvx eval --json '(str 1 2)'          value, type, hash, encoding, size and juice
  echo '{\"src\": \"(inc 1)\"}' | cvx eval --jsonl
  cvx eval --connect http://localhost:8080 --as '#13' --query '*balance*'

With --json and --jsonl the form is compiled in one copy of the genesis state and executed in another, and juice counts
from the start of execution.")]
    Eval(Expression),
    /// Encode the value of an expression: its bytes in hexadecimal
    #[command(after_help = "\
Branches (parts with an encoding above 140 bytes) stand in the bytes by their hash.

Examples:
  cvx encode '[1 :two \"three\"]'
  cvx encode --json '{:a 1}'")]
    Encode(OneExpression),
    /// Decode one cell from its bytes in hexadecimal
    #[command(after_help = "\
Examples:
  cvx decode 80021101110a
  echo '{\"hex\": \"1101\"}' | cvx decode --jsonl")]
    Decode(Hex),
    /// Print the value id of the value of an expression: the SHA3-256 of its encoding
    #[command(after_help = "\
Examples:
  cvx hash '{:a 1}'
  cvx hash --json '[1 2 3]'")]
    Hash(OneExpression),
    /// Run tests: `*.test.cvx` files beside the code
    #[command(after_help = TEST_HELP)]
    Test(Box<Test>),
    /// Format files in place
    #[command(after_help = "\
Only whitespace between tokens changes: comments stay, and the text reads as before. A file that does not read stays
as it is. A folder means all files in it that end in `.cvx`. The rules are in lang/docs/format.md.

The file `cvx.toml` of a project, in the folder of a file or one above, chooses the width for all who work on it:
  [fmt]
  width = 80

Examples:
  cvx fmt actor.cvx use.cvx
  cvx fmt .
  cvx fmt --check .                    name the files that would change
  cvx fmt --diff actor.cvx             show what would change
  cvx fmt - < actor.cvx                for editors

Exit codes: 0 done, 1 a file does not read or, with --check, would change, 2 wrong usage.")]
    Fmt(Fmt),
    /// Look for mistakes in files, without running them
    #[command(after_help = "\
A file is taken as `cvx run` would run it, after those given before it, whose definitions it may use. A folder means all files in
it that end in `.cvx`; of a Markdown page (`.md`), the blocks of code marked `clojure` are looked at. The comment
`; cvx: allow RULE` allows what a rule would report: on a line of its own for the next form, behind code for that line.
The rules are in tools/docs/check.md.

Examples:
  cvx check actor.cvx use.cvx
  cvx check .                          all files of the folder
  cvx check README.md                  the code in a page
  cvx check --json .                   one JSON object a finding
  cvx check --sarif out.sarif .        for editors and hosts of code
  cvx check --rules                    all rules
  cvx check --rule unchecked-caller    what a rule is about, with examples

Exit codes: 0 nothing found, 1 something found, 2 wrong usage, or a file that could not be read may define what is not found.")]
    Check(Check),
    /// Tell what the code of an error means, with an example
    #[command(after_help = "\
Examples:
  cvx explain                          all codes, a line each
  cvx explain CAST
  cvx explain CAST --example | cvx     see it fail

Exit codes: 0 done, 2 no such code.")]
    Explain(Explain),
    /// Tell what a symbol, an account or a file is about
    #[command(after_help = "\
A NAME is a symbol, an account by its address or its name in the name system, a symbol of one, or a file, which is not run.
Documentation is metadata of definitions (CAD013); in a file, a comment before a definition will do.

With --check, examples are run, each in a fork of its own, and their values compared with those told. Without a NAME these are the
examples of the core and of the standard actors. A file is run first, after the files before it;
comments `;=> value` behind its forms are compared too.

Examples:
  cvx doc map
  cvx doc convex.asset                 what an account offers
  cvx doc '#64/build-token'
  cvx doc actor.cvx                    what a file defines
  cvx doc --json map                   for programs
  cvx doc --check actor.cvx            whether its examples are true

Exit codes: 0 done, 1 an example is not true or a file does not read, 2 wrong usage.")]
    Doc(Doc),
    /// Measure how long forms take to execute, and their juice
    #[command(after_help = "\
Each file holds one form. It is compiled once and executed at least seven times, each time in a fresh copy of the
genesis state; the best time counts. Reading, expansion and compilation are not measured.

Examples:
  cvx bench fib.cvx loop.cvx
  cvx bench --json kernels/*.cvx")]
    Bench(Bench),
    /// Deploy files to a network: a plan of its costs, signed transactions, a receipt, and a check of the code
    #[command(after_help = DEPLOY_HELP)]
    Deploy(Box<Deploy>),
    /// Make, list, show, import and export secret keys
    #[command(after_help = KEY_HELP)]
    Key(Key),
    /// Show how peers come to agree, play attacks on them, or judge random networks
    #[command(after_help = "\
Shows, round by round, what each peer believes of each other one, until a block is final for all, and how long a transaction
takes where every message takes 50 or 100 ms. Seed 0 is the illustration of the white paper; others draw stakes and authors.

Examples:
  cvx sim                              five peers, one block
  cvx sim --peers 7 --seed 3 --svg rounds.svg
  cvx sim --attack list                attacks, each with the defence that meets it
  cvx sim --attack forward-block       one of them as a story, without its defence and with it
  cvx sim --runs 200 --seconds 60      random networks with faults and liars: nothing final may change

Exit codes: 0 done, 1 a random network broke a rule of safety, 2 wrong usage.")]
    Sim(Sim),
    /// Start a network of peers in this process, for clients over HTTP
    #[command(after_help = NODE_HELP)]
    Node(NodeOptions),
    /// Write the genesis state of a network of your own to a file
    #[command(after_help = "\
A KEY is the name of a key in `cvx key list`, or a public key of 64 hexadecimal digits. What is not given is as on the local
network, whose keys everybody knows.

Examples:
  cvx genesis --out local.state
  cvx genesis --out mine.state --peer alice --peer bob --governance alice
  cvx genesis --out mine.state --peer alice --stake 5000000000000 --peer bob --stake 1000000000000
  cvx eval --genesis mine.state '(account #11)'")]
    Genesis(Genesis),
    /// Run scripts of transactions from genesis, for programs: fees, memory and all
    #[command(after_help = "\
A line holds the transactions of a script, each an account and a form; all accounting is in the answer.

Example:
  echo '{\"txs\": [[13, \"(def x 1)\"], [13, \"(inc x)\"]]}' | cvx tx --jsonl")]
    Tx(Lines),
    /// Apply signed blocks to the genesis state, for programs
    #[command(after_help = "\
A line holds blocks in hexadecimal, as messages of the network; the answer tells the state after each.

Example:
  cvx blocks --jsonl < blocks.jsonl")]
    Blocks(Lines),
    /// Merge beliefs of peers by the rule of consensus alone, for programs
    #[command(after_help = "\
A line holds blocks that make the state (`setup`) and merges, each with the number of the merging peer of genesis (`key`), the
time of its clock (`now`, milliseconds), its `belief` and the `incoming` ones, all in hexadecimal as messages of the network.
The answer tells the blocks, orders and hash of each new belief. No defence of a peer is on, and no signature is checked.

Example:
  cvx merge --jsonl < merge.jsonl")]
    Merge(Lines),
}

/// Arguments of `cvx fmt`.
#[derive(Args, Debug)]
pub struct Fmt {
    /// Files to format, and folders with files; `-` is standard input, formatted to standard output
    #[arg(value_name = "FILE", required_unless_present = "stdin")]
    pub files: Vec<std::path::PathBuf>,
    /// Change nothing, name the files that would change, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Format standard input to standard output
    #[arg(long, conflicts_with = "files")]
    pub stdin: bool,
    /// Change nothing, and print what would change
    #[arg(long)]
    pub diff: bool,
    /// With --check, print one JSON object a file
    #[arg(long, requires = "check", conflicts_with = "diff")]
    pub json: bool,
    /// The column that lines should not cross [default: what the project chose, else 100]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(*WIDTHS.start() as i64..=*WIDTHS.end() as i64))]
    pub width: Option<u16>,
}

/// Arguments of `cvx test`.
#[derive(Args, Debug)]
pub struct Test {
    /// Test files, and folders to search for `*.test.cvx`
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub who: AsAccount,
    /// Only tests whose `file › name` contains this
    #[arg(long, short, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Only tests that failed when they ran last
    #[arg(long)]
    pub rerun_failed: bool,
    /// How many threads; else as many as there are processors
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// What random values of properties and invariants are made from; else a new one each time
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many random values or sequences to try, whatever the tests say
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub runs: Option<u64>,
    /// Run again whenever a file changes
    #[arg(long, conflicts_with_all = ["repl_on_fail", "json"])]
    pub watch: bool,
    /// Tell which lines and branches of the code under test run, also of code that is quoted and deployed
    #[arg(long)]
    pub coverage: bool,
    /// Print the code under test with the number of runs beside each line, too
    #[arg(long)]
    pub annotate: bool,
    /// Write the coverage for LCOV, too
    #[arg(long, value_name = "FILE")]
    pub lcov: Option<PathBuf>,
    /// Tell what each test and function takes: juice, memory, coins
    #[arg(long)]
    pub costs: bool,
    /// Coppers for a byte of memory that --costs counts with; else the price of the memory pool
    #[arg(long, value_name = "COPPERS", requires = "costs")]
    pub memory_price: Option<f64>,
    /// Compare the exact juice and memory of each `deftest` with a file, which is written the first time; one that takes more fails
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the file of --baseline anew
    #[arg(long, requires = "baseline")]
    pub update_baseline: bool,
    /// Change comparisons, constants, branches and trust checks of the code under test one at a time, and list changes that no
    /// test notices
    #[arg(long, conflicts_with_all = ["watch", "junit", "repl_on_fail", "coverage", "annotate", "lcov", "costs", "baseline", "rerun_failed"])]
    pub mutate: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Write a report in the XML of JUnit, too
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Open a prompt in the state before the first assertion that failed
    #[arg(long, conflicts_with = "json")]
    pub repl_on_fail: bool,
}

/// Arguments of `cvx check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Files to check, in the order in which they would run; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["rules", "rule"])]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub who: AsAccount,
    /// Print one JSON object a finding
    #[arg(long)]
    pub json: bool,
    /// Write what was found to a file in the format SARIF 2.1.0; `-` is standard output
    #[arg(long, value_name = "OUT", conflicts_with = "json")]
    pub sarif: Option<PathBuf>,
    /// List all rules
    #[arg(long, conflicts_with_all = ["files", "json", "sarif", "rule"])]
    pub rules: bool,
    /// Tell what a rule is about, with examples
    #[arg(long, value_name = "RULE", conflicts_with_all = ["files", "json", "sarif"])]
    pub rule: Option<String>,
}

/// Arguments of `cvx doc`.
#[derive(Args, Debug)]
pub struct Doc {
    /// Symbols, accounts and files
    #[arg(value_name = "NAME", required_unless_present = "check")]
    pub names: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub who: AsAccount,
    /// Run the examples instead
    #[arg(long)]
    pub check: bool,
    /// Print one JSON object a name, or one for all examples
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cvx bench`.
#[derive(Args, Debug)]
pub struct Bench {
    /// Files with one form each
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<std::path::PathBuf>,
    /// Print one JSON object a file
    #[arg(long)]
    pub json: bool,
}

/// Arguments of commands that exist for programs only.
#[derive(Args, Debug)]
pub struct Lines {
    /// Answer JSON objects, one a line, from standard input
    #[arg(long, required = true)]
    pub jsonl: bool,
}

/// Arguments of `cvx repl`, and of `cvx` alone.
#[derive(Args, Debug)]
pub struct Repl {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub who: AsAccount,
    /// Run the forms of standard input and print one JSON object a form
    #[arg(long)]
    pub json: bool,
    /// Open the prompt also where standard input is no terminal, as for an editor
    #[arg(short, long, conflicts_with = "json")]
    pub interactive: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: OnNetwork,
}

/// On which network forms run as signed transactions; none of these means a local state.
#[derive(Args, Debug, Clone, Default)]
pub struct OnNetwork {
    /// Run forms on an embedded node: a network of this process, in memory, lost when it ends
    #[arg(long, conflicts_with_all = ["connect", "key"])]
    pub node: bool,
    /// How many peers the embedded network has
    #[arg(long, value_name = "N", requires = "node", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8), hide_short_help = true)]
    pub peers: u8,
    /// Let the clock of the embedded network begin at the time of genesis; see `cvx help node`
    #[arg(long, requires = "node", hide_short_help = true)]
    pub genesis_time: bool,
    /// The port on which the embedded node answers over HTTP [default: 8080, or a free one]
    #[arg(long, value_name = "PORT", requires = "node", hide_short_help = true)]
    pub port: Option<u16>,
    /// Run forms on a running node, such as http://localhost:8080
    #[arg(long, value_name = "URL")]
    pub connect: Option<String>,
    /// The key that signs, by its name in the key store or its file; see `cvx help key`
    #[arg(long, value_name = "NAME", requires = "connect")]
    pub key: Option<String>,
}

impl OnNetwork {
    /// Whether forms run on a network.
    pub fn is_chosen(&self) -> bool {
        self.node || self.connect.is_some()
    }
}

/// Arguments of `cvx node`.
#[derive(Args, Debug)]
pub struct NodeOptions {
    /// How many peers
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    pub peers: u8,
    /// The port of the first peer; the others have the next ones. 0 lets the system choose
    #[arg(long, value_name = "PORT", default_value_t = api::DEFAULT_PORT)]
    pub port: u16,
    /// The address to listen at; 0.0.0.0 lets other machines connect
    #[arg(long, value_name = "ADDRESS", default_value_t = std::net::IpAddr::from([127, 0, 0, 1]))]
    pub host: std::net::IpAddr,
    /// Make accounts for clients, and give them coins of the account that controls the peer
    #[arg(long)]
    pub faucet: bool,
    /// The most coppers that one request to the faucet gets
    #[arg(long, value_name = "COPPERS", requires = "faucet", default_value_t = FAUCET_COPPERS, value_parser = clap::value_parser!(i64).range(1..))]
    pub faucet_max: i64,
    /// Let the clock begin at the time of genesis instead of the real time
    #[arg(long)]
    pub genesis_time: bool,
    /// From which level on logs are written to standard error
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = LogLevel::Warn)]
    pub log: LogLevel,
    /// Write each log as one JSON object
    #[arg(long)]
    pub log_json: bool,
}

/// The most coppers that a request to the faucet gets, unless told: enough to deploy a token at the prices of genesis.
pub const FAUCET_COPPERS: i64 = 100_000_000_000;

/// Levels of logs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum LogLevel {
    /// None.
    Off,
    /// What ended a node.
    Error,
    /// What an operator should look at.
    Warn,
    /// What happens.
    Info,
    /// Also what was refused.
    Debug,
}

/// Arguments of `cvx explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// The code, such as CAST or :CAST; all codes when absent
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    /// Print the example alone, to be piped to `cvx`
    #[arg(long, requires = "code", conflicts_with = "json")]
    pub example: bool,
    /// Print one JSON object a code
    #[arg(long)]
    pub json: bool,
}

/// Whom to act as.
#[derive(Args, Debug)]
pub struct AsAccount {
    /// The account that runs the forms
    #[arg(long = "as", value_name = "ACCOUNT", default_value_t = Address(GENESIS_ACCOUNT), value_parser = parse_address)]
    pub account: Address,
}

/// Arguments of `cvx run`.
#[derive(Args, Debug)]
pub struct Run {
    /// Files of forms, in order; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub who: AsAccount,
    /// Charge fees and memory as the network does, and tell what each form cost
    #[arg(long, conflicts_with_all = ["node", "connect"])]
    pub costs: bool,
    /// Print the last value, or the reports, as one JSON object a line
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: OnNetwork,
}

/// Arguments of `cvx deploy`.
#[derive(Args, Debug)]
pub struct Deploy {
    /// Files of forms, in order; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The account that deploys [default: that of the receipt, else #11]
    #[arg(long = "as", value_name = "ACCOUNT", value_parser = parse_address)]
    pub account: Option<Address>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: OnNetwork,
    /// Show the plan and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Begin with the K-th form: those before it count as done
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    pub from: Option<u32>,
    /// The file of the receipt [default: FILE.receipt.json]
    #[arg(long, value_name = "OUT")]
    pub receipt: Option<PathBuf>,
    /// Begin anew, and overwrite the receipt, whatever it is of
    #[arg(long)]
    pub force: bool,
    /// Compare the code of an account with what the files make; without ADDRESS that of the accounts of the receipt
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, value_parser = parse_verified, conflicts_with_all = ["dry_run", "yes", "from", "force"])]
    pub verify: Option<Option<Address>>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// The address behind `--verify`, where the name of a file may have been meant.
fn parse_verified(text: &str) -> Result<Address, String> {
    parse_address(text)
        .map_err(|why| format!("{why}; put FILE before --verify to compare what the receipt tells"))
}

/// Arguments of `cvx key`.
#[derive(Args, Debug)]
pub struct Key {
    #[command(subcommand)]
    #[allow(missing_docs)]
    pub action: KeyAction,
}

/// What to do with keys.
#[derive(Subcommand, Debug)]
pub enum KeyAction {
    /// Make a key from the random source of the system
    New {
        /// Its name: letters, digits, hyphens and underscores; else the first digits of the public key
        name: Option<String>,
        /// Do not encrypt it: for tests and keys to throw away
        #[arg(long)]
        unencrypted: bool,
        /// Print the answer as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// List the names and public keys, and what is wrong with files that cannot be used
    List {
        /// Print one JSON object a key
        #[arg(long)]
        json: bool,
    },
    /// Show one key
    Show {
        /// Its name, its public key in hexadecimal, or a file
        #[arg(value_name = "KEY")]
        name: String,
        /// Show the secret seed too, which takes the passphrase: nobody else may see it
        #[arg(long)]
        secret: bool,
        /// Print the answer as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Keep a key that another program or an earlier version made, encrypted anew
    Import {
        /// A file with PEM, encrypted or not, or of an earlier version; `-` is standard input, where
        /// a seed of 64 hexadecimal digits will do
        file: PathBuf,
        /// Its name; else that of the file, or the first digits of the public key
        #[arg(long)]
        name: Option<String>,
        /// Do not encrypt it: for tests and keys to throw away
        #[arg(long)]
        unencrypted: bool,
        /// Print the answer as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Write a key as encrypted PEM
    Export {
        /// Its name, its public key in hexadecimal, or a file
        #[arg(value_name = "KEY")]
        name: String,
        /// The file to make, which only you can read; else the text is printed
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Arguments of `cvx genesis`.
#[derive(Args, Debug)]
pub struct Genesis {
    /// The file to write; one that is there is replaced
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The key of a peer and of its account, once for each peer; the first is that of #11 and of administration too
    #[arg(long = "peer", value_name = "KEY")]
    pub peers: Vec<String>,
    /// The stake of a peer in coppers, once for each peer in the same order; else peers have equal stakes
    #[arg(long = "stake", value_name = "COPPERS", allow_negative_numbers = true)]
    pub stakes: Vec<i64>,
    /// The key of the accounts that hold reserves and govern
    #[arg(long, value_name = "KEY")]
    pub governance: Option<String>,
    /// The key of the account after those of the peers
    #[arg(long, value_name = "KEY")]
    pub user: Option<String>,
    /// Write hexadecimal text instead of bytes
    #[arg(long)]
    pub hex: bool,
}

/// Arguments of `cvx eval`.
#[derive(Args, Debug)]
pub struct Expression {
    /// The expression: exactly one form
    #[arg(value_name = "EXPR", allow_hyphen_values = true, required_unless_present = "jsonl")]
    pub source: Option<String>,
    /// Print the answer as one JSON object
    #[arg(long)]
    pub json: bool,
    /// Answer JSON objects `{"src": …}`, one a line, from standard input
    #[arg(long, conflicts_with_all = ["source", "json"])]
    pub jsonl: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub who: AsAccount,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: OnNetwork,
    /// With --node or --connect, ask without a transaction: nothing of it stays
    #[arg(long, conflicts_with = "jsonl")]
    pub query: bool,
}

/// Arguments of `cvx encode` and `cvx hash`.
#[derive(Args, Debug)]
pub struct OneExpression {
    /// The expression: exactly one form
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub source: String,
    /// Print the answer as one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cvx decode`.
#[derive(Args, Debug)]
pub struct Hex {
    /// The bytes in hexadecimal, in either case, with or without `0x`
    #[arg(value_name = "HEX", required_unless_present = "jsonl")]
    pub hex: Option<String>,
    /// Print the answer as one JSON object
    #[arg(long)]
    pub json: bool,
    /// Answer JSON objects `{"hex": …}`, one a line, from standard input
    #[arg(long, conflicts_with_all = ["hex", "json"])]
    pub jsonl: bool,
}

/// An address of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Address(pub u64);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// An address as typed: `#13`, or `13` for shells where `#` needs quotes.
///
/// # Errors
/// A sentence, when it is no number below 2^63.
pub fn parse_address(text: &str) -> Result<Address, String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    match digits.parse() {
        Ok(n) if n <= i64::MAX as u64 && digits.bytes().all(|b| b.is_ascii_digit()) => Ok(Address(n)),
        _ => Err(format!("`{text}` is not an address such as #13")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_commands_is_sound() {
        Cli::command().debug_assert();
        for command in Cli::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{} has no line of its own", command.get_name());
            assert!(command.get_after_help().is_some(), "{} has no example", command.get_name());
        }
    }

    #[test]
    fn files_are_run() {
        for (args, ran) in [
            (&["a.cvx"][..], true),
            (&["./a"], true),
            (&["/tmp/a", "b"], true),
            (&["--genesis", "x/y", "a.cvx"], true),
            (&["--as", "#13", "a.cvx", "--json"], true),
            (&["--as=#13", "a.cvx"], true),
            (&["--json", "./a.cvx"], true),
            (&["--max-source", "1MiB", "a.cvx"], true),
            (&["--genesis", "x/y"], false),
            (&["--genesis", "x/y", "eval", "1"], false),
            (&["run", "a.cvx"], false),
            (&["eval", "(/ 1 2)"], false),
            (&["doc", "a.cvx"], false),
            (&["--json"], false),
            (&[], false),
        ] {
            let typed: Vec<OsString> = ["cvx"].iter().chain(args).map(OsString::from).collect();
            let meant = with_run(typed.clone());
            assert_eq!(meant != typed, ran, "{args:?}");
            let cli = Cli::try_parse_from(meant).unwrap_or_else(|error| panic!("{args:?}: {error}"));
            assert!(!ran || matches!(cli.command, Some(Command::Run(_))), "{args:?}");
        }
    }

    #[test]
    fn addresses() {
        for (text, address) in [
            ("#13", Some(13)),
            ("13", Some(13)),
            ("#0", Some(0)),
            ("#9223372036854775807", Some(i64::MAX as u64)),
        ] {
            assert_eq!(parse_address(text).ok().map(|a| a.0), address, "{text}");
        }
        for text in ["", "#", "##1", "+1", "#-1", "9223372036854775808", "x", "1 "] {
            assert!(parse_address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn expressions_may_begin_with_a_hyphen() {
        for (args, source, jsonl) in [
            (&["cvx", "eval", "-1"][..], Some("-1"), false),
            (&["cvx", "eval", "--json", "-foo"][..], Some("-foo"), false),
            (&["cvx", "eval", "--jsonl"][..], None, true),
        ] {
            let cli = Cli::try_parse_from(args).unwrap_or_else(|e| panic!("{args:?}: {e}"));
            let Some(Command::Eval(eval)) = cli.command else { panic!("{args:?}") };
            assert_eq!((eval.source.as_deref(), eval.jsonl), (source, jsonl), "{args:?}");
        }
    }
}

/// Options of `cvx sim`.
#[derive(Args, Debug)]
pub struct Sim {
    /// How many peers
    #[arg(long, default_value_t = 5, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(2..=50))]
    pub peers: u16,
    /// What is drawn at random is drawn from this
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    pub seed: u64,
    /// Write the rounds as a picture
    #[arg(long, value_name = "FILE", conflicts_with_all = ["attack", "runs"])]
    pub svg: Option<PathBuf>,
    /// Play an attack; `list` lists them
    #[arg(long, value_name = "NAME", conflicts_with = "runs")]
    pub attack: Option<String>,
    /// Judge so many random networks, from the seed on
    #[arg(long, value_name = "NUMBER")]
    pub runs: Option<u64>,
    /// How long each random network runs, in simulated seconds
    #[arg(long, default_value_t = 60, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub seconds: u32,
    /// A JSON object for programs
    #[arg(long)]
    pub json: bool,
}
