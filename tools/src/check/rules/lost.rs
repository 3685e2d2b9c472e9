//! Values and changes that come to nothing.

use crate::check::Finding;
use crate::check::scene::Scene;
use crate::check::tree::*;
use crate::language::{self, Class, core};

/// The rule `try-alone`.
pub fn try_alone(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::Try(branches) = &node.expr else { continue };
        if branches.len() < 2 {
            let message = "`try` with one branch catches nothing: there is no other to go on with";
            let finding = Finding::new("try-alone", node.span, message, "an error passes through");
            found.push(finding.hint("add what to evaluate when the first branch fails: `(try a b)`"));
        }
    }
}

/// The change of an account that an expression makes.
fn change(scene: &Scene, id: NodeId) -> Option<String> {
    match scene.expr(id) {
        Expr::Def(define) if define.how != How::Declare => {
            Some(format!("the definition of `{}`", define.name))
        }
        Expr::Set { target: Target::Global(name), .. } => Some(format!("the new value of `{name}`")),
        Expr::Set { target: Target::Local(binding), .. } => {
            Some(format!("the new value of `{}`", scene.tree.bindings[*binding].name))
        }
        Expr::Call { .. } => {
            let (name, _) = scene.core_call(id)?;
            core::is(name, core::CHANGES).then(|| format!("what `{name}` does"))
        }
        _ => None,
    }
}

/// The expressions whose value an expression may have.
fn last_ones(scene: &Scene, id: NodeId) -> Vec<NodeId> {
    let mut open = vec![id];
    let mut last = Vec::new();
    while let Some(id) = open.pop() {
        match scene.expr(id) {
            Expr::Do(body) | Expr::Let(Let { binder: Binder::Let | Binder::Test, body, .. }) => {
                open.extend(body.last());
            }
            Expr::Cond(cond) => {
                open.extend(cond.clauses.iter().map(|(_, branch)| *branch).chain(cond.otherwise));
            }
            _ => last.push(id),
        }
    }
    last
}

/// The rule `lost-in-query`: a change that something in the query looks at afterwards is an experiment, and fine.
pub fn lost_in_query(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::Query(body) = &node.expr else { continue };
        let Some(last) = body.last() else { continue };
        for id in last_ones(scene, *last) {
            if let Some(change) = change(scene, id) {
                let message = format!("`query` undoes {change}");
                let finding =
                    Finding::new("lost-in-query", scene.tree.nodes[id].span, message, "without effect");
                found.push(finding.hint("`query` is for asking: move the change out of it"));
            }
        }
    }
}

/// The rule `lost-in-try`.
pub fn lost_in_try(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::Try(branches) = &node.expr else { continue };
        let Some((_, caught)) = branches.split_last() else { continue };
        for branch in caught.iter().filter(|branch| fails(scene, **branch)) {
            for id in scene.tree.within(*branch) {
                if let Some(change) = change(scene, id) {
                    let message = format!("this branch always fails, and `try` then undoes {change}");
                    let span = scene.tree.nodes[id].span;
                    let finding = Finding::new("lost-in-try", span, message, "without effect");
                    found.push(
                        finding.hint("make the change before or after the `try`, or in its last branch"),
                    );
                }
            }
        }
    }
}

/// Whether an expression always ends in an error.
fn fails(scene: &Scene, id: NodeId) -> bool {
    match scene.expr(id) {
        Expr::Call { .. } => scene.core_call(id).is_some_and(|(name, _)| name == "fail"),
        Expr::Do(body) | Expr::Let(Let { binder: Binder::Let, body, .. }) => fails_within(scene, body),
        _ => false,
    }
}

/// Whether expressions one after another always end in an error.
pub fn fails_within(scene: &Scene, body: &[NodeId]) -> bool {
    let leaving = body.iter().find(|part| scene.leaves(**part));
    leaving.is_some_and(|part| fails(scene, *part))
}

/// The rule `lost-accept`.
pub fn lost_accept(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        let is_accept = scene.core_call(id).is_some_and(|(name, _)| name == "accept");
        let boundary =
            scene.tree.around(id).find(|outer| matches!(scene.expr(*outer), Expr::Query(_) | Expr::Fn(_)));
        let is_in_query = boundary.is_some_and(|outer| matches!(scene.expr(outer), Expr::Query(_)));
        if is_accept && is_in_query {
            let message =
                "`query` gives back what was accepted, but the offer stays smaller: nobody has the coins";
            found.push(Finding::new("lost-accept", node.span, message, "these coins vanish"));
        }
    }
}

/// The rule `idle-function`: a text runs its forms one after another, so that `1 + 2` is three of them.
pub fn idle_function(scene: &Scene, found: &mut Vec<Finding>) {
    let texts = scene.tree.programs.iter().filter(|program| program.fate == Fate::Texts);
    for window in texts.flat_map(|program| program.forms.windows(3)) {
        let [left, middle, right] = [0, 1, 2].map(|i| &scene.tree.nodes[window[i]]);
        let Expr::Global(name) = &middle.expr else { continue };
        // A list of functions, as a page may have, is no sum.
        let is_operand = |node: &Node| !matches!(&node.expr, Expr::Global(name) if language::of_infix(name, false).is_some());
        let is_text = scene.kind(window[0]) == Some(Class::String);
        let (Some(hint), true) = (language::of_infix(name, is_text), is_operand(left) && is_operand(right))
        else {
            continue;
        };
        let message = format!("`{name}` alone does nothing with the forms around it");
        found.push(Finding::new("idle-function", middle.span, message, "a form of its own").hint(hint));
    }
}

/// The rule `unused-value`.
pub fn unused_value(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        if !scene.is_statement(id) {
            continue;
        }
        let what = match &node.expr {
            Expr::Constant(_) => "this constant".to_owned(),
            Expr::Local(binding) => format!("the local `{}`", scene.tree.bindings[*binding].name),
            Expr::Collection(..) => "this collection".to_owned(),
            Expr::Fn(_) => "this function".to_owned(),
            Expr::Call { .. } => match scene.core_call(id) {
                Some((name, _)) if core::is(name, core::PURE) => format!("the value of `{name}`"),
                _ => continue,
            },
            _ => continue,
        };
        // The next expression may look at the value as `*result*`.
        let parent = node.parent.map(|parent| scene.tree.within(parent)).unwrap_or_default();
        let is_result = parent.iter().any(|id| matches!(scene.expr(*id), Expr::Register("*result*")));
        if !is_result {
            let message = format!("{what} is thrown away, and computing it has no effect");
            let finding = Finding::new("unused-value", node.span, message, "unused");
            found.push(match &node.expr {
                Expr::Call { .. } => finding.hint(
                    "values never change: keep the new one with `def`, `set!` or `let`; a check needs `assert`, or `(or … (fail …))`",
                ),
                _ => finding,
            });
        }
    }
}
