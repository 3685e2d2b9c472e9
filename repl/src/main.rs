//! `cvx`: Convex Lisp at a prompt. This file parses the command line, dispatches, and turns failures into exit codes.

#![allow(
    clippy::disallowed_methods,
    reason = "the command line reads files, measures time and starts threads"
)]
#![deny(clippy::print_stdout, clippy::print_stderr, reason = "`tools::show` prints, and makes text show")]

mod accounts;
mod answer;
mod bench;
mod blocks;
mod brackets;
mod check;
mod cli;
mod costs;
mod decode;
mod deploy;
mod directive;
mod doc;
mod editor;
mod encode;
mod eval;
mod explain;
mod failed_tests;
mod failure;
mod fmt;
mod genesis;
mod ground;
mod hash;
mod hidden_input;
mod history;
mod jsonl;
mod key;
mod keys;
mod merge;
mod on_network;
mod online;
mod output;
mod passphrase;
mod pipe;
mod repl;
mod run;
mod sarif;
mod serve;
mod sim;
mod test;
mod tx;
mod typeahead;

use cli::{Cli, Command};
use failure::Failure;
use output::Output;
use std::io::IsTerminal;
use std::process::ExitCode;
use tools::printable::Printable;
use tools::session::GENESIS_ACCOUNT;
use tools::show;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The stack of the thread that runs forms. The machine nests to a fixed depth; this leaves ample room for its frames.
const STACK_BYTES: usize = 64 << 20;

fn main() -> ExitCode {
    let cli = match Cli::of(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    keep_running_at_limits();
    let worker =
        std::thread::Builder::new().name("forms".to_owned()).stack_size(STACK_BYTES).spawn(|| dispatch(cli));
    let outcome = match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(outcome)) => outcome,
        // The panic has been reported by its thread.
        Ok(Err(_)) => return ExitCode::from(101),
        Err(error) => Err(Failure::Io { what: "cannot start a thread".to_owned(), source: error }),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.exit_code(),
    }
}

/// Shows help, or what is wrong with the arguments, which may hold any character.
fn refuse(error: &clap::Error) -> ExitCode {
    let text = error.render();
    let is_plain = text.to_string() == *Printable::from(text.to_string());
    match is_plain {
        // With its colours. When nobody reads it there is nobody left to tell.
        true => drop(error.print()),
        false => show::tell(text.to_string()),
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// A file that may not grow further (`ulimit -f`) is an error of the write, which cleans up, and not the end of the process.
fn keep_running_at_limits() {
    #[cfg(unix)]
    // Without this a write at the limit ends the process; nothing is worse than before.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

fn dispatch(cli: Cli) -> Result<(), Failure> {
    let limits = cli.limits();
    let file = cli.genesis.as_deref();
    let genesis = || genesis::of(file, limits.state);
    let prompt = &cli.repl;
    let has_options = prompt.json
        || prompt.interactive
        || prompt.who.account.0 != GENESIS_ACCOUNT
        || prompt.network.is_chosen();
    if cli.command.is_some() && has_options {
        let options = "--json, --interactive, --as, --node and --connect";
        return Err(Failure::Usage(format!("{options} belong behind the command")));
    }
    match cli.command.unwrap_or(Command::Repl(cli.repl)) {
        Command::Repl(repl) if repl.network.is_chosen() => on_network::repl(genesis, &repl, limits.source),
        Command::Repl(repl) if repl.interactive || !repl.json && std::io::stdin().is_terminal() => {
            repl::repl(genesis()?, file, repl.who.account.0, limits.source)
        }
        Command::Repl(repl) => {
            pipe::pipe(genesis()?, repl.who.account.0, Output::of(repl.json), limits.source)
        }
        Command::Run(run) if run.network.is_chosen() => on_network::run(genesis, &run, limits.source),
        Command::Run(run) => run::run(genesis()?, &run, limits.source),
        Command::Deploy(request) => deploy::deploy(genesis, &request, limits.source),
        Command::Eval(eval) if eval.network.is_chosen() => on_network::eval(genesis, &eval),
        Command::Eval(eval) => eval::eval(genesis()?, &eval, limits.source),
        Command::Test(test) => test::test(&genesis()?, file, &test, limits.source),
        Command::Encode(expression) => encode::encode(genesis()?, &expression),
        Command::Hash(expression) => hash::hash(genesis()?, &expression),
        Command::Doc(doc) => doc::doc(&genesis()?, &doc, limits.source),
        Command::Check(check) => check::check(genesis()?, file, &check, limits.source),
        Command::Bench(bench) => bench::bench(&genesis()?, &bench, limits.source),
        Command::Node(node) => serve::serve(&genesis()?, &node),
        Command::Tx(_) => tx::tx(&genesis()?, limits.source),
        Command::Blocks(_) => blocks::blocks(&genesis()?, limits.source),
        Command::Merge(_) => merge::merge(&genesis()?, limits.source),
        _ if file.is_some() => Err(Failure::Usage("--genesis has no meaning for this command".to_owned())),
        Command::Decode(hex) => decode::decode(&hex, limits.source),
        Command::Key(key) => key::key(&key),
        Command::Sim(request) => sim::sim(&request),
        Command::Genesis(genesis) => genesis::genesis(&genesis),
        Command::Fmt(fmt) => fmt::fmt(&fmt, limits.source),
        Command::Explain(request) => explain::explain(&request),
    }
}
