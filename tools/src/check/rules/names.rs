//! Names without a definition.

use crate::advice;
use crate::check::Finding;
use crate::check::scene::{Meaning, Place, Scene};
use crate::check::tree::*;
use crate::language;
use lang::Value;
use lang::source::Span;
use std::collections::BTreeSet;

/// The rule `undeclared`.
pub fn undeclared(scene: &Scene, found: &mut Vec<Finding>) {
    let adopted = with_parents(scene);
    for (id, node) in scene.nodes() {
        match &node.expr {
            _ if adopted.contains(&scene.tree.account_of(node.program)) => {}
            Expr::Global(name) => name_alone(scene, id, name, node.span, found),
            Expr::Set { target: Target::Global(name), name_span, .. } => {
                name_alone(scene, id, name, *name_span, found);
            }
            Expr::Macro("resolve", parts) => found.extend(unresolved(scene, parts, node.span)),
            Expr::Lookup { place, name } => {
                if let Some(place) = scene.place(*place) {
                    found.extend(name_in(scene, place, name, node.span));
                }
            }
            _ => {}
        }
    }
}

/// A name that the name system does not have, but one like it. Others may be there on another network.
fn unresolved(scene: &Scene, parts: &[NodeId], span: Span) -> Option<Finding> {
    let Expr::Constant(Value::Symbol(name)) = scene.expr(*parts.first()?) else { return None };
    let name = String::from_utf8_lossy(name.name());
    if scene.known.resolve(&name).is_some() {
        return None;
    }
    let hint = similar(&name, &scene.known.account_names())?;
    Some(Finding::new("undeclared", span, format!("`{name}` stands for no account"), "here").hint(hint))
}

/// The programs whose account gets a parent, from which it may have any name.
fn with_parents(scene: &Scene) -> BTreeSet<ProgramId> {
    let adopts = |id: &NodeId| scene.core_call(*id).is_some_and(|(name, _)| name == "set-parent");
    let calls = (0..scene.tree.nodes.len()).filter(adopts);
    calls.map(|id| scene.tree.account_of(scene.tree.nodes[id].program)).collect()
}

fn name_alone(scene: &Scene, id: NodeId, name: &str, span: Span, found: &mut Vec<Finding>) {
    let program = scene.account_of(id);
    match scene.meaning(id, name) {
        Meaning::State(_) => {}
        Meaning::Own(definitions) => found.extend(too_early(scene, id, name, &definitions, span)),
        Meaning::Unknown => {
            let is_elsewhere =
                || scene.tree.programs.iter().any(|other| other.definitions.contains_key(name));
            let is_open = match program.fate {
                Fate::Open => true,
                Fate::Kept => is_elsewhere(),
                _ => false,
            };
            if !is_open && !program.mentioned.contains(name) {
                let finding = Finding::new("undeclared", span, format!("`{name}` has no definition"), "here");
                found.push(with_hints(scene, id, name, finding));
            }
        }
    }
}

/// A name that a form uses when it runs, before the form that defines it.
fn too_early(scene: &Scene, id: NodeId, name: &str, definitions: &[NodeId], span: Span) -> Option<Finding> {
    let program = scene.account_of(id);
    let is_delayed = scene.tree.around(id).any(|outer| matches!(scene.expr(outer), Expr::Fn(_)));
    let is_in_code = scene.tree.programs[scene.tree.nodes[id].program].fate != Fate::Texts;
    let is_known = || scene.known.entry(scene.viewer(program), name).is_some();
    if program.fate != Fate::Texts || is_in_code || is_delayed || is_known() {
        return None;
    }
    let form = scene.form_of(id)?;
    let is_of_other_text =
        |define: &NodeId| scene.tree.nodes[*define].program != scene.tree.nodes[id].program;
    if definitions.iter().any(is_of_other_text) {
        return None;
    }
    let all = |is_late: &dyn Fn(NodeId, usize) -> bool| {
        definitions.iter().all(|id| scene.form_of(*id).is_some_and(|defined| is_late(*id, defined)))
    };
    if all(&|_, defined| defined > form) {
        let finding = Finding::new(
            "undeclared",
            span,
            format!("`{name}` is defined only further down"),
            "not yet defined",
        );
        return Some(finding.hint("forms run one after another: move the definition before this form"));
    }
    // What `~` evaluates outside of a template runs before anything of its form but what acts while that is expanded.
    let is_immediate = scene.tree.around(id).any(|outer| matches!(scene.expr(outer), Expr::Immediate(_)));
    let acts_late = |id| !scene.tree.define(id).is_some_and(|define| define.how == How::Declare);
    let is_late = |id, defined| defined > form || (defined == form && acts_late(id));
    (is_immediate && all(&is_late)).then(|| {
        let message = format!("`~` runs while the code is compiled, when `{name}` has no value yet");
        Finding::new("undeclared", span, message, "evaluated too early")
            .hint("define it in a form of its own before this one, or leave out the `~`")
    })
}

/// A name that an account is known not to have.
fn name_in(scene: &Scene, place: Place, name: &str, span: Span) -> Option<Finding> {
    let (message, names, instead) = match place {
        Place::Account(address) => {
            if !scene.known.is_library(address) || scene.known.entry(address, name).is_some() {
                return None;
            }
            let message = format!("`{name}` has no definition in #{address}");
            (message, scene.known.names(address), language::instead_in(address, name))
        }
        Place::Actor(program) => {
            let program = &scene.tree.programs[program];
            let is_known = program.definitions.contains_key(name) || scene.known.core(name).is_some();
            if !scene.is_settled(place) || is_known {
                return None;
            }
            let names = program.definitions.keys().cloned().collect();
            (format!("`{name}` has no definition in the code of this actor"), names, None)
        }
    };
    let finding = Finding::new("undeclared", span, message, "here");
    Some(match instead.or_else(|| similar(name, &names)) {
        Some(hint) => finding.hint(hint),
        None => finding,
    })
}

fn similar(name: &str, names: &[String]) -> Option<String> {
    let near: Vec<String> = advice::similar(name, names.iter().map(String::as_str))
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect();
    (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
}

fn with_hints(scene: &Scene, id: NodeId, name: &str, finding: Finding) -> Finding {
    let program = &scene.tree.programs[scene.tree.nodes[id].program];
    let is_hidden = |binding: &BindingId| scene.tree.bindings[*binding].name == name;
    if program.hidden.iter().any(is_hidden) {
        return finding.hint(format!(
            "quoted code does not see the local `{name}` around it: quote with a backquote, and write `~{name}` for its value"
        ));
    }
    let outer = program.outer.map(|outer| &scene.tree.programs[scene.tree.account_of(outer)]);
    if program.fate == Fate::Actor && outer.is_some_and(|outer| outer.definitions.contains_key(name)) {
        return finding.hint(format!(
            "an actor does not see definitions of the account that deploys it: quote with a backquote, and write `~{name}` for the value"
        ));
    }
    let account = scene.account_of(id);
    let span = scene.tree.nodes[id].span;
    let sees = |binding: &&Binding| {
        let scope = binding.scope.map(|scope| scene.tree.nodes[scope].span);
        scope.is_some_and(|scope| {
            scope.source == span.source && scope.start <= span.start && span.end <= scope.end
        })
    };
    let locals: Vec<String> =
        scene.tree.bindings.iter().filter(sees).map(|binding| binding.name.clone()).collect();
    let mut own: Vec<String> = account.definitions.keys().cloned().collect();
    own.extend(scene.known.own_names(scene.viewer(account)));
    if let Some(instead) = advice::instead(name, &own, &locals) {
        return finding.hint(instead);
    }
    let mut names = scene.known.names(scene.viewer(account));
    names.extend(own.into_iter().chain(locals));
    match similar(name, &names) {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}
