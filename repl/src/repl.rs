//! `cvx repl`: the prompt.

use crate::accounts;
use crate::directive::{self, Directive, Transactions};
use crate::editor::Assistant;
use crate::failure::Failure;
use crate::ground::{Ground, Told};
use crate::history;
use crate::keys::{Key, Pressed};
use crate::typeahead::TypeAhead;
use files::Limit;
use lang::reader::Form;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{ColorMode, CompletionType, Config, Editor, EventHandler};
use std::io::{ErrorKind, IsTerminal, Write, stdin, stdout};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Instant;
use tools::colour::{Colour, Style};
use tools::outline::outline;
use tools::screen::Screen;
use tools::session::{GENESIS_ACCOUNT, Outcome, Session};
use tools::{doc, explain, language, printable, show};
use vm::State;

/// Longer texts of values are not shown at the prompt.
const MAX_SHOWN_BYTES: usize = 1 << 16;
const MAX_HISTORY_ENTRIES: usize = 10_000;
/// Of more changes that were taken back at once only their number is told.
const MAX_UNDONE_SHOWN: usize = 10;

/// Reads, evaluates, prints, until the user leaves.
///
/// # Errors
/// [`Failure`] when there is no such account or the terminal cannot be used.
pub fn repl(state: State, file: Option<&Path>, account: u64, limit: Limit) -> Result<(), Failure> {
    let version = env!("CARGO_PKG_VERSION");
    let origin = match file {
        Some(file) => format!("the state in {}", show::path(file)),
        None => "a fresh local state".to_owned(),
    };
    let banner = format!(
        "cvx {version}: Convex Lisp on {origin}, as account #{account}.\n\
         Type a form such as (+ 1 2). `,help` tells the rest, Ctrl-D leaves.\n"
    );
    say(&Screen::of_stdout().wrap(&banner, 0, ""));
    converse(Session::new(state, account).map_err(Failure::Usage)?, Ground::Local, limit)
}

/// As [`repl`], where forms are transactions of a network, which a sentence describes.
///
/// # Errors
/// [`Failure`] when the terminal cannot be used.
pub fn online(session: Session, ground: Ground, about: &str, limit: Limit) -> Result<(), Failure> {
    let (version, account) = (env!("CARGO_PKG_VERSION"), session.account());
    let banner = format!(
        "cvx {version}: Convex Lisp on {about}, as account #{account}.\n\
         Each form is a signed transaction; `,query FORM` asks without one. `,help` tells the rest, Ctrl-D leaves.\n"
    );
    say(&Screen::of_stdout().wrap(&banner, 0, ""));
    if let Some(Err(sentence)) = ground.network().map(|online| online.admits(account)) {
        let warning = format!("Only queries: {sentence}.\n");
        show::tell(Screen::of_stderr().wrap(&warning, 0, "").into_owned());
    }
    converse(session, ground, limit)
}

/// Goes on with a session at the prompt until the user leaves.
///
/// # Errors
/// [`Failure`] when the terminal cannot be used.
pub fn converse(session: Session, ground: Ground, limit: Limit) -> Result<(), Failure> {
    let interrupt = session.interrupt();
    ctrlc::set_handler(move || interrupt.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::Usage(format!("cannot receive Ctrl-C: {error}")))?;
    Prompt::new(session, ground, limit)?.converse()
}

struct Prompt {
    session: Session,
    editor: Editor<Assistant, FileHistory>,
    /// Tells which key ended the last line.
    pressed: Pressed,
    typeahead: Option<TypeAhead>,
    colour: Colour,
    history: Option<PathBuf>,
    /// How much is read of a file.
    limit: Limit,
    /// Entries so far: texts are named by their number.
    entries: usize,
    ground: Ground,
    /// The accounts that forms ran as before the present one, the last of them last.
    acted: Vec<u64>,
}

/// Whether to go on.
#[derive(PartialEq, Eq)]
enum Next {
    Line,
    Quit,
}

impl Prompt {
    fn new(session: Session, ground: Ground, limit: Limit) -> Result<Prompt, Failure> {
        let session = session.with_pages(",explain");
        let colour = Colour::of_stderr();
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .color_mode(if colour == Colour::On { ColorMode::Enabled } else { ColorMode::Disabled })
            .max_history_size(MAX_HISTORY_ENTRIES)
            .map_err(terminal)?
            .build();
        let mut editor = Editor::with_config(config).map_err(terminal)?;
        editor.set_helper(Some(Assistant::new(colour)));
        let pressed = Pressed::default();
        for (key, binding) in pressed.bindings() {
            editor.bind_sequence(key, EventHandler::Conditional(Box::new(binding)));
        }
        let history = history::path();
        for entry in history.iter().flat_map(|path| history::load(path)) {
            editor.add_history_entry(entry).map_err(terminal)?;
        }
        let typeahead = TypeAhead::begin();
        let acted = Vec::new();
        Ok(Prompt { session, editor, pressed, typeahead, colour, history, limit, entries: 0, ground, acted })
    }

    fn converse(mut self) -> Result<(), Failure> {
        loop {
            if let Some(online) = self.ground.network() {
                online.refresh(&mut self.session);
            }
            if let Some(helper) = self.editor.helper() {
                helper.look(self.session.state(), self.session.account());
            }
            match self.ask() {
                Ok(line) => {
                    self.remember(&line);
                    if self.line(&line) == Next::Quit {
                        return Ok(());
                    }
                }
                Err(ReadlineError::Interrupted) => {
                    if self.editor.helper().is_none_or(Assistant::is_empty) {
                        self.remark("To leave, press Ctrl-D or type ,quit");
                    }
                }
                Err(ReadlineError::Eof) => return Ok(()),
                Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                    self.remark("what was typed is no UTF-8, and is left out");
                }
                Err(error) => return Err(terminal(error)),
            }
        }
    }

    /// The next entry. The editor shows no prompt where there is no terminal, so it is shown here.
    fn ask(&mut self) -> rustyline::Result<String> {
        let prompt = format!("#{}> ", self.session.account());
        if stdin().is_terminal() {
            return self.edit(&prompt);
        }
        let mut out = stdout().lock();
        write!(out, "{prompt}")?;
        out.flush()?;
        drop(out);
        self.editor.readline("")
    }

    /// The next entry from the line editor. Whichever key ends it, what was typed behind it is kept.
    fn edit(&mut self, prompt: &str) -> rustyline::Result<String> {
        let mut begun = String::new();
        loop {
            let line = self.editor.readline_with_initial(prompt, (&begun, ""));
            if let Some(typeahead) = &self.typeahead {
                typeahead.keep();
            }
            match self.pressed.take() {
                None => return line,
                Some(Key::Interrupt) => return Err(ReadlineError::Interrupted),
                Some(Key::Suspend) => {
                    if let Some(typeahead) = &self.typeahead {
                        typeahead.suspend();
                    }
                    begun = line?;
                }
            }
        }
    }

    /// Adds a line to the history and its file at once, so that nothing is lost however the session ends.
    fn remember(&mut self, line: &str) {
        let fresh = !line.trim().is_empty() && self.editor.add_history_entry(line).unwrap_or(false);
        let Some(path) = self.history.as_ref().filter(|_| fresh) else { return };
        if let Err(error) = history::add(path, line) {
            show::tell(format!("cvx: the history is not kept: {}: {error}\n", show::path(path)));
            self.history = None;
        }
    }

    fn line(&mut self, line: &str) -> Next {
        let parsed = match self.word(line) {
            Some(directive) => Ok(directive),
            None if directive::is_directive(line) => directive::parse(line),
            None => {
                self.forms(line);
                return Next::Line;
            }
        };
        match parsed {
            Ok(Directive::Quit) => return Next::Quit,
            Ok(directive) => self.obey(directive),
            Err(sentence) => self.remark(&sentence),
        }
        Next::Line
    }

    /// The directive that an entry is which is one word only, without a comma, unless the account defines the word.
    fn word(&self, line: &str) -> Option<Directive> {
        let word = line.trim();
        let directive = directive::word(word)?;
        let is_defined = self.session.names().is_ok_and(|names| names.iter().any(|name| name == word));
        (!is_defined).then_some(directive)
    }

    /// Reads an entry; reports all that is wrong with it.
    fn read(&mut self, text: &str) -> Option<Vec<Form>> {
        self.entries += 1;
        self.read_named(format!("entry {}", self.entries), text)
    }

    fn read_named(&mut self, name: String, text: &str) -> Option<Vec<Form>> {
        let text = self.session.add_text(name, text);
        let (forms, errors) = self.session.read_all(text);
        for problem in explain::all_unreadable(&errors, self.session.sources()) {
            show::tell(problem.render(self.session.sources(), Screen::of_stderr()));
        }
        errors.is_empty().then_some(forms)
    }

    /// Runs the forms of an entry until one fails.
    fn forms(&mut self, text: &str) {
        let forms = self.read(text).unwrap_or_default();
        let middle = forms.get(1).filter(|_| forms.len() == 3).map(|form| show::short(&form.value));
        for form in &forms {
            let (outcome, told) = self.ground.run(&mut self.session, form);
            let succeeded = self.show(&outcome);
            if let Some(remark) = told.remark() {
                self.remark(&remark);
            }
            if !succeeded {
                break;
            }
        }
        // Such as `1 + 2`, which is three forms.
        if let Some(hint) = middle.and_then(|middle| language::of_infix(&middle, false)) {
            self.remark(hint);
        }
    }

    /// Prints a value or a report; answers whether it was a value.
    fn show(&self, outcome: &Outcome) -> bool {
        match &outcome.result {
            Ok(value) => {
                match self.session.texts().text(value, MAX_SHOWN_BYTES) {
                    Ok(Some(text)) => drop(show::put(&(text + "\n"))),
                    Ok(None) => match outline(value) {
                        Ok(lines) => say(&lines),
                        Err(missing) => self.remark(&missing.to_string()),
                    },
                    Err(missing) => self.remark(&missing.to_string()),
                }
                true
            }
            Err(problem) => {
                show::tell(problem.render(self.session.sources(), Screen::of_stderr()));
                false
            }
        }
    }

    fn obey(&mut self, directive: Directive) {
        match directive {
            Directive::Help => {
                let kind = self.ground.network().map_or(Transactions::Free, |_| Transactions::Signed);
                say(&directive::help(Screen::of_stdout(), kind));
            }
            Directive::As(account) => self.act_as(account),
            Directive::Accounts => self.accounts(),
            Directive::Definitions => self.definitions(),
            Directive::Doc(name) => self.doc(&name),
            Directive::Undo(changes) => self.undo(changes),
            Directive::Load(path) => self.load(&path),
            Directive::Time(text) => self.time(&text),
            Directive::Query(text) => self.query(&text),
            Directive::Costs(on) => self.charge(on),
            Directive::Explain(code) => match crate::explain::find(&code) {
                Ok(page) => say(&page.render(Screen::of_stdout())),
                Err(sentence) => self.remark(&sentence),
            },
            Directive::Quit => {}
        }
    }

    /// Runs the forms of a file until one fails; shows the last value only.
    fn load(&mut self, path: &str) {
        let text = match files::read::text(&Path::new(".").join(path), self.limit) {
            Ok(text) => text.text,
            Err(why) => return self.remark(&format!("cannot read {}: {why}", printable::line(path))),
        };
        let forms = self.read_named(path.to_owned(), &text).unwrap_or_default();
        let ground = &self.ground;
        let (mut transactions, mut fees) = (0, 0i64);
        let last = self.session.as_one(format!(",load {path}"), |session| {
            let mut last = None;
            for form in &forms {
                let (outcome, told) = ground.run(session, form);
                if let Told::Sent(sent) = told {
                    transactions += 1;
                    fees = fees.saturating_add(sent.answer.fees.unwrap_or(0));
                }
                let failed = outcome.result.is_err();
                last = Some(outcome);
                if failed {
                    break;
                }
            }
            last
        });
        if let Some(outcome) = last {
            self.show(&outcome);
        }
        if transactions > 0 {
            let count = if transactions == 1 {
                "1 transaction".to_owned()
            } else {
                format!("{transactions} transactions")
            };
            self.remark(&format!("final: {count}, {fees} coppers"));
        }
    }

    /// Lets forms run as another account; on a network one whose key is here.
    fn act_as(&mut self, account: u64) {
        let before = self.session.account();
        let admitted = match self.ground.network() {
            Some(online) => online.admits(account).map(|()| self.session.act_as(account)),
            None => self.session.switch(account).map_err(|why| format!("{why}; `,accounts` lists them")),
        };
        match admitted {
            Ok(()) => self.acted.push(before),
            Err(sentence) => self.remark(&sentence),
        }
    }

    /// Whether the state is not at hand, and then says so.
    fn lacks_state(&self, instead: &str) -> bool {
        let lacks = self.ground.network().is_some_and(|online| !online.has_state());
        if lacks {
            self.remark(&format!("the state is with the node, not here; {instead}"));
        }
        lacks
    }

    /// Runs forms of which nothing stays.
    fn query(&mut self, text: &str) {
        for form in self.read(text).unwrap_or_default() {
            let (outcome, told) = self.ground.query(&mut self.session, &form);
            let succeeded = self.show(&outcome);
            if let Some(remark) = told.remark() {
                self.remark(&remark);
            }
            if !succeeded {
                break;
            }
        }
    }

    /// Takes back the last changes and says which, the last one first.
    fn undo(&mut self, changes: usize) {
        if self.ground.network().is_some() {
            let why = "what is final on a network cannot be taken back; to try things out, use `cvx` without a network";
            return self.remark(why);
        }
        let account = self.session.account();
        let undone = self.session.undo(changes);
        if undone.is_empty() {
            return self.remark("there is nothing to take back");
        }
        for what in undone.iter().take(MAX_UNDONE_SHOWN) {
            self.remark(&format!("took back {what}"));
        }
        if let Some(more) = undone.len().checked_sub(MAX_UNDONE_SHOWN).filter(|more| *more > 0) {
            self.remark(&format!("and {more} more"));
        }
        if self.session.account() != account {
            self.remark(&format!("account #{} acts again", self.session.account()));
        }
    }

    fn charge(&mut self, on: Option<bool>) {
        if self.ground.network().is_some() {
            return self.remark("on a network each form is charged, and its costs are told");
        }
        let on = on.unwrap_or(matches!(self.ground, Ground::Local));
        self.ground = if on { Ground::Charged } else { Ground::Local };
        self.remark(match on {
            true => "forms are charged fees and memory from now on; `,costs off` ends it",
            false => "forms are free again",
        });
    }

    fn time(&mut self, text: &str) {
        for form in self.read(text).unwrap_or_default() {
            let start = Instant::now();
            let (outcome, told) = self.ground.run(&mut self.session, &form);
            let milliseconds = start.elapsed().as_secs_f64() * 1e3;
            let ok = self.show(&outcome);
            match told {
                Told::Sent(sent) => self.remark(&sent.remark()),
                _ => self.remark(&format!("{} juice, {milliseconds:.3} ms", outcome.juice)),
            }
            if !ok {
                break;
            }
        }
    }

    /// Shows what a name is about. An alias that the account does not have may be one of an account before.
    fn doc(&self, name: &str) {
        let screen = Screen::of_stdout();
        let explain = |account: u64| doc::target::explain(self.session.state(), account, name, screen);
        let before = self.acted.iter().rev().filter(|_| name.contains('/'));
        let own = explain(self.session.account());
        // Where the state is elsewhere, only the core is known here.
        let own = match self.ground.network().is_some_and(|online| !online.has_state()) {
            true => own.or_else(|_| explain(GENESIS_ACCOUNT)).map_err(|sentence| {
                format!("{sentence}; of what is on the network only the core library is known here")
            }),
            false => own,
        };
        match own.or_else(|sentence| before.map(|own| explain(*own)).find_map(Result::ok).ok_or(sentence)) {
            Ok(text) => say(&text),
            Err(sentence) => self.remark(&sentence),
        }
    }

    fn definitions(&self) {
        if self.lacks_state("ask with `,query (keys (:environment (account *address*)))`") {
            return;
        }
        let names = explain::definitions(self.session.state(), self.session.account()).unwrap_or_default();
        match names.is_empty() {
            true => self.remark("this account defines nothing yet"),
            false => {
                let names: Vec<_> = names.iter().map(|name| printable::line(name)).collect();
                say(&(Screen::of_stdout().wrap(&names.join(" "), 0, "").into_owned() + "\n"));
            }
        }
    }

    fn accounts(&self) {
        if self.lacks_state("ask with `,query (account #13)`") {
            return;
        }
        match accounts::lines(self.session.state(), self.session.account()) {
            Ok(lines) => lines.iter().for_each(|line| say(&format!("{line}\n"))),
            Err(missing) => self.remark(&missing.to_string()),
        }
    }

    fn remark(&self, sentence: &str) {
        let sentence = printable::text(sentence);
        let lines = Screen::of_stderr().wrap(&sentence, 0, "");
        let mut remark = self.colour.paint(Style::Dim, &lines);
        remark.push("\n");
        show::tell(remark);
    }
}

/// Writes to standard output what is made for people. A terminal that is gone is found out when the next entry is read.
fn say(text: &str) {
    let _ = show::say(text);
}

fn terminal(error: ReadlineError) -> Failure {
    Failure::Usage(format!("the terminal cannot be used: {error}"))
}
