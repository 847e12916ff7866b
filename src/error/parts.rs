//! What refusals are about, and the parts of their messages.

use std::fmt;

use crate::alchemy::{ALCHEMY, ALCHEMY_2, EFFECT};
use crate::kind::Kind;
use crate::quote::Quoted;

/// Where a resource stands in a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path of the Alchemy scope, such as `shop/prod`; empty outside any scope.
    pub scope: String,
    /// The logical id.
    pub id: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, id } = self;
        let id = Quoted::from(id.as_str());
        if scope.is_empty() {
            id.fmt(f)
        } else {
            write!(f, "{id} in scope {}", Quoted::from(scope.as_str()))
        }
    }
}

/// What was there before a declaration that is ambiguous with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Where it stands.
    pub place: Place,
    /// Its physical name.
    pub name: Quoted,
    /// Whether this run declared it; otherwise the state holds it.
    pub declared: bool,
}

impl Earlier {
    pub(super) fn way_out(&self) -> String {
        let Self { place, name, declared } = self;
        let known = if *declared {
            "this run has already passed to Alchemy"
        } else {
            "this stage's state holds"
        };
        let id = Quoted::from(place.id.as_str());
        format!(
            "or rename {place}, which {known} as {name}: deploy once without both, with \
             `createBlocks({{ release: [{}] }})`, to let it go first",
            id.literal()
        )
    }
}

/// Why a deployed name may not become another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Alchemy would rename the resource in place.
    Renames,
    /// Alchemy would create a new resource and delete the deployed one.
    Deletes,
    /// Alchemy would create a new resource and leave the deployed one behind.
    Leaves,
    /// Local mode must not change what is deployed.
    LocalMode,
    /// The stage is protected, and the state does not say so of this resource yet.
    Protected,
    /// Alchemy would rename it and then fail.
    Fails,
    /// It is to stay, and Alchemy deletes it all the same.
    Ignored,
}

impl Reason {
    pub(super) fn in_words(self, deployed: &Quoted, stage: &Quoted) -> String {
        match self {
            Self::Renames => "Alchemy would rename it in place".to_owned(),
            Self::Deletes => format!("Alchemy would delete {deployed} with its data"),
            Self::Leaves => format!("{deployed} would stay behind with its data"),
            Self::LocalMode => "local mode must not change what is deployed".to_owned(),
            Self::Protected => {
                format!("the stage {stage} is protected, but its state does not say so yet")
            }
            Self::Fails => "Alchemy would rename it and then fail, each time".to_owned(),
            Self::Ignored => {
                format!("Alchemy would delete {deployed} although it has `delete: false`")
            }
        }
    }

    pub(super) fn way_out(self, pin: &str) -> String {
        match self {
            Self::Renames | Self::Deletes | Self::Leaves => {
                format!("add {pin} to keep it, or `onRename: \"replace\"` to let it go")
            }
            Self::LocalMode => format!("add {pin} to keep it, or deploy the new name first"),
            Self::Protected => format!(
                "add {pin} and deploy once, which stores `delete: false`; or add `delete: true` to \
                 let it go"
            ),
            Self::Fails | Self::Ignored => {
                format!("add {pin} to keep it, or give the new one another id")
            }
        }
    }
}

pub(super) fn pin(stage: &Quoted, name: &Quoted) -> String {
    format!("`pin: {{ {}: {} }}`", stage.literal(), name.literal())
}

/// How a program declares the kind: the block, or Alchemy's own function where there is none.
pub(super) fn call(kind: Kind, id: &Quoted) -> String {
    format!("`{}({})`", kind.title(), id.literal())
}

pub(super) fn of_script(script: Option<&Quoted>) -> String {
    script.map_or(String::new(), |script| format!(" of the script {script}"))
}

/// The Worker that a route leads to, which may be none.
pub(super) fn script_or_none(script: &Quoted) -> String {
    if script.as_str().is_empty() { "no Worker".to_owned() } else { format!("the Worker {script}") }
}

/// The R2 bucket, if its name is known.
pub(super) fn bucket_or_one(bucket: &Quoted) -> String {
    if bucket.as_str().is_empty() {
        "an R2 bucket".to_owned()
    } else {
        format!("the R2 bucket {bucket}")
    }
}

/// Which of `choices` was probably meant, if one is close.
pub(super) fn looks_like(value: &Quoted, choices: &[&'static str]) -> String {
    let far = |choice: &&str| strsim::osa_distance(value.as_str(), choice);
    match choices.iter().copied().min_by_key(far).filter(|choice| far(choice) <= 2) {
        Some(choice) => format!(", which looks like {}", Quoted::from(choice)),
        None => String::new(),
    }
}

/// The values of an option, as source: `"a"`, `"b"` or `"c"`.
pub(super) fn one_of(choices: &[&'static str]) -> String {
    let shown: Vec<_> = choices.iter().map(|choice| format!("`\"{choice}\"`")).collect();
    match shown.split_last() {
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

pub(super) fn all_kinds() -> String {
    let names = Kind::ALL.iter().map(|kind| format!("`{}`", kind.as_str()));
    names.collect::<Vec<_>>().join(", ")
}

/// A jurisdiction or a location.
pub(super) fn region(name: &Quoted) -> String {
    if name.as_str() == "default" { "no jurisdiction".to_owned() } else { name.to_string() }
}

/// Where a kind can be told to be.
pub(super) fn regions_of(kind: Kind) -> String {
    match kind.spec().regions {
        Some(regions) => {
            let all = [regions.jurisdictions, regions.hints].concat();
            format!("write {}", one_of(&all))
        }
        None => "leave `region` out: Cloudflare decides where it is".to_owned(),
    }
}

/// Such as `databases, buckets and queues`.
pub(super) fn kinds_with_data() -> String {
    let kinds = Kind::ALL.iter().map(|kind| kind.spec()).filter(|spec| spec.owns_data);
    let plurals: Vec<_> = kinds.map(|spec| spec.plural).collect();
    match plurals.split_last() {
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// How a program of Alchemy 2 binds what another stage or stack owns.
pub(super) fn share(id: &Quoted, stage: &Quoted, stack: &Quoted, same_stack: bool) -> String {
    let stack = if same_stack { String::new() } else { format!("stack: {}, ", stack.literal()) };
    format!(
        "put the stage into the name, or bind the other stage's with `ref({}, {{ {stack}stage: {} }})`",
        id.literal(),
        stage.literal(),
    )
}

/// What to do about an Alchemy that the guard for 0.x does not know.
pub(super) fn known_instead_of(version: &Quoted) -> String {
    if version.as_str().starts_with("2.") {
        return "the guard and the blocks for Alchemy 2 are in `@alch/blocks/v2`: import from there, \
                and write `state: guarded(Cloudflare.state())`"
            .to_owned();
    }
    let newest = ALCHEMY.last().copied().unwrap_or_default();
    format!(
        "install a version that it knows, such as `npm install alchemy@{newest}`: it knows {}, and \
         later patches of these",
        ALCHEMY.join(", ")
    )
}

/// What becomes of a resource that is replaced.
pub(super) fn fate(name: &Quoted, stays: bool) -> String {
    if stays {
        format!("leave {name} behind with its data")
    } else {
        format!("delete {name} with its data")
    }
}

/// What installs the newest version of Alchemy 2 that is known.
pub(super) fn newest2() -> String {
    let version = ALCHEMY_2.last().copied().unwrap_or_default();
    format!("`npm install alchemy@{version} effect@{EFFECT}`")
}
