//! Where forms run: on a state of their own, or on a network.

use crate::jsonl::Object;
use crate::online::{Online, Sent};
use lang::reader::Form;
use serde_json::Value as Json;
use tools::session::{Outcome, Session};
use vm::apply::Applied;

/// Where forms run.
pub enum Ground {
    /// On the state of the session, free of charge.
    Local,
    /// As on a network: charged, and told what they cost.
    Charged,
    /// On a network, as transactions.
    Network(Box<Online>),
}

/// What there is to tell besides the outcome.
pub enum Told {
    /// Nothing.
    Nothing,
    /// What a form would cost.
    Cost(Box<Applied>),
    /// What a network answered.
    Sent(Box<Sent>),
}

impl Ground {
    /// Runs a form.
    pub fn run(&self, session: &mut Session, form: &Form) -> (Outcome, Told) {
        match self {
            Ground::Local => (session.run(form), Told::Nothing),
            Ground::Charged => {
                let (outcome, applied) = session.run_charged(form);
                (outcome, applied.map_or(Told::Nothing, |applied| Told::Cost(Box::new(applied))))
            }
            Ground::Network(online) => {
                let ran = online.run(session, form);
                (ran.outcome, ran.sent.map_or(Told::Nothing, |sent| Told::Sent(Box::new(sent))))
            }
        }
    }

    /// Runs a form of which nothing stays.
    pub fn query(&self, session: &mut Session, form: &Form) -> (Outcome, Told) {
        match self {
            Ground::Local | Ground::Charged => (session.ask(form), Told::Nothing),
            Ground::Network(online) => {
                let ran = online.query(session, form);
                (ran.outcome, ran.sent.map_or(Told::Nothing, |sent| Told::Sent(Box::new(sent))))
            }
        }
    }

    /// The network, where there is one.
    pub fn network(&self) -> Option<&Online> {
        match self {
            Ground::Network(online) => Some(online),
            Ground::Local | Ground::Charged => None,
        }
    }
}

impl Told {
    /// Fields for programs: what a network answered.
    pub fn fields(&self) -> Object {
        let Told::Sent(sent) = self else { return Object::new() };
        let answer = &sent.answer;
        let mut fields = Object::new();
        let mut add = |name: &str, value: Option<Json>| {
            fields.extend(value.map(|value| (name.to_owned(), value)));
        };
        add("tx", answer.id.map(|id| format!("0x{id}").into()));
        add("block", answer.place.map(|(block, _)| block.into()));
        add("juice", answer.juice.map(Json::from));
        add("fees", answer.fees.filter(|_| !sent.is_query).map(Json::from));
        fields
    }

    /// As a sentence; `None` where there is nothing to tell.
    pub fn remark(&self) -> Option<String> {
        match self {
            Told::Nothing => None,
            Told::Cost(applied) => Some(crate::costs::remark(applied)),
            Told::Sent(sent) => Some(sent.remark()),
        }
    }
}
