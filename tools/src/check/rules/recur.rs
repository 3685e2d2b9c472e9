//! Uses of `recur`.

use crate::check::Finding;
use crate::check::arity::Arity;
use crate::check::scene::Scene;
use crate::check::tree::*;

/// What a `recur` goes back to.
enum Target {
    /// A loop or function, and how many arguments it takes.
    Here(NodeId, Arity),
    /// Nothing.
    Nothing,
    /// Something that is not to be seen in the text.
    Unknown,
}

fn recurs<'a>(scene: &'a Scene) -> impl Iterator<Item = (NodeId, usize)> + 'a {
    scene.nodes().filter_map(|(id, node)| match &node.expr {
        Expr::Call { args, .. } if scene.core_call(id).is_some_and(|(name, _)| name == "recur") => {
            Some((id, args.len()))
        }
        _ => None,
    })
}

fn target(scene: &Scene, id: NodeId) -> Target {
    for outer in scene.tree.around(id) {
        match scene.expr(outer) {
            Expr::Fn(arities) => {
                return Target::Here(
                    outer,
                    arities.iter().fold(Arity::NONE, |all, arity| all.or(arity.arity)),
                );
            }
            Expr::Let(Let { binder: Binder::Loop, pairs, .. }) => {
                return Target::Here(outer, Arity::exactly(pairs.len()));
            }
            Expr::Let(Let { binder: Binder::For | Binder::ForLoop | Binder::Times, .. })
            | Expr::Macro("set-in!" | "schedule", _)
            | Expr::Opaque(_) => return Target::Unknown,
            _ => {}
        }
    }
    let program = &scene.tree.programs[scene.tree.nodes[id].program];
    match program.fate {
        Fate::Texts | Fate::Actor | Fate::Kept => Target::Nothing,
        Fate::Same | Fate::Open => Target::Unknown,
    }
}

/// The rule `recur-arity`.
pub fn recur_arity(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, given) in recurs(scene) {
        let Target::Here(target, arity) = target(scene, id) else { continue };
        if arity.accepts(given) {
            continue;
        }
        let what = if matches!(scene.expr(target), Expr::Fn(_)) { "function" } else { "loop" };
        let message = format!("`recur` goes back to a {what} of {}, given {given}", arity.phrase());
        let span = scene.tree.nodes[id].span;
        found.push(Finding::new("recur-arity", span, message, "wrong number of arguments"));
    }
}

/// The rule `recur-outside`.
pub fn recur_outside(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, _) in recurs(scene) {
        if let Target::Nothing = target(scene, id) {
            let span = scene.tree.nodes[id].span;
            let message = "`recur` stands outside of any loop or function";
            found.push(Finding::new("recur-outside", span, message, "nothing to go back to"));
        }
    }
}

/// The rule `recur-argument`.
pub fn recur_argument(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, _) in recurs(scene) {
        let Target::Here(target, _) = target(scene, id) else { continue };
        let around: Vec<NodeId> = scene.tree.around(id).take_while(|outer| *outer != target).collect();
        let abandoned = around.iter().find(|outer| {
            matches!(
                scene.expr(**outer),
                Expr::Call { .. }
                    | Expr::Collection(..)
                    | Expr::ActorCall { .. }
                    | Expr::Def(_)
                    | Expr::Set { .. }
            )
        });
        if let Some(abandoned) = abandoned {
            let what = match scene.expr(*abandoned) {
                Expr::Call { .. } | Expr::ActorCall { .. } => "the call",
                Expr::Collection(..) => "the collection",
                _ => "the definition",
            };
            let span = scene.tree.nodes[id].span;
            let message = format!("`recur` leaves at once, so {what} around it never happens");
            let finding =
                Finding::new("recur-argument", span, message, "gives no value to what is around it");
            found.push(finding.hint("to use the value of another round, call the function by its name"));
        }
    }
}
