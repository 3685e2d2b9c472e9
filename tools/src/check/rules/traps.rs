//! Calls that mean something else than they seem to.

use crate::check::Finding;
use crate::check::scene::Scene;
use crate::check::tree::*;
use crate::language::Class;
use lang::Value;
use lang::kind::Kind;

/// The asset library.
const ASSETS: u64 = 65;

/// Whether `transfer` of the core is given an asset.
pub fn is_asset(scene: &Scene, args: &[NodeId]) -> bool {
    args.len() >= 3
        || args.get(1).is_some_and(|asset| matches!(scene.kind(*asset), Some(Class::Vector | Class::Map)))
}

/// The rule `asset-transfer`.
pub fn asset_transfer(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        let Some(call) = scene.library_call(id).filter(|call| call.name == "transfer") else { continue };
        if call.address == vm::context::CORE && is_asset(scene, call.args) {
            let message = "`transfer` of the core moves coins, and takes a receiver and a number of coppers";
            let finding = Finding::new("asset-transfer", node.span, message, "no number of coins");
            found.push(
                finding.hint(
                    "`(import convex.asset :as asset)` has `(asset/transfer receiver [path quantity])`",
                ),
            );
        }
        if let (ASSETS, [_, asset, data]) = (call.address, call.args) {
            let Expr::Collection(Kind::Vector, parts) = scene.expr(*asset) else { continue };
            let is_number = |id: NodeId| scene.kind(id).is_some_and(Class::is_number);
            let is_pair = parts.len() == 2 && is_number(parts[1]);
            let is_data = scene.kind(*data).is_some_and(|class| !class.is_number());
            if is_pair || is_data {
                let message = "with three arguments the second is a path and the third the quantity";
                let finding = Finding::new(
                    "asset-transfer",
                    scene.tree.nodes[*data].span,
                    message,
                    "taken for the quantity",
                );
                found.push(finding.hint("with data write `(asset/transfer receiver path quantity data)`"));
            }
        }
    }
}

/// The rule `unquoted-code`: what is to run elsewhere is evaluated here, before it gets there.
pub fn unquoted_code(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, _) in scene.nodes() {
        let Some((name @ ("compile" | "deploy" | "eval" | "eval-as" | "query-as"), args)) =
            scene.core_call(id)
        else {
            continue;
        };
        let Some(code) = args.last() else { continue };
        let defines = |id: &NodeId| matches!(scene.expr(*id), Expr::Def(_));
        let is_code = match scene.expr(*code) {
            Expr::Def(_) => true,
            Expr::Do(body) => body.iter().any(defines),
            _ => false,
        };
        if is_code {
            let message = format!("this runs here and now, and `{name}` gets its value");
            let finding = Finding::new("unquoted-code", scene.tree.nodes[*code].span, message, "not quoted");
            found.push(
                finding.hint("quote the code: put `'` before it, or a backquote to fill in values with `~`"),
            );
        }
    }
}

/// The rule `update-arguments`.
pub fn update_arguments(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        let Some((name @ ("update" | "update-in"), args)) = scene.core_call(id) else { continue };
        if args.len() < 5 {
            continue;
        }
        let (message, label) = match name {
            "update" => ("`update` leaves out the first of several further arguments", "left out"),
            _ => ("`update-in` fails with several further arguments", "fails"),
        };
        let span = if name == "update" { scene.tree.nodes[args[3]].span } else { node.span };
        let finding = Finding::new("update-arguments", span, message, label);
        found.push(finding.hint("pass them in a function: `(update m k (fn [v] (f v x y)))`"));
    }
}

/// The rule `fail-code`.
pub fn fail_code(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, _) in scene.nodes() {
        let Some(("fail", [only])) = scene.core_call(id) else { continue };
        let Node { span, expr: Expr::Constant(Value::Keyword(_)), .. } = &scene.tree.nodes[*only] else {
            continue;
        };
        let message = "`fail` with one argument takes it for the message: the code is `:ASSERT`";
        let finding = Finding::new("fail-code", *span, message, "a message, not the code");
        found.push(finding.hint("add a message: `(fail :CODE \"what is wrong\")`"));
    }
}

/// The rule `unquote-local`.
pub fn unquote_local(scene: &Scene, found: &mut Vec<Finding>) {
    for (id, node) in scene.nodes() {
        let Expr::Immediate(inner) = &node.expr else { continue };
        let is_outer =
            |binding: &Binding| binding.span.start < node.span.start || binding.span.start >= node.span.end;
        let local = scene.tree.within(*inner).into_iter().find_map(|id| match scene.expr(id) {
            Expr::Local(binding) => Some(&scene.tree.bindings[*binding]).filter(|binding| is_outer(binding)),
            _ => None,
        });
        if let Some(local) = local {
            let message =
                format!("`~` runs while the code is compiled, when `{}` has no value yet", local.name);
            let span = scene.tree.nodes[id].span;
            let finding = Finding::new("unquote-local", span, message, "evaluated too early");
            found.push(finding.hint("`~` fills in a template, which starts with a backquote"));
        }
    }
}

/// The rule `quoted-map`.
pub fn quoted_map(scene: &Scene, found: &mut Vec<Finding>) {
    for (_, node) in scene.nodes() {
        let Expr::Template { shape: shape @ (Kind::Map | Kind::Set), .. } = &node.expr else { continue };
        let (what, call) = if *shape == Kind::Map { ("map", "hash-map") } else { ("set", "hash-set") };
        let message = format!("a {what} with `~` in it becomes a list, `({call} …)`");
        let finding = Finding::new("quoted-map", node.span, message, "a list, unless it is evaluated");
        found.push(
            finding.hint(format!("without the backquote and `~`, this {what} is evaluated as it stands")),
        );
    }
}
