//! Locals.

use crate::check::Finding;
use crate::check::scene::Scene;
use crate::check::tree::*;

/// The rule `unused-local`.
pub fn unused_local(scene: &Scene, found: &mut Vec<Finding>) {
    for binding in &scene.tree.bindings {
        let is_let = matches!(binding.role, Role::Name(Binder::Let | Binder::Loop));
        let (Some(scope), true) = (binding.scope, is_let) else { continue };
        if !binding.reads.is_empty() || binding.name.starts_with('_') {
            continue;
        }
        // Code that is filled in may read it.
        let is_template = scene.tree.within(scope).iter().any(|id| matches!(scene.expr(*id), Expr::Hole(_)));
        if is_template {
            continue;
        }
        let message = format!("nothing reads the local `{}`", binding.name);
        let finding = Finding::new("unused-local", binding.span, message, "unused");
        found.push(finding.hint("bind `_` to evaluate something without a use for its value"));
    }
}

/// The rule `lost-set`: what binds locals puts back all outer ones when it ends.
pub fn lost_set(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        let Expr::Set { target: Target::Local(binding), .. } = &node.expr else { continue };
        let binding = &scene.tree.bindings[*binding];
        let inner = scene
            .tree
            .around(id)
            .find(|outer| matches!(scene.expr(*outer), Expr::Fn(_) | Expr::Let(_) | Expr::Query(_)));
        let Some(inner) = inner.filter(|inner| Some(*inner) != binding.scope) else { continue };
        let inner_span = scene.tree.nodes[inner].span;
        // What binds it inside of a function or query ends before those do.
        if binding.span.start >= inner_span.start && binding.span.start < inner_span.end {
            continue;
        }
        let reads = || binding.reads.iter().map(|read| scene.tree.nodes[*read].span.start);
        let is_read_inside = reads().any(|at| at >= node.span.end && at < inner_span.end);
        let is_read_after = reads().any(|at| at >= inner_span.end);
        if !is_read_inside && is_read_after {
            let form = match scene.expr(inner) {
                Expr::Fn(_) => "function",
                Expr::Query(_) => "`query`",
                Expr::Let(Let { binder: Binder::Let, .. }) => "`let`",
                _ => "loop",
            };
            let message = format!("`{}` is what it was before as soon as this {form} ends", binding.name);
            let finding = Finding::new("lost-set", node.span, message, "forgotten before anything reads it");
            found.push(
                finding.hint("give the value as the result of the inner form, or as an argument of `recur`"),
            );
        }
    }
}
