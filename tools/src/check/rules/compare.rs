//! Comparisons and sums of values of the wrong type.

use crate::check::Finding;
use crate::check::scene::Scene;
use crate::check::tree::{Expr, NodeId};
use crate::language::{self, Class, core};

/// The arguments of known class.
fn classes(scene: &Scene, args: &[NodeId]) -> Vec<(NodeId, Class)> {
    args.iter().filter_map(|id| Some((*id, scene.kind(*id)?))).collect()
}

/// The rule `address-number`.
pub fn address_number(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        found.extend(number_for_address(scene, id));
        let Some((name, args)) = scene.core_call(id) else { continue };
        let classes = classes(scene, args);
        let address = classes.iter().find(|(_, class)| *class == Class::Address);
        let number = classes.iter().any(|(_, class)| class.is_number());
        let Some((address, _)) = address else { continue };
        if core::is(name, core::NUMBERS) {
            let message = format!("`{name}` works on numbers, and an address is none");
            let span = scene.tree.nodes[*address].span;
            let finding = Finding::new("address-number", span, message, "an address");
            found.push(finding.hint("`=` compares addresses; `(long address)` gives the number of one"));
        } else if name == "=" && number {
            let message = "an address never equals a number";
            let finding = Finding::new("address-number", node.span, message, "always false");
            found.push(finding.hint("an address is written with a sharp sign: `#13`"));
        }
    }
}

/// A number where an address is needed.
fn number_for_address(scene: &Scene, id: NodeId) -> Option<Finding> {
    let (name, target) = match scene.expr(id) {
        Expr::ActorCall { target, .. } => ("call", *target),
        Expr::Call { head, args } => {
            // The rule on arguments says enough.
            scene.arity(*head).filter(|arity| arity.accepts(args.len()))?;
            let (name, args) = scene.core_call(id)?;
            (name, *args.first().filter(|_| core::is(name, core::ADDRESS))?)
        }
        _ => return None,
    };
    scene.kind(target).filter(|class| class.is_number())?;
    let message = format!("`{name}` takes an address, and a number is none");
    let finding = Finding::new("address-number", scene.tree.nodes[target].span, message, "a number");
    Some(finding.hint("an address is written with a sharp sign: `#13`; `(address n)` is that of a number"))
}

/// The rule `never-equal`.
pub fn never_equal(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        let Some(("=", args)) = scene.core_call(id) else { continue };
        let classes = classes(scene, args);
        let Some((first, rest)) = classes.split_first() else { continue };
        let Some((_, other)) = rest.iter().find(|(_, class)| !first.1.may_equal(*class)) else { continue };
        let is_address = |class: Class| class == Class::Address;
        if (is_address(first.1) && other.is_number()) || (is_address(*other) && first.1.is_number()) {
            continue; // The rule on addresses says so.
        }
        // `(= *caller* nil)` asks whether there is a caller.
        if matches!((first.1, *other), (Class::Nil, Class::Address) | (Class::Address, Class::Nil)) {
            continue;
        }
        let message = format!("{} never equals {}", first.1.phrase(), other.phrase());
        let finding = Finding::new("never-equal", node.span, message, "always false");
        found.push(match first.1.is_number() && other.is_number() {
            true => finding.hint("`==` compares numbers by their value"),
            false => finding,
        });
    }
}

/// The rule `not-a-number`.
pub fn not_a_number(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, _) in scene.nodes() {
        let Some((name, args)) = scene.core_call(id) else { continue };
        if !core::is(name, core::NUMBERS) {
            continue;
        }
        let wrong = |(_, class): &(NodeId, Class)| !class.is_number() && *class != Class::Address;
        if let Some((arg, class)) = classes(scene, args).into_iter().find(wrong) {
            let message = format!("`{name}` works on numbers, and this is {}", class.phrase());
            let finding = Finding::new("not-a-number", scene.tree.nodes[arg].span, message, "not a number");
            found.push(match (name, class) {
                ("+", Class::String) => finding.hint(language::JOINS_TEXTS),
                _ => finding,
            });
        }
    }
}
