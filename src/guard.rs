//! The guard: one physical name, one resource.
//!
//! A [`Ledger`] remembers what one run of one app has declared. It is asked before anything is
//! passed to Alchemy, so a refusal costs nothing.

use crate::error::{BlockError, Code};
use crate::index::{Hash, Index};
use crate::kind::Kind;
use crate::message::Message;
use crate::name::joined;
use crate::row::{OnRename, would_delete};
use crate::stage::{SLUG_MAX, stage_slug};
use crate::text::push;

/// Who a name belongs to: the place in the program, not the name itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity<'a> {
    /// The path of the Alchemy scope, such as `shop/prod`; empty outside any scope.
    pub scope: &'a str,
    /// The logical id.
    pub id: &'a str,
    /// R2 keeps one name space per jurisdiction; empty for all other kinds.
    pub jurisdiction: &'a str,
}

/// One resource of a program, as the guard sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration<'a> {
    /// The kind of resource.
    pub kind: Kind,
    /// Who declares it.
    pub identity: Identity<'a>,
    /// What Cloudflare will see.
    pub name: &'a str,
    /// The base name, prefix included, of a name that is made of it and the stage's slug; `None`
    /// for pins and `stage: false`.
    pub base: Option<&'a str>,
    /// The class and, where it was given, the script: Durable Objects only.
    pub class: Option<Class<'a>>,
    /// The stage that the name is made for, as the user names it.
    pub stage: &'a str,
    /// The same, as it stands in names.
    pub slug: &'a str,
    /// What to do where the state holds another name.
    pub on_rename: OnRename,
    /// Whether the stage is protected, and the caller did not say `delete`.
    pub protects: bool,
}

/// What identifies a Durable Object namespace at Cloudflare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class<'a> {
    /// The script, where the program says it.
    pub script: Option<&'a str>,
    /// The class in it.
    pub name: &'a str,
}

/// Where in a ledger's texts one lies; past their end where it was not given.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

impl Span {
    fn length(self) -> Option<usize> {
        (self.start != usize::MAX).then(|| self.end.wrapping_sub(self.start))
    }
}

const NOT_GIVEN: Span = Span { start: usize::MAX, end: usize::MAX };

/// A declaration as it is kept.
#[derive(Debug)]
struct Claim {
    kind: Kind,
    /// Whether it was declared in this run, and not found in the state.
    declared: bool,
    /// Whether its deployed name stays, whatever was declared.
    kept: bool,
    protects: bool,
    on_rename: OnRename,
    /// How many claims there were when it was last asked whether it is ambiguous with one of them.
    checked: usize,
    scope: Span,
    id: Span,
    jurisdiction: Span,
    name: Span,
    base: Span,
    class: Span,
    script: Span,
    stage: Span,
    slug: Span,
}

/// All that one run of one app has declared, and what its state holds.
#[derive(Debug, Default)]
pub struct Ledger {
    claims: Vec<Claim>,
    /// The texts of all claims, one behind the other.
    texts: String,
    /// Where in `claims` an answer may be, by the hash of a kind with a name or a base, of a place or
    /// of a class.
    index: Index,
}

impl Ledger {
    /// Declares a resource that is about to be passed to Alchemy.
    ///
    /// Declaring the same resource again, in the same scope with the same id, is no duplicate.
    ///
    /// # Errors
    /// - `duplicate-name`: another resource of this run has the name, or another Durable Object
    ///   id the class.
    /// - `ambiguous-stage`: an earlier base name and this one can give one name in two stages.
    pub fn declare(&mut self, declaration: &Declaration<'_>) -> Result<(), BlockError> {
        self.check_class(declaration)?;
        let hash = Hash::of(declaration.kind as u8).text(declaration.name);
        let known = self.check_name(declaration, hash)?;
        let count = self.claims.len();
        let before = known.and_then(|at| self.claims.get(at));
        if before.is_some_and(|claim| claim.checked == count) {
            return Ok(());
        }
        // What was declared since was held against it, but the state may say more now.
        self.recheck(declaration)?;
        if let Some(claim) = known.and_then(|at| self.claims.get_mut(at)) {
            claim.checked = count;
            return Ok(());
        }
        let at = self.add(declaration, true);
        let Identity { scope, id, .. } = declaration.identity;
        self.index.insert(hash, at);
        self.index.insert(place_hash(scope, id), at);
        if let Some(class) = &declaration.class {
            self.index.insert(class_hash(class.name), at);
        }
        Ok(())
    }

    /// Notes a resource that the state of the stage with this slug holds, whose base name counts as
    /// declared before.
    pub fn hold(&mut self, kind: Kind, identity: Identity<'_>, name: &str, slug: &str) {
        let head = name.strip_suffix(slug).and_then(|head| head.strip_suffix('-'));
        let Some(base) = head else { return };
        let declaration = Declaration {
            kind,
            identity,
            name,
            base: Some(base),
            class: None,
            stage: slug,
            slug,
            on_rename: OnRename::default(),
            protects: false,
        };
        self.add(&declaration, false);
    }

    /// What this run has declared last with an id in a scope, as a kind.
    #[must_use]
    pub fn declared(&self, scope: &str, id: &str, kind: Kind) -> Option<Declaration<'_>> {
        self.declared_at(scope, id, kind).map(|at| self.shown(at))
    }

    /// What this run has declared last as the physical name `name`, in a jurisdiction of R2.
    #[must_use]
    pub fn named(&self, kind: Kind, name: &str, jurisdiction: &str) -> Option<Declaration<'_>> {
        self.named_at(kind, name, jurisdiction).map(|at| self.shown(at))
    }

    /// Notes that what was declared last with an id in a scope, as a kind, keeps its deployed name:
    /// the declared one is not in use.
    pub fn note_kept(&mut self, scope: &str, id: &str, kind: Kind) {
        let at = self.declared_at(scope, id, kind);
        if let Some(claim) = at.and_then(|at| self.claims.get_mut(at)) {
            claim.kept = true;
        }
    }

    /// Decides whether Alchemy may delete what a row holds as an orphan; `meant` where the program
    /// itself deletes what is declared in the row's scope.
    ///
    /// # Errors
    /// `would-delete`: this run has declared it, by its place or by its name.
    pub fn judge_left(
        &self,
        kind: Kind,
        row: Identity<'_>,
        name: &str,
        meant: bool,
    ) -> Result<(), BlockError> {
        let Identity { scope, id, jurisdiction } = row;
        let here = self.declared_at(scope, id, kind).filter(|_| !meant);
        let named = || {
            self.named_at(kind, name, jurisdiction).filter(|at| {
                let kept = self.claims.get(*at).is_some_and(|claim| claim.kept);
                !(kept || meant && self.shown(*at).identity.scope == scope)
            })
        };
        match here.or_else(named) {
            Some(at) => Err(would_delete(&self.shown(at), name)),
            None => Ok(()),
        }
    }

    /// Asks again about all that was declared with an id in a scope, now that more of the state is
    /// known.
    ///
    /// # Errors
    /// `ambiguous-stage`, as [`declare`](Self::declare).
    pub fn recheck_all(&self, scope: &str, id: &str) -> Result<(), BlockError> {
        for at in self.index.get(place_hash(scope, id)) {
            if self.claims.get(at).is_some_and(|claim| self.is_at(claim, scope, id)) {
                self.recheck(&self.shown(at))?;
            }
        }
        Ok(())
    }

    fn declared_at(&self, scope: &str, id: &str, kind: Kind) -> Option<usize> {
        let hash = place_hash(scope, id);
        self.find(hash, &|claim| claim.kind == kind && self.is_at(claim, scope, id))
    }

    fn named_at(&self, kind: Kind, name: &str, jurisdiction: &str) -> Option<usize> {
        let hash = Hash::of(kind as u8).text(name);
        self.find(hash, &|claim| self.is_named(claim, kind, name, jurisdiction))
    }

    /// The newest that is wanted of what has a hash.
    ///
    /// A generic function would be compiled once more for each question.
    fn find(&self, hash: Hash, wanted: &dyn Fn(&Claim) -> bool) -> Option<usize> {
        self.index.get(hash).find(|at| self.claims.get(*at).is_some_and(wanted))
    }

    fn is_at(&self, claim: &Claim, scope: &str, id: &str) -> bool {
        self.is(claim.id, id) && self.is(claim.scope, scope)
    }

    fn is_named(&self, claim: &Claim, kind: Kind, name: &str, jurisdiction: &str) -> bool {
        self.is_among(claim, kind, jurisdiction) && kind.same_name(self.text(claim.name), name)
    }

    /// Whether it was declared in the name space of a kind.
    fn is_among(&self, claim: &Claim, kind: Kind, jurisdiction: &str) -> bool {
        claim.declared && claim.kind == kind && self.is(claim.jurisdiction, jurisdiction)
    }

    /// Whether it is another resource of this kind, of a base name.
    fn is_based(&self, claim: &Claim, second: &Declaration<'_>, base: &str) -> bool {
        let Declaration { kind, identity, .. } = second;
        claim.kind == *kind
            && self.given(claim.base).is_some_and(|other| kind.same_name(other, base))
            && self.is_other(claim, identity)
    }

    fn is_other(&self, claim: &Claim, identity: &Identity<'_>) -> bool {
        let Identity { scope, id, jurisdiction } = identity;
        !(self.is_at(claim, scope, id) && self.is(claim.jurisdiction, jurisdiction))
    }

    /// The rest of its stage's slug, where that starts with `x` and a hyphen.
    fn left_after(&self, claim: &Claim, x: &str) -> Option<&str> {
        claim.kind.rest_after(self.text(claim.slug), x)
    }

    fn shown(&self, at: usize) -> Declaration<'_> {
        let claim = self.claims.get(at).unwrap_or(&NOBODY);
        let text = |span| self.text(span);
        Declaration {
            kind: claim.kind,
            identity: Identity {
                scope: text(claim.scope),
                id: text(claim.id),
                jurisdiction: text(claim.jurisdiction),
            },
            name: text(claim.name),
            base: self.given(claim.base),
            class: self
                .given(claim.class)
                .map(|name| Class { script: self.given(claim.script), name }),
            stage: text(claim.stage),
            slug: text(claim.slug),
            on_rename: claim.on_rename,
            protects: claim.protects,
        }
    }

    fn is(&self, span: Span, text: &str) -> bool {
        self.texts.as_bytes().get(span.start..span.end) == Some(text.as_bytes())
    }

    fn text(&self, span: Span) -> &str {
        self.given(span).unwrap_or_default()
    }

    fn given(&self, span: Span) -> Option<&str> {
        self.texts.get(span.start..span.end)
    }

    /// Keeps a declaration, and where it lies by its base name.
    fn add(&mut self, declaration: &Declaration<'_>, declared: bool) -> usize {
        let Declaration { kind, identity, class, base, .. } = *declaration;
        let name = self.keep(declaration.name);
        let base_span = match base {
            None => NOT_GIVEN,
            Some(base) if declaration.shows(base) => {
                Span { end: name.start.wrapping_add(base.len()), ..name }
            }
            Some(base) => self.keep(base),
        };
        let claim = Claim {
            kind,
            declared,
            kept: false,
            protects: declaration.protects,
            on_rename: declaration.on_rename,
            checked: self.claims.len().saturating_add(1),
            scope: self.keep(identity.scope),
            id: self.keep(identity.id),
            jurisdiction: self.keep(identity.jurisdiction),
            name,
            base: base_span,
            class: class.map_or(NOT_GIVEN, |class| self.keep(class.name)),
            script: class
                .and_then(|class| class.script)
                .map_or(NOT_GIVEN, |script| self.keep(script)),
            stage: self.keep(declaration.stage),
            slug: match base {
                None => self.keep(declaration.slug),
                // A name that is made of a base ends in the slug.
                Some(_) => Span { start: name.end.wrapping_sub(declaration.slug.len()), ..name },
            },
        };
        let at = self.claims.len();
        self.claims.push(claim);
        if let Some(base) = base {
            self.index.insert(Hash::of(kind as u8).text(base), at);
        }
        at
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = self.texts.len();
        push(&mut self.texts, text);
        Span { start, end: self.texts.len() }
    }

    fn check_class(&self, second: &Declaration<'_>) -> Result<(), BlockError> {
        let Some(class) = &second.class else { return Ok(()) };
        let first = self.find(class_hash(class.name), &|claim| {
            self.has_class(claim, Some(class)) && self.is_other(claim, &second.identity)
        });
        match first {
            None => Ok(()),
            Some(at) => Err(duplicate_class(class, &self.shown(at).identity, &second.identity)),
        }
    }

    /// Where this run has declared just this; refuses another resource of that name.
    fn check_name(
        &self,
        second: &Declaration<'_>,
        hash: Hash,
    ) -> Result<Option<usize>, BlockError> {
        let Declaration { kind, identity, name, .. } = *second;
        for at in self.index.get(hash) {
            let Some(first) = self.claims.get(at) else { continue };
            let exactly = self.is(first.name, name);
            let same = exactly || kind.same_name(self.text(first.name), name);
            if !(same && self.is_among(first, kind, identity.jurisdiction)) {
                continue;
            }
            if !self.is_at(first, identity.scope, identity.id) {
                return Err(duplicate_name(second, &self.shown(at).identity));
            }
            if exactly && self.is_same(first, second) {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Whether what is declared for one place and exact name is all the same.
    fn is_same(&self, first: &Claim, second: &Declaration<'_>) -> bool {
        // With one name, the base says the slug, and the slug the stage.
        let same_stage = second.base.is_some() || self.is(first.stage, second.stage);
        first.base.length() == second.base.map(str::len)
            && same_stage
            && first.on_rename == second.on_rename
            && first.protects == second.protects
            && self.has_class(first, second.class.as_ref())
    }

    fn has_class(&self, claim: &Claim, class: Option<&Class<'_>>) -> bool {
        match class {
            None => claim.class.length().is_none(),
            Some(class) => {
                self.is(claim.class, class.name) && self.given(claim.script) == class.script
            }
        }
    }

    /// Asks whether a declaration is ambiguous with what is known by now.
    ///
    /// All that its base and slug can be cut in two at is looked at in one go, since the hash of each
    /// head is on the way to that of the whole.
    fn recheck(&self, second: &Declaration<'_>) -> Result<(), BlockError> {
        let mut hash = Hash::of(second.kind as u8);
        let (Some(base), slug) = (second.base, second.slug) else { return Ok(()) };
        for (at, byte) in base.bytes().enumerate() {
            if byte == b'-' {
                self.check_shorter(second, base, at, hash)?;
            }
            hash = hash.byte(byte);
        }
        hash = hash.byte(b'-');
        for (at, byte) in slug.bytes().enumerate() {
            if byte == b'-' {
                self.check_longer(second, base, at, hash)?;
            }
            hash = hash.byte(byte);
        }
        Ok(())
    }

    /// `db-pr` now, where `db` was first, in a stage that starts with `pr-`.
    fn check_shorter(
        &self,
        second: &Declaration<'_>,
        base: &str,
        at: usize,
        hash: Hash,
    ) -> Result<(), BlockError> {
        let Some((shorter, x)) = cut(base, at) else { return Ok(()) };
        // No slug has more after it.
        if x.len() > SLUG_MAX {
            return Ok(());
        }
        let first = self.find(hash, &|claim| {
            self.is_based(claim, second, shorter) && self.left_after(claim, x).is_some()
        });
        let Some(first) = first else { return Ok(()) };
        let slug = self.shown(first).slug;
        let left = self.claims.get(first).and_then(|claim| self.left_after(claim, x));
        let left = left.unwrap_or_default();
        Err(self.meeting(second, first, [shorter, base, slug, left]))
    }

    /// `db` now, where `db-pr` was first and this stage starts with `pr-`.
    fn check_longer(
        &self,
        second: &Declaration<'_>,
        base: &str,
        at: usize,
        hash: Hash,
    ) -> Result<(), BlockError> {
        let Some((x, left)) = cut(second.slug, at) else { return Ok(()) };
        let longer = &joined(base, x);
        let first = self.find(hash, &|claim| self.is_based(claim, second, longer));
        match first {
            None => Ok(()),
            Some(first) => Err(self.meeting(second, first, [base, longer, second.slug, left])),
        }
    }

    /// Two base names meet: the shorter in a stage is the longer in the stage that is left of it.
    fn meeting(&self, second: &Declaration<'_>, first: usize, names: [&str; 4]) -> BlockError {
        let [shorter, longer, slug, left] = names;
        let declared = self.claims.get(first).is_some_and(|claim| claim.declared);
        let first = self.shown(first);
        let message = if declared { Message::MeetsDeclared } else { Message::MeetsDeployed };
        let Identity { scope, id, .. } = first.identity;
        let base = second.base.unwrap_or_default();
        let kind = second.kind.as_str();
        BlockError::new(Code::AmbiguousStage, message)
            .with(shorter)
            .with(longer)
            .with(kind)
            .with(slug)
            .with(left)
            .with(base)
            .with(scope)
            .with(id)
            .with(first.name)
    }
}

/// Whether a row of the state can make a name ambiguous in the stage of this slug, which has to be cut
/// in two for that.
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) fn can_meet(slug: &str) -> bool {
    slug.bytes().any(|byte| byte == b'-')
}

/// Stands for a claim that is not there, which no index says.
static NOBODY: Claim = Claim {
    kind: Kind::Worker,
    declared: false,
    kept: false,
    protects: false,
    on_rename: OnRename::Refuse,
    checked: 0,
    scope: NOT_GIVEN,
    id: NOT_GIVEN,
    jurisdiction: NOT_GIVEN,
    name: NOT_GIVEN,
    base: NOT_GIVEN,
    class: NOT_GIVEN,
    script: NOT_GIVEN,
    stage: NOT_GIVEN,
    slug: NOT_GIVEN,
};

impl<'a> Declaration<'a> {
    /// Whether the name is the base and the slug, and not shortened.
    pub(crate) fn shows(&self, base: &str) -> bool {
        self.name.len() == base.len().saturating_add(self.slug.len()).saturating_add(1)
    }
}

fn place_hash(scope: &str, id: &str) -> Hash {
    Hash::of(b'i').text(scope).byte(0).text(id)
}

fn class_hash(class: &str) -> Hash {
    Hash::of(b'c').text(class)
}

fn duplicate_name(second: &Declaration<'_>, first: &Identity<'_>) -> BlockError {
    let Declaration { kind, name, identity, .. } = second;
    BlockError::new(Code::DuplicateName, Message::DuplicateName)
        .with(kind.as_str())
        .with(name)
        .with(first.scope)
        .with(first.id)
        .with(identity.scope)
        .with(identity.id)
}

fn duplicate_class(class: &Class<'_>, first: &Identity<'_>, second: &Identity<'_>) -> BlockError {
    let script = class.script.unwrap_or_default();
    let message = match class.script {
        None => Message::DuplicateClass,
        Some(_) => Message::DuplicateClassOfScript,
    };
    BlockError::new(Code::DuplicateName, message)
        .with(class.name)
        .with(first.scope)
        .with(first.id)
        .with(second.scope)
        .with(second.id)
        .with(script)
}

/// What is before and behind the byte at `at`.
fn cut(text: &str, at: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at.checked_add(1)?..)?))
}

/// Whether two base names of one kind can give one physical name in two stages, and which stages:
/// that of `a`, then that of `b`.
///
/// ```
/// use alch_blocks::{Kind, ambiguous};
///
/// let meeting = ambiguous(Kind::Database, "db", "db-pr").unwrap();
/// assert_eq!(meeting, ("pr-1".to_owned(), "1".to_owned()));
/// assert_eq!(ambiguous(Kind::Database, "db", "db_pr"), None);
/// ```
#[must_use]
#[inline]
pub fn ambiguous(kind: Kind, a: &str, b: &str) -> Option<(String, String)> {
    if a.len() > b.len() {
        return ambiguous(kind, b, a).map(|(second, first)| (first, second));
    }
    let rest = kind.rest_after(b, a)?;
    // Where case does not count, the stage may be written as slugs are.
    let lowered = rest.to_ascii_lowercase();
    let rest = if kind.same_name(rest, &lowered) { lowered.as_str() } else { rest };
    let stage = format!("{rest}-1");
    // Only a stage that is its own slug starts with what the longer base ends with.
    (stage_slug(&stage).ok()? == stage).then(|| (stage, "1".to_owned()))
}
