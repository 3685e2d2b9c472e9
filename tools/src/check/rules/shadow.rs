//! Definitions that do not take the place of what has their name already.

use crate::check::Finding;
use crate::check::scene::Scene;
use crate::check::tree::*;
use std::collections::BTreeSet;

/// The rule `core-name`: a form is compiled whole, and compiled code holds functions of the core as values.
pub fn core_name(scene: &Scene, found: &mut Vec<Finding>) {
    for program in &scene.tree.programs {
        for (name, definitions) in &program.definitions {
            if !scene.known.core(name).is_some_and(|entry| entry.is_static()) {
                continue;
            }
            // The first form in which the account has the name when it is compiled.
            let mut compiled_from = usize::MAX;
            for id in definitions {
                let (Some(define), Some(form)) = (scene.tree.define(*id), scene.form_of(*id)) else {
                    continue;
                };
                let acts_early = matches!(define.how, How::Defn | How::Macro | How::Declare);
                compiled_from = compiled_from.min(if acts_early { form } else { form + 1 });
            }
            let Some(first) = definitions.first() else { continue };
            found.extend(late_uses(scene, name, *first, compiled_from));
        }
    }
}

/// Uses of a name behind its definition, in the form that defines it.
fn late_uses(scene: &Scene, name: &str, define: NodeId, compiled_from: usize) -> Vec<Finding> {
    let defined = &scene.tree.nodes[define];
    let form = scene.form_of(define);
    let is_use = |id: NodeId, node: &Node| {
        matches!(&node.expr, Expr::Global(other) if other == name)
            && node.program == defined.program
            && node.span.source == defined.span.source
            && node.span.start >= defined.span.end
            && scene.form_of(id) == form
            && form.is_some_and(|form| form < compiled_from)
    };
    let uses = scene.nodes().filter(|(id, node)| is_use(*id, node));
    uses.map(|(_, node)| {
        let message = format!("`{name}` is still the function of the core here");
        Finding::new("core-name", node.span, message, "compiled before the definition above takes effect")
            .hint(format!("write `(declare {name})` first, or choose another name"))
    })
    .collect()
}

/// The rule `register-name`.
pub fn register_name(scene: &Scene, found: &mut Vec<Finding>) {
    let registers: BTreeSet<&str> = lang::special::SPECIAL.into_iter().collect();
    for (_, node) in scene.nodes() {
        let (name, span) = match &node.expr {
            Expr::Def(define) if define.how != How::Undef => (&define.name, define.name_span),
            Expr::Set { target: Target::Global(name), name_span, .. } => (name, *name_span),
            _ => continue,
        };
        if registers.contains(name.as_str()) {
            let message =
                format!("`{name}` is a register of the machine: it is read in place of the definition");
            found.push(Finding::new("register-name", span, message, "cannot be read"));
        }
    }
}
