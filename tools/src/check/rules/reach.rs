//! Expressions that are never evaluated.

use crate::check::Finding;
use crate::check::arity::Arity;
use crate::check::scene::Scene;
use crate::check::tree::*;
use lang::Value;

fn never(scene: &Scene, id: NodeId, why: impl Into<String>) -> Finding {
    Finding::new("unreachable", scene.tree.nodes[id].span, why, "never evaluated")
}

/// The rule `unreachable`.
pub fn unreachable(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        match &node.expr {
            Expr::Do(body) => sequence(scene, body, found),
            Expr::Let(form) if form.binder != Binder::ForLoop => sequence(scene, &form.body, found),
            Expr::Fn(arities) => arities.iter().for_each(|arity| sequence(scene, &arity.body, found)),
            Expr::Logic(logic, tests) => {
                let ends = |test: &&NodeId| scene.truth(**test) == Some(*logic == Logic::Or);
                let end = tests.iter().position(|test| ends(&test));
                if let Some(next) = end.and_then(|end| tests.get(end + 1)) {
                    let (word, truth) = if *logic == Logic::Or { ("or", "true") } else { ("and", "false") };
                    found.push(never(
                        scene,
                        *next,
                        format!("`{word}` ends before this: what stands before it is always {truth}"),
                    ));
                }
            }
            Expr::Cond(cond) => branches(scene, cond, found),
            Expr::Try(branches) => {
                let safe = |id: &NodeId| {
                    matches!(
                        scene.expr(*id),
                        Expr::Constant(_) | Expr::Local(_) | Expr::Fn(_) | Expr::Register(_)
                    )
                };
                let end = branches.iter().position(safe);
                if let Some(next) = end.and_then(|end| branches.get(end + 1)) {
                    found.push(never(scene, *next, "the branch before this one cannot fail"));
                }
            }
            _ => {}
        }
        let _ = id;
    }
}

/// Expressions behind one that leaves.
fn sequence(scene: &Scene, body: &[NodeId], found: &mut Vec<Finding>) {
    let end = body.iter().position(|part| scene.leaves(*part));
    if let Some(next) = end.and_then(|end| body.get(end + 1)) {
        found.push(never(scene, *next, "what stands before this always leaves: nothing comes here"));
    }
}

fn branches(scene: &Scene, cond: &Cond, found: &mut Vec<Finding>) {
    if cond.subject.is_some() {
        return switch(scene, cond, found);
    }
    for (position, (test, branch)) in cond.clauses.iter().enumerate() {
        match scene.truth(*test) {
            Some(true) => {
                let later = cond.clauses.get(position + 1).map(|(test, _)| *test).or(cond.otherwise);
                // The `nil` of `when-not` is not in the text.
                if let Some(later) = later {
                    let why = format!("a test of this `{}` before it is always true", cond.word);
                    found.push(never(scene, later, why));
                }
                return;
            }
            Some(false) => {
                found.push(never(scene, *branch, format!("the test of this `{}` is always false", cond.word)))
            }
            None => {}
        }
    }
}

/// Candidates of a `switch` that stand in it before.
fn switch(scene: &Scene, cond: &Cond, found: &mut Vec<Finding>) {
    let mut seen: Vec<&Value> = Vec::new();
    for (candidate, branch) in &cond.clauses {
        let Expr::Constant(value) = scene.expr(*candidate) else { continue };
        if seen.contains(&value) {
            found.push(never(scene, *branch, "this candidate stands in the `switch` before"));
        }
        seen.push(value);
    }
}

/// The rule `unreachable-arity`.
pub fn unreachable_arity(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::Fn(arities) = &node.expr else { continue };
        let mut taken = Arity::NONE;
        for arity in arities {
            if taken.includes(arity.arity) {
                let message = "arities are tried in order, and one before takes all calls of this one";
                found.push(Finding::new("unreachable-arity", arity.span, message, "never called"));
            }
            taken = taken.or(arity.arity);
        }
    }
}
