//! The ledger: what one run of one app has declared. One physical name, one resource.
//!
//! It is asked before anything is passed to Alchemy, so a refusal costs nothing.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::error::{Earlier, Error, Place};
use crate::expiry::{Expires, Lasting, refused};
use crate::kind::Kind;
use crate::name::unambiguous_name;
use crate::stage::{SLUG_MAX, Stage, stage_slug};

/// One resource of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The kind of resource.
    pub kind: Kind,
    /// Where it stands in the program.
    pub place: Place,
    /// R2 has one name space per jurisdiction; empty for the default one and for all other kinds.
    pub jurisdiction: String,
    /// The physical name.
    pub name: String,
    /// The base name, prefix included, that the name is made of; `None` for pins and
    /// `stage: false`.
    pub base: Option<String>,
    /// The class, for Durable Objects and workflows.
    pub class: Option<Class>,
    /// The stage that the name is made for.
    pub stage: Stage,
    /// What to do if the state holds another name.
    pub on_rename: OnRename,
    /// Whether the stage is protected and the caller did not write `delete`.
    pub protects: bool,
    /// When the objects of a bucket expire.
    pub expires: Option<Expires>,
}

/// A class in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// `scriptName`, if the program gives it.
    pub script: Option<String>,
    /// The class.
    pub name: String,
}

/// The option `onRename`: what to do if the state holds another physical name.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum OnRename {
    /// Refuse, and say what would be lost.
    #[default]
    Refuse,
    /// Keep the deployed name.
    Keep,
    /// Use the new name, as Alchemy does.
    Replace,
}

impl OnRename {
    /// The option as a block is given it.
    ///
    /// # Errors
    /// `option-invalid`
    pub fn given(block: &'static str, choice: &str) -> Result<Self, Error> {
        let (option, choices) = ("onRename", Self::VARIANTS);
        let unknown = |_| Error::OptionUnknown { block, option, value: choice.into(), choices };
        choice.parse().map_err(unknown)
    }
}

impl Declaration {
    /// Refuses to let objects expire of a bucket that this stage has not made, if the block itself asks
    /// for it.
    ///
    /// # Errors
    /// `expire-protected`
    pub fn judge_expiry(&self) -> Result<(), Error> {
        match self.expires {
            Some(Expires { asked: true, .. }) => Err(refused(&self.name, Lasting::Adopted)),
            _ => Ok(()),
        }
    }

    /// Whether the name is one that no other resource may have. A Durable Object names nothing at
    /// Cloudflare, and a workflow with a `scriptName` refers to another Worker's.
    fn claims_its_name(&self) -> bool {
        match self.kind {
            Kind::DurableObject => false,
            Kind::Workflow => self.class.as_ref().is_none_or(|class| class.script.is_none()),
            _ => true,
        }
    }

    fn is_named(&self, kind: Kind, name: &str, jurisdiction: &str) -> bool {
        self.kind == kind && self.jurisdiction == jurisdiction && kind.same_name(&self.name, name)
    }
}

/// What is known of a resource.
#[derive(Debug)]
struct Claim {
    declaration: Declaration,
    /// Whether this run declared it; otherwise the state holds it.
    declared: bool,
    /// Whether it keeps its deployed name, whatever was declared.
    kept: bool,
}

/// What claims are looked up by. Names are folded as their kind compares them.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Name(Kind, String),
    Base(Kind, String),
    Class(String),
    Place(String, String),
}

impl Key {
    fn of(place: &Place) -> Self {
        Self::Place(place.scope.clone(), place.id.clone())
    }
}

/// Everything that one run of one app has declared, and what its state holds.
#[derive(Debug, Default)]
pub struct Ledger {
    claims: Vec<Claim>,
    /// Indexes into `claims`, oldest first.
    index: HashMap<Key, Vec<usize>>,
}

impl Ledger {
    /// Declares a resource that is about to be passed to Alchemy.
    ///
    /// To declare the same resource again, in the same scope and with the same id, is no duplicate.
    ///
    /// # Errors
    /// - `duplicate-name`: another resource of this run has the name, or another Durable Object id
    ///   the class.
    /// - `ambiguous-stage`: this base name and an earlier one can make one name in two stages.
    pub fn declare(&mut self, new: Declaration) -> Result<(), Error> {
        if let Some(class) = new.class.as_ref().filter(|_| new.kind == Kind::DurableObject) {
            let mut same = self.newest(&Key::Class(class.name.clone()));
            same.try_for_each(|old| check_class(old, class, &new))?;
        }
        let name = Key::Name(new.kind, new.kind.folded(&new.name));
        if new.claims_its_name() {
            self.newest(&name).try_for_each(|old| check_name(old, &new))?;
            self.check_ambiguous(&new)?;
        }
        // What was declared last has to be the newest, even if it was declared before that.
        if self.declared(&new.place, new.kind) != Some(&new) {
            self.add(Claim { declaration: new, declared: true, kept: false });
        }
        Ok(())
    }

    /// Notes a resource that the state of `stage` holds. Its base name counts as declared before.
    pub fn note_row(
        &mut self,
        kind: Kind,
        place: Place,
        jurisdiction: &str,
        name: &str,
        stage: &Stage,
    ) {
        let base = name.strip_suffix(stage.slug()).and_then(|head| head.strip_suffix('-'));
        let Some(base) = base else { return };
        let declaration = Declaration {
            kind,
            place,
            jurisdiction: jurisdiction.to_owned(),
            name: name.to_owned(),
            base: Some(base.to_owned()),
            class: None,
            stage: stage.clone(),
            on_rename: OnRename::default(),
            protects: false,
            expires: None,
        };
        self.add(Claim { declaration, declared: false, kept: false });
    }

    /// What this run declared last at a place, as a kind.
    #[must_use]
    pub fn declared(&self, place: &Place, kind: Kind) -> Option<&Declaration> {
        let mut here = self.newest(&Key::of(place));
        let found = here.find(|claim| claim.declared && claim.declaration.kind == kind);
        found.map(|claim| &claim.declaration)
    }

    /// What this run declared last under a physical name, in a jurisdiction of R2.
    #[must_use]
    pub fn named(&self, kind: Kind, name: &str, jurisdiction: &str) -> Option<&Declaration> {
        self.claim_named(kind, name, jurisdiction).map(|claim| &claim.declaration)
    }

    /// Notes that a declaration keeps its deployed name, so that the declared one is not in use.
    pub fn note_kept(&mut self, declaration: &Declaration) {
        let here = self.index.get(&Key::of(&declaration.place)).into_iter().flatten();
        for at in here.copied().collect::<Vec<_>>() {
            if self.claims[at].declaration == *declaration {
                self.claims[at].kept = true;
            }
        }
    }

    /// Decides whether Alchemy may delete what a row holds, as an orphan.
    ///
    /// `meant` says that the program itself destroys the scope of the row.
    ///
    /// # Errors
    /// `would-delete`: this run declares it, by its place or by its name.
    pub fn judge_orphan(
        &self,
        kind: Kind,
        row: &Place,
        jurisdiction: &str,
        name: &str,
        meant: bool,
    ) -> Result<(), Error> {
        let here = self.declared(row, kind).filter(|_| !meant);
        let named = || {
            let claim = self.claim_named(kind, name, jurisdiction)?;
            let meant = meant && claim.declaration.place.scope == row.scope;
            (!claim.kept && !meant).then_some(&claim.declaration)
        };
        match here.or_else(named) {
            None => Ok(()),
            Some(declared) => {
                Err(Error::WouldDelete { kind, name: name.into(), id: (&declared.place.id).into() })
            }
        }
    }

    /// Checks again what was declared at a place, now that more of the state is known.
    ///
    /// # Errors
    /// `ambiguous-stage`, as [`declare`](Self::declare).
    pub fn recheck(&self, place: &Place) -> Result<(), Error> {
        let mut here = self.newest(&Key::of(place));
        here.try_for_each(|claim| self.check_ambiguous(&claim.declaration))
    }

    fn add(&mut self, claim: Claim) {
        let Declaration { kind, place, name, base, class, .. } = &claim.declaration;
        let claims_its_name = claim.declaration.claims_its_name();
        let keys = [
            claim.declared.then(|| Key::Name(*kind, kind.folded(name))),
            claim.declared.then(|| Key::of(place)),
            base.as_ref()
                .filter(|_| claims_its_name)
                .map(|base| Key::Base(*kind, kind.folded(base))),
            class.as_ref().map(|class| Key::Class(class.name.clone())),
        ];
        for key in keys.into_iter().flatten() {
            self.index.entry(key).or_default().push(self.claims.len());
        }
        self.claims.push(claim);
    }

    /// The claims under a key, newest first.
    fn newest(&self, key: &Key) -> impl Iterator<Item = &Claim> + use<'_> {
        self.index.get(key).into_iter().flatten().rev().map(|at| &self.claims[*at])
    }

    fn claim_named(&self, kind: Kind, name: &str, jurisdiction: &str) -> Option<&Claim> {
        let mut named = self.newest(&Key::Name(kind, kind.folded(name)));
        named.find(|Claim { declaration, .. }| {
            declaration.is_named(kind, name, jurisdiction) && declaration.claims_its_name()
        })
    }

    /// Refuses a base name that shares a head with what is known, where a stage can make up for the
    /// difference. Each hyphen of `base-slug` ends such a head; no slug is longer than `SLUG_MAX`,
    /// so a shorter base name ends at most that far before the end of this one.
    fn check_ambiguous(&self, new: &Declaration) -> Result<(), Error> {
        let Declaration { kind, stage, .. } = new;
        let Some(base) = new.base.as_ref().filter(|_| new.claims_its_name()) else { return Ok(()) };
        let whole = kind.folded(&format!("{base}-{}", stage.slug()));
        let heads = whole.rmatch_indices('-').map(|(at, _)| at);
        let heads = heads.take_while(|at| at + 1 + SLUG_MAX >= base.len());
        for head in heads.filter_map(|at| whole.get(..at)) {
            let mut old = self.newest(&Key::Base(*kind, head.to_owned()));
            old.try_for_each(|old| check_ambiguous(old, new))?;
        }
        Ok(())
    }
}

fn check_class(old: &Claim, class: &Class, new: &Declaration) -> Result<(), Error> {
    let Claim { declaration: old, .. } = old;
    let is_same = old.kind == new.kind && old.class.as_ref() == Some(class);
    if !is_same || old.place == new.place {
        return Ok(());
    }
    Err(Error::DuplicateClass {
        class: (&class.name).into(),
        script: class.script.as_ref().map(Into::into),
        first: old.place.clone(),
        second: new.place.clone(),
    })
}

fn check_name(old: &Claim, new: &Declaration) -> Result<(), Error> {
    let Claim { declaration: old, .. } = old;
    let is_same = old.is_named(new.kind, &new.name, &new.jurisdiction) && old.claims_its_name();
    if !is_same || old.place == new.place {
        return Ok(());
    }
    Err(Error::DuplicateName {
        kind: new.kind,
        name: (&new.name).into(),
        first: old.place.clone(),
        second: new.place.clone(),
    })
}

/// `db` in stage `pr-1` and `db-pr` in stage `1` are both `db-pr-1`: the second one is refused.
fn check_ambiguous(claim: &Claim, new: &Declaration) -> Result<(), Error> {
    let old = &claim.declaration;
    let (Some(first), Some(second)) = (&old.base, &new.base) else { return Ok(()) };
    if old.kind != new.kind || (old.place == new.place && old.jurisdiction == new.jurisdiction) {
        return Ok(());
    }
    let meeting = |shorter: &str, longer: &str, slug: &str| {
        let more = new.kind.rest_after(longer, shorter)?;
        let rest = new.kind.rest_after(slug, more)?;
        Some(Error::AmbiguousStage {
            kind: new.kind,
            shorter: shorter.into(),
            longer: longer.into(),
            name: format!("{shorter}-{slug}").into(),
            slug: slug.into(),
            rest: rest.into(),
            base: second.into(),
            stage: new.stage.raw().into(),
            pinned: unambiguous_name(new.kind, second, &new.stage).into(),
            earlier: Earlier {
                place: old.place.clone(),
                name: (&old.name).into(),
                declared: claim.declared,
            },
        })
    };
    let refusal = meeting(first, second, old.stage.slug())
        .or_else(|| meeting(second, first, new.stage.slug()));
    refusal.map_or(Ok(()), Err)
}

/// Whether two base names of one kind can make one physical name in two stages, and in which: that
/// of `a`, then that of `b`.
///
/// ```
/// use alch_blocks::{Kind, ambiguous};
///
/// let stages = ambiguous(Kind::Database, "db", "db-pr");
/// assert_eq!(stages, Some(("pr-1".to_owned(), "1".to_owned())));
/// assert_eq!(ambiguous(Kind::Database, "db", "db_pr"), None);
/// ```
#[must_use]
pub fn ambiguous(kind: Kind, a: &str, b: &str) -> Option<(String, String)> {
    if kind == Kind::DurableObject {
        return None;
    }
    if a.len() > b.len() {
        return ambiguous(kind, b, a).map(|(second, first)| (first, second));
    }
    let rest = kind.rest_after(b, a)?;
    let stage = format!("{}-1", kind.folded(rest));
    // Only a stage that is its own slug starts with what the longer base name ends with.
    (stage_slug(&stage).ok()? == stage).then(|| (stage, "1".to_owned()))
}
