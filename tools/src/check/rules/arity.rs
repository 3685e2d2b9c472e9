//! Calls that their function does not take.

use crate::check::Finding;
use crate::check::arity::Arity;
use crate::check::scene::{Place, Scene};
use crate::check::tree::*;
use crate::language::{self, Class};
use lang::Value;
use lang::source::Span;

/// The rule `arity`, as far as functions are concerned; forms of the core are the parser's.
pub fn arity(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        match &node.expr {
            Expr::Call { head, args } => {
                let is_asset = scene
                    .core_call(id)
                    .is_some_and(|(name, args)| name == "transfer" && super::traps::is_asset(scene, args));
                // The rule on assets says more.
                if is_asset {
                    continue;
                }
                let Some(arity) = scene.arity(*head) else { continue };
                let name = match scene.expr(*head) {
                    Expr::Global(name) | Expr::Lookup { name, .. } => format!("`{name}`"),
                    Expr::Local(binding) => format!("`{}`", scene.tree.bindings[*binding].name),
                    Expr::Constant(Value::Keyword(_)) => "a keyword".to_owned(),
                    _ => "this function".to_owned(),
                };
                found.extend(wrong(arity, &name, args.len(), node.span));
            }
            Expr::ActorCall { target, name, args, .. } => {
                let Some(place) = scene.place(*target).filter(|place| scene.is_settled(*place)) else {
                    continue;
                };
                if let Some(arity) = scene.arity_in(place, name) {
                    found.extend(wrong(arity, &format!("`{name}`"), args.len(), node.span));
                }
            }
            _ => {}
        }
    }
}

fn wrong(arity: Arity, name: &str, given: usize, span: Span) -> Option<Finding> {
    (!arity.accepts(given)).then(|| {
        let message = format!("{name} takes {}, given {given}", arity.phrase());
        Finding::new("arity", span, message, "wrong number of arguments")
    })
}

/// The rule `not-callable`.
pub fn not_callable(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::ActorCall { target, name, name_span, .. } = &node.expr else { continue };
        let Some(place) = scene.place(*target).filter(|place| scene.is_settled(*place)) else { continue };
        let (is_defined, is_callable, names) = match place {
            Place::Account(address) => {
                let entry = scene.known.entry(address, name).filter(|entry| entry.address == address);
                let callable = |name: &String| {
                    scene.known.entry(address, name).is_some_and(|e| e.address == address && e.is_callable())
                };
                let names: Vec<String> = scene.known.names(address).into_iter().filter(callable).collect();
                (entry.is_some(), entry.is_some_and(|entry| entry.is_callable()), names)
            }
            Place::Actor(program) => {
                let definitions = &scene.tree.programs[program].definitions;
                let is_callable = |ids: &Vec<NodeId>| {
                    ids.iter().filter_map(|id| scene.tree.define(*id)).any(|define| define.is_callable)
                };
                let names =
                    definitions.iter().filter(|(_, ids)| is_callable(ids)).map(|(name, _)| name.clone());
                let ids = definitions.get(name);
                (ids.is_some(), ids.is_some_and(is_callable), names.collect())
            }
        };
        if is_callable {
            continue;
        }
        let finding = if is_defined {
            let message = format!("`{name}` is defined there, but not `^:callable`");
            let finding = Finding::new("not-callable", *name_span, message, "cannot be called from outside");
            finding.hint(format!("callable is what is marked so: `(defn ^:callable {name} …)`"))
        } else {
            let message = format!("the actor has no callable function `{name}`");
            let finding = Finding::new("not-callable", *name_span, message, "not there");
            let instead = match place {
                Place::Account(address) => language::instead_in(address, name),
                Place::Actor(_) => None,
            };
            let near = crate::advice::similar(name, names.iter().map(String::as_str));
            match instead.or_else(|| near.first().map(|near| format!("did you mean `{near}`?"))) {
                Some(hint) => finding.hint(hint),
                None => finding,
            }
        };
        found.push(finding);
    }
}

/// The rule `not-a-function`.
pub fn not_a_function(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::Call { head, args } = &node.expr else { continue };
        let what = match scene.expr(*head) {
            Expr::Constant(_) | Expr::Local(_) | Expr::Register(_) => scene.kind(*head),
            _ => None,
        };
        let is_value = |class: &Class| {
            class.is_number()
                || matches!(
                    class,
                    Class::Nil
                        | Class::Boolean
                        | Class::String
                        | Class::Character
                        | Class::Address
                        | Class::Blob
                )
        };
        if let Some(class) = what.filter(is_value) {
            let span = scene.tree.nodes[*head].span;
            let message = format!("a list is a call, and {} cannot be called", class.phrase());
            let finding = Finding::new("not-a-function", span, message, "not a function");
            let operator = match args.first().map(|second| scene.expr(*second)) {
                Some(Expr::Global(name)) => language::of_infix(name, class == Class::String),
                _ => None,
            };
            found.push(match (class, operator) {
                (_, Some(hint)) => finding.hint(hint),
                (Class::Address, _) => {
                    finding.hint("functions of an actor are called as in `(call #13 (f 1))`")
                }
                _ => finding.hint("data in a list is quoted: `'(1 2)`, or written as a vector: `[1 2]`"),
            });
        }
    }
}
