//! Refusals of what only TypeScript sees. It throws them; the messages are the law's.

use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::kind::Kind;

/// A Worker whose script another id or scope of the stage holds.
#[wasm_bindgen(js_name = workerMoved, skip_typescript)]
#[must_use]
pub fn worker_moved(script: &str, id: &str, place: &str) -> JsValue {
    Error::WorkerMoved { script: script.into(), place: place.into(), id: id.into() }.into()
}

/// An id that a program declares twice at once, under two names.
#[wasm_bindgen(js_name = declaredTwice, skip_typescript)]
#[must_use]
pub fn declared_twice(id: &str, first: &str, second: &str) -> JsValue {
    Error::DeclaredTwice { id: id.into(), first: first.into(), second: second.into() }.into()
}

/// A row that is there and cannot be read.
#[wasm_bindgen(js_name = stateUnreadable, skip_typescript)]
#[must_use]
pub fn state_unreadable(id: &str, place: &str, cause: &str) -> JsValue {
    Error::StateUnreadable { id: id.into(), place: place.into(), cause: cause.into() }.into()
}

/// A row with secrets that the password does not decrypt.
#[wasm_bindgen(js_name = statePassword, skip_typescript)]
#[must_use]
pub fn state_password(id: &str, place: &str) -> JsValue {
    Error::StatePassword { id: id.into(), place: place.into() }.into()
}

/// A Worker whose binding is a promise.
#[wasm_bindgen(js_name = bindingUnawaited, skip_typescript)]
#[must_use]
pub fn binding_unawaited(id: &str, binding: &str) -> JsValue {
    Error::BindingUnawaited { id: id.into(), binding: binding.into() }.into()
}

/// A workflow that would be taken from a Worker that this stage does not own.
#[wasm_bindgen(js_name = workflowHeld, skip_typescript)]
#[must_use]
pub fn workflow_held(name: &str, script: &str) -> JsValue {
    Error::WorkflowHeld { name: name.into(), script: script.into() }.into()
}

/// A resource in the scope that all stages share.
#[wasm_bindgen(js_name = rootScope, skip_typescript)]
#[must_use]
pub fn root_scope(resource: &str) -> JsValue {
    of_kind(resource, |kind| Error::RootScope { kind })
}

/// Refuses a version of Alchemy 0.x that is not known.
///
/// # Errors
/// See [`check_alchemy`](crate::check_alchemy).
#[wasm_bindgen(js_name = checkAlchemy, skip_typescript)]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen passes optional text by value")]
pub fn check_alchemy(version: Option<String>) -> Result<(), Error> {
    crate::check_alchemy(version.as_deref())
}

/// A command line that names another stage than Alchemy uses.
#[wasm_bindgen(js_name = stageConflict, skip_typescript)]
#[must_use]
pub fn stage_conflict(argument: &str, stage: &str) -> JsValue {
    Error::StageConflict { argument: argument.into(), stage: stage.into() }.into()
}

/// A deployed database whose migrations are noted in another table.
#[wasm_bindgen(js_name = wouldReplay, skip_typescript)]
#[must_use]
pub fn would_replay(id: &str, deployed: &str, declared: &str) -> JsValue {
    Error::WouldReplay { id: id.into(), deployed: deployed.into(), declared: declared.into() }
        .into()
}

/// An adopted database that does not say which migrations it has.
#[wasm_bindgen(js_name = adoptedReplay, skip_typescript)]
#[must_use]
pub fn adopted_replay(id: &str, declared: &str) -> JsValue {
    Error::AdoptedReplay { id: id.into(), declared: declared.into() }.into()
}

/// A resource that this stage has adopted, and that another name would be given to in place.
#[wasm_bindgen(js_name = adoptedRename, skip_typescript)]
#[must_use]
pub fn adopted_rename(resource: &str, id: &str, deployed: &str, declared: &str) -> JsValue {
    of_kind(resource, |kind| Error::AdoptedRename {
        kind,
        id: id.into(),
        deployed: deployed.into(),
        declared: declared.into(),
    })
}

/// An id under which the state holds a resource of another kind.
#[wasm_bindgen(js_name = otherKind, skip_typescript)]
#[must_use]
pub fn other_kind(resource: &str, id: &str, name: &str) -> JsValue {
    of_kind(resource, |kind| Error::OtherKind { kind, id: id.into(), name: name.into() })
}

/// A raw resource that would take what another row of the stage holds, or what is about to go.
#[wasm_bindgen(js_name = heldElsewhere, skip_typescript)]
#[must_use]
pub fn held_elsewhere(resource: &str, name: &str, id: &str, place: &str, pending: bool) -> JsValue {
    of_kind(resource, |kind| match pending {
        true => Error::PendingDeletion { kind, name: name.into() },
        false => Error::IdChanged { kind, name: name.into(), place: place.into(), id: id.into() },
    })
}

/// A resource that Alchemy would take, made by nobody knows whom.
#[wasm_bindgen(js_name = heldInAccount, skip_typescript)]
#[must_use]
pub fn held_in_account(resource: &str, id: &str, name: &str) -> JsValue {
    of_kind(resource, |kind| Error::HeldInAccount { kind, id: id.into(), name: name.into() })
}

/// A shared resource whose owner has not deployed it.
#[wasm_bindgen(js_name = ownerMissing, skip_typescript)]
#[must_use]
pub fn owner_missing(resource: &str, id: &str, name: &str) -> JsValue {
    of_kind(resource, |kind| Error::OwnerMissing { kind, id: id.into(), name: name.into() })
}

/// A shared resource whose id this stage uses for one of its own.
#[wasm_bindgen(js_name = shareConflict, skip_typescript)]
#[must_use]
pub fn share_conflict(resource: &str, id: &str, name: &str) -> JsValue {
    of_kind(resource, |kind| Error::ShareConflict { kind, id: id.into(), name: name.into() })
}

fn of_kind(resource: &str, refusal: impl FnOnce(Kind) -> Error) -> JsValue {
    let unknown = || Error::Internal { cause: format!("no kind has the type `{resource}`") };
    Kind::of_resource(resource).map_or_else(unknown, refusal).into()
}
