//! Names that macros bind around code of their users.

use crate::check::Finding;
use crate::check::scene::{Meaning, Scene};
use crate::check::tree::*;

/// What the macro `for` binds around its body.
const BOUND_BY_FOR: [&str; 4] = ["a", "i", "n#", "s#"];

/// The rule `for-capture`.
pub fn for_capture(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::Let(Let { binder: Binder::For, body, .. }) = &node.expr else { continue };
        for id in body.iter().flat_map(|part| scene.tree.within(*part)) {
            let name = match scene.expr(id) {
                Expr::Local(binding) => {
                    let binding = &scene.tree.bindings[*binding];
                    let is_outer =
                        binding.span.start < node.span.start || binding.span.start >= node.span.end;
                    if !is_outer { continue } else { &binding.name }
                }
                Expr::Global(name) if !matches!(scene.meaning(id, name), Meaning::Unknown) => name,
                _ => continue,
            };
            if BOUND_BY_FOR.contains(&name.as_str()) {
                let message =
                    format!("the macro `for` binds `{name}` itself, so that this is not the outer one");
                let finding = Finding::new("for-capture", scene.tree.nodes[id].span, message, "of `for`");
                found.push(finding.hint("give the outer one another name, or use `map`"));
            }
        }
    }
}

/// The rule `macro-capture`.
pub fn macro_capture(scene: &Scene, found: &mut Vec<Finding>) {
    for binding in &scene.tree.bindings {
        let Some(scope) = binding.scope else { continue };
        let program = &scene.tree.programs[scene.tree.nodes[scope].program];
        let is_plain = !binding.name.contains('#') && !binding.name.starts_with('_');
        if !program.is_macro || program.outer.is_none() || !is_plain {
            continue;
        }
        if let Some(hole) =
            holes_seeing(scene, binding, scope).into_iter().find(|id| is_from_user(scene, *id))
        {
            let message = format!("code of the user at `{}` sees this `{}`", text(scene, hole), binding.name);
            let finding = Finding::new("macro-capture", binding.span, message, "hides a name of the user");
            found.push(finding.hint(format!("a name that nobody else chooses, such as `{}#`", binding.name)));
        }
    }
}

/// What is filled in where a local can be seen.
fn holes_seeing(scene: &Scene, binding: &Binding, scope: NodeId) -> Vec<NodeId> {
    let seeing: Vec<NodeId> = match scene.expr(scope) {
        Expr::Let(form) => {
            let later = form.pairs.iter().filter_map(|pair| pair.0);
            let later = later.filter(|value| scene.tree.nodes[*value].span.start > binding.span.start);
            // The value of a binding is evaluated before the name is bound.
            later.filter(|value| Some(*value) != binding.value).chain(form.body.iter().copied()).collect()
        }
        Expr::Fn(arities) => {
            let own = arities.iter().filter(|arity| arity.span.start <= binding.span.start);
            own.filter(|arity| binding.span.end <= arity.span.end)
                .flat_map(|arity| arity.body.clone())
                .collect()
        }
        _ => Vec::new(),
    };
    let inner = seeing.iter().flat_map(|id| scene.tree.within(*id));
    inner.filter_map(|id| if let Expr::Hole(hole) = scene.expr(id) { Some(*hole) } else { None }).collect()
}

/// Whether an expression passes on an argument of the macro, rather than a part that it computed.
fn is_from_user(scene: &Scene, hole: NodeId) -> bool {
    scene.tree.within(hole).into_iter().any(|id| match scene.expr(id) {
        Expr::Local(binding) => scene.tree.bindings[*binding].role == Role::Param,
        _ => false,
    })
}

/// A name for what is filled in.
fn text(scene: &Scene, hole: NodeId) -> String {
    let name = scene.tree.within(hole).into_iter().find_map(|id| match scene.expr(id) {
        Expr::Local(binding) => Some(format!("~{}", scene.tree.bindings[*binding].name)),
        _ => None,
    });
    name.unwrap_or_else(|| "~".to_owned())
}
