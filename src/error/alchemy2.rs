//! What to do in a program of Alchemy 2. What is wrong is said in the same words as for 0.94.

use super::parts::newest2;
use super::{Error, HostError, pin};
use crate::alchemy::ALCHEMY_2;
use crate::quote::Quoted;

impl Error {
    /// What to do, where a program of Alchemy 2 is refused.
    #[must_use]
    pub fn help_in_alchemy2(&self) -> String {
        match self {
            Self::StageImplicit { .. } => "pass `--stage`, or set `ALCHEMY_STAGE`, in CI".to_owned(),
            Self::DuplicateName { .. } => "give one of them another name".to_owned(),
            Self::DeclaredTwice { .. } => "give one of them another id".to_owned(),
            Self::AmbiguousStage { base, stage, pinned, earlier, .. } => {
                let pin = pin(stage, pinned);
                format!("add {pin} to {base}, or give {} another base name", earlier.place)
            }
            Self::IdMissing { kind, .. } if kind.spec().is_class => format!(
                "{}; for a class in Effect's style, use Alchemy's own function",
                self.help()
            ),
            Self::ResourceInvalid { kind, .. } | Self::ShareUnbound { kind } => {
                format!("import `{}` from `@alch/blocks/v2`", kind.title())
            }
            Self::ScriptInvalid { .. } => {
                "pass the script's name, or the `workerName` of a Worker".to_owned()
            }
            Self::WouldDelete { kind, .. } => format!(
                "two rows hold the {kind}: remove the one that should go with `alchemy state delete`, which deletes nothing in the account"
            ),
            Self::RawReplace { deployed, id, .. } => {
                format!("keep the name {deployed}, or {} to let it go", release(id))
            }
            Self::ExpireProtected { .. } => {
                "remove `expireDays` here: that of `createBlocks` leaves such a bucket out; if its objects may go, write `lifecycleRules` yourself".to_owned()
            }
            Self::WouldMove { .. } => {
                "Cloudflare moves nothing: write where it is, or nothing if it has no region; or declare a new one under another id, copy the data, and then let this one go with `release` of `guarded`".to_owned()
            }
            // It is retained.
            Self::WouldReplace { deployed, id, .. } => format!(
                "keep the name {deployed}, or {} to let it go; with `Alchemy.RemovalPolicy.retain()` it stays in the account",
                release(id)
            ),
            Self::IdChanged { place, .. } | Self::WorkerMoved { place, .. } => {
                format!("keep the id {place}, or add {}", renamed_from(place))
            }
            Self::ClassLost { id, .. } => format!(
                "bind it again as {id}, or {} to delete its storage; to move the class, bind it in its new Worker with `transferredFrom`, and deploy once before you remove it here",
                release(id)
            ),
            Self::ClassAdopted { class, .. } => format!(
                "bind the class, give the Worker another name, or {} to delete its storage",
                release(class)
            ),
            Self::PendingDeletion { .. } => {
                "deploy once with the name that was to replace it, or restore the state from a backup"
                    .to_owned()
            }
            Self::Dropped { id, .. } => format!(
                "declare {id} again, keep it with `Alchemy.RemovalPolicy.retain()`, or {} to let it go",
                release(id)
            ),
            Self::Renamed { id, .. } => format!(
                "add {} to the new one to keep the data, or {} to let it go",
                renamed_from(id),
                release(id)
            ),
            Self::SharedWith { id, .. } => format!(
                "deploy {id} once with `Alchemy.RemovalPolicy.retain()` to leave it to the other, or {} to let it go all the same",
                release(id)
            ),
            Self::LocalDelete { .. } => {
                "use a stage of its own for `alchemy dev`, such as the default one".to_owned()
            }
            Self::Host(HostError::HostIdMissing { block, .. }) => {
                format!("pass the hostname as text: `{block}(\"app.example.com\")`")
            }
            Self::Host(HostError::HostTaken { host, script }) => format!(
                "use another hostname, such as `Domain` makes for each stage, or detach {host} from {script} first"
            ),
            Self::Host(HostError::RecordTaken { .. }) => {
                "put the stage into the name, or declare the record only in `prod`".to_owned()
            }
            Self::Host(HostError::RouteInPlace { script, .. }) => format!(
                "use another hostname, such as `Route` makes for each stage, or write `guarded(state, {{ takeFrom: [{}] }})` if you mean it",
                script.literal()
            ),
            Self::AlchemyVersion { .. } => format!(
                "install a version that it knows, such as {}: it knows {}",
                newest2(),
                ALCHEMY_2.join(", ")
            ),
            _ => self.help(),
        }
    }
}

fn release(id: &Quoted) -> String {
    format!("write `guarded(state, {{ release: [{}] }})`", id.literal())
}

fn renamed_from(id: &Quoted) -> String {
    format!("`.pipe(Alchemy.renamedFrom({}))`", id.literal())
}
