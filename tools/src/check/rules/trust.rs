//! Functions that other accounts call.

use crate::check::Finding;
use crate::check::scene::{Meaning, Scene};
use crate::check::tree::*;
use crate::language::core;
use std::collections::BTreeSet;
use vm::context::CORE;

/// The accounts of the libraries that move assets, and their functions that do.
const ASSET_LIBRARIES: [u64; 2] = [64, 65];
const MOVES: &[&str] = &["burn", "mint", "offer", "transfer"];
/// What an actor must offer for others to use it, and with how many arguments it is called.
const INTERFACES: &[(&str, usize)] = &[("check-trusted?", 3), ("receive-asset", 3), ("receive-coin", 3)];

/// What a function does, functions that it calls included.
#[derive(Default)]
struct Deeds {
    /// The first change of the actor.
    change: Option<String>,
    /// Whether it looks at who called, or takes coins for what it does.
    asks: bool,
}

/// The rule `unchecked-caller`.
pub fn unchecked_caller(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::Def(Define { name, name_span, value: Some(value), is_callable: true, .. }) = &node.expr
        else {
            continue;
        };
        // Only the transfer of coins leads to this one, and it gets the sender as an argument.
        if name == "receive-coin" {
            continue;
        }
        // What always fails changes nothing.
        let Expr::Fn(arities) = scene.expr(*value) else { continue };
        if arities.iter().all(|arity| super::lost::fails_within(scene, &arity.body)) {
            continue;
        }
        let mut deeds = Deeds::default();
        look(scene, *value, &mut deeds, &mut BTreeSet::new());
        if let (Some(change), false) = (deeds.change, deeds.asks) {
            let message = format!("everybody can call `{name}`, which {change}");
            let finding =
                Finding::new("unchecked-caller", *name_span, message, "does not look at `*caller*`");
            found.push(finding.hint(
                "check who calls, as in `(or (= *caller* owner) (fail :TRUST \"…\"))`; or, if it is for everybody, say so: `; cvx: allow unchecked-caller`",
            ));
        }
    }
}

fn look(scene: &Scene, root: NodeId, deeds: &mut Deeds, seen: &mut BTreeSet<NodeId>) {
    for id in scene.tree.within(root) {
        match scene.expr(id) {
            Expr::Register("*caller*") => deeds.asks |= !is_receiver(scene, id),
            Expr::Register("*origin*" | "*signer*" | "*offer*") => deeds.asks = true,
            Expr::Def(define) => note(deeds, || format!("redefines `{}`", define.name)),
            Expr::Set { target: Target::Global(name), .. } => note(deeds, || format!("sets `{name}`")),
            Expr::ActorCall { offer: Some(_), name, .. } => {
                note(deeds, || format!("calls `{name}` with coins on offer"));
            }
            Expr::Global(name) => {
                if let Meaning::Own(definitions) = scene.meaning(id, name) {
                    let values = definitions.iter().filter_map(|id| scene.tree.define(*id)?.value);
                    let functions: Vec<NodeId> =
                        values.filter(|value| matches!(scene.expr(*value), Expr::Fn(_))).collect();
                    for value in functions {
                        if seen.insert(value) {
                            look(scene, value, deeds, seen);
                        }
                    }
                }
            }
            Expr::Call { .. } => look_at_call(scene, id, deeds),
            _ => {}
        }
    }
}

/// Whether an expression is only told where something goes, or what happened: that decides nothing.
fn is_receiver(scene: &Scene, id: NodeId) -> bool {
    let call = scene.tree.nodes[id].parent.and_then(|parent| scene.library_call(parent));
    call.is_some_and(|call| match (call.address, call.name) {
        (CORE, "log") => true,
        (CORE, "transfer") => call.args.first() == Some(&id),
        (address, "transfer") => ASSET_LIBRARIES.contains(&address) && call.args.contains(&id),
        _ => false,
    })
}

fn look_at_call(scene: &Scene, id: NodeId, deeds: &mut Deeds) {
    let Some(call) = scene.library_call(id) else { return };
    match (call.address, call.name) {
        (CORE, "accept") => deeds.asks = true,
        (CORE, name) if core::is(name, core::CHANGES | core::POWER) => {
            note(deeds, || format!("does `{name}`"))
        }
        (address, name) if ASSET_LIBRARIES.contains(&address) && MOVES.contains(&name) => {
            note(deeds, || format!("moves assets with `{name}`"));
        }
        _ => {}
    }
}

fn note(deeds: &mut Deeds, change: impl FnOnce() -> String) {
    deeds.change.get_or_insert_with(change);
}

/// The rule `interface`.
pub fn interface(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::Def(Define { name, name_span, value: Some(value), is_callable, .. }) = &node.expr else {
            continue;
        };
        let Some((_, count)) = INTERFACES.iter().find(|(known, _)| known == name) else { continue };
        let Expr::Fn(arities) = scene.expr(*value) else { continue };
        if !is_callable {
            let message = format!("`{name}` is for other accounts to call, but not `^:callable`");
            let finding = Finding::new("interface", *name_span, message, "cannot be called from outside");
            found.push(finding.hint(format!("write `(defn ^:callable {name} …)`")));
        } else if !arities.iter().any(|arity| arity.arity.accepts(*count)) {
            let message = format!("`{name}` is called with {count} arguments");
            found.push(Finding::new("interface", *name_span, message, "does not take as many"));
        }
    }
}
