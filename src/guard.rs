//! The guard: one physical name, one resource.
//!
//! A [`Ledger`] remembers what one run of one app has declared. It is asked before anything is
//! passed to Alchemy, so a refusal costs nothing.

use std::rc::Rc;

use crate::error::{BlockError, Code, say};
use crate::index::{Hash, Index};
use crate::kind::Kind;
use crate::name::joined;
use crate::row::OnRename;
use crate::stage::{SLUG_MAX, Stage, stage_slug};

/// Who a name belongs to: the place in the program, not the name itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The path of the Alchemy scope, such as `shop/prod`; empty outside any scope.
    pub scope: Rc<str>,
    /// The logical id.
    pub id: Rc<str>,
    /// R2 keeps one name space per jurisdiction; empty for all other kinds.
    pub jurisdiction: String,
}

/// One resource of a program, as the guard sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The kind of resource.
    pub kind: Kind,
    /// Who declares it.
    pub identity: Identity,
    /// What Cloudflare will see.
    pub name: String,
    /// The base name, prefix included, of a name that is made of it and the stage's slug; `None`
    /// for pins and `stage: false`.
    pub base: Option<Rc<str>>,
    /// The class and, where it was given, the script: Durable Objects only.
    pub class: Option<Class>,
    /// The stage that the name is made for.
    pub stage: Stage,
    /// What to do where the state holds another name.
    pub on_rename: OnRename,
    /// Whether the stage is protected, and the caller did not say `delete`.
    pub protects: bool,
}

/// What identifies a Durable Object namespace at Cloudflare.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// The script, where the program says it.
    pub script: Option<String>,
    /// The class in it.
    pub name: String,
}

/// Where an earlier declaration is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Run,
    State,
}

#[derive(Debug)]
struct Claim {
    declaration: Rc<Declaration>,
    origin: Origin,
}

/// All that one run of one app has declared, and what its state holds.
#[derive(Debug, Default)]
pub struct Ledger {
    claims: Vec<Claim>,
    /// Where in `claims` an answer may be, by the hash of a question: see the functions `*_hash`.
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
    pub fn declare(&mut self, declaration: &Rc<Declaration>) -> Result<(), BlockError> {
        if self.knows(declaration) {
            // All that was declared since was held against it; only the state may say more now.
            return self.recheck(declaration);
        }
        self.check_class(declaration)?;
        self.check_name(declaration)?;
        self.recheck(declaration)?;
        self.add(Claim { declaration: Rc::clone(declaration), origin: Origin::Run });
        Ok(())
    }

    /// Notes a resource that the state of `stage` holds, whose base name counts as declared before.
    pub fn hold(&mut self, kind: Kind, identity: Identity, name: &str, stage: &Stage) {
        let Some(base) = name.strip_suffix(stage.slug()).and_then(|head| head.strip_suffix('-'))
        else {
            return;
        };
        let declaration = Declaration {
            kind,
            identity,
            name: name.to_owned(),
            base: Some(base.into()),
            class: None,
            stage: stage.clone(),
            on_rename: OnRename::default(),
            protects: false,
        };
        self.add(Claim { declaration: Rc::new(declaration), origin: Origin::State });
    }

    /// What this run has declared last with an id in a scope, as a kind.
    #[must_use]
    pub fn declared(&self, scope: &str, id: &str, kind: Kind) -> Option<&Rc<Declaration>> {
        let claim = self.find(place_hash(scope, id), &|claim| {
            claim.declaration.kind == kind && claim.is_at(scope, id)
        });
        claim.map(|claim| &claim.declaration)
    }

    /// What this run has declared last as the physical name `name`, in a jurisdiction of R2.
    #[must_use]
    pub fn named(&self, kind: Kind, name: &str, jurisdiction: &str) -> Option<&Rc<Declaration>> {
        let claim = self.find(name_hash(kind, name), &|claim| {
            claim.is_named(kind, name) && claim.declaration.identity.jurisdiction == jurisdiction
        });
        claim.map(|claim| &claim.declaration)
    }

    /// Asks again about all that was declared with an id in a scope, now that more of the state is
    /// known.
    ///
    /// # Errors
    /// `ambiguous-stage`, as [`declare`](Self::declare).
    pub fn recheck_all(&self, scope: &str, id: &str) -> Result<(), BlockError> {
        let refused = self.find(place_hash(scope, id), &|claim| {
            claim.is_at(scope, id) && self.recheck(&claim.declaration).is_err()
        });
        refused.map_or(Ok(()), |claim| self.recheck(&claim.declaration))
    }

    /// Asks again whether a declaration is ambiguous, now that more of the state is known.
    ///
    /// # Errors
    /// `ambiguous-stage`, as [`declare`](Self::declare).
    pub fn recheck(&self, declaration: &Declaration) -> Result<(), BlockError> {
        let Some(base) = &declaration.base else { return Ok(()) };
        self.check_longer(declaration, base)?;
        self.check_shorter(declaration, base)
    }

    /// The newest that is wanted of what has a hash.
    ///
    /// A generic function would be compiled once more for each question.
    fn find(&self, hash: Hash, wanted: &dyn Fn(&Claim) -> bool) -> Option<&Claim> {
        let claims = self.index.get(hash).filter_map(|at| self.claims.get(at));
        claims.into_iter().find(|claim| wanted(claim))
    }

    /// Whether this run has declared just this.
    fn knows(&self, declaration: &Declaration) -> bool {
        let hash = name_hash(declaration.kind, &declaration.name);
        self.find(hash, &|claim| *claim.declaration == *declaration).is_some()
    }

    fn add(&mut self, claim: Claim) {
        let Declaration { kind, identity, name, base, class, .. } = &*claim.declaration;
        let at = self.claims.len();
        if claim.origin == Origin::Run {
            self.index.insert(name_hash(*kind, name), at);
            self.index.insert(place_hash(&identity.scope, &identity.id), at);
        }
        if let Some(base) = base {
            self.index.insert(base_hash(*kind).text(base), at);
        }
        if let Some(class) = class {
            self.index.insert(class_hash(class), at);
        }
        self.claims.push(claim);
    }

    fn check_class(&self, second: &Declaration) -> Result<(), BlockError> {
        let Some(class) = &second.class else { return Ok(()) };
        let first = self.find(class_hash(class), &|claim| {
            claim.declaration.class.as_ref() == Some(class) && claim.is_other(&second.identity)
        });
        match first {
            None => Ok(()),
            Some(first) => {
                Err(duplicate_class(class, &first.declaration.identity, &second.identity))
            }
        }
    }

    fn check_name(&self, second: &Declaration) -> Result<(), BlockError> {
        let Declaration { kind, identity, name, .. } = second;
        let first = self.find(name_hash(*kind, name), &|claim| {
            claim.is_named(*kind, name)
                && claim.is_other(identity)
                && claim.declaration.identity.jurisdiction == identity.jurisdiction
        });
        match first {
            None => Ok(()),
            Some(first) => Err(duplicate_name(second, &first.declaration.identity)),
        }
    }

    /// `db` now, where `db-pr` was first and this stage starts with `pr-`.
    fn check_longer(&self, second: &Declaration, base: &str) -> Result<(), BlockError> {
        let (kind, slug) = (second.kind, second.stage.slug());
        for (x, left) in splits(slug) {
            let hash = base_hash(kind).text(base).byte(b'-').text(x);
            let first = self.find(hash, &|claim| {
                claim.is_based(kind, &joined(base, x)) && claim.is_other(&second.identity)
            });
            if let Some(first) = first {
                let meeting = Meeting { shorter: base, longer: &joined(base, x), slug, left };
                return Err(meeting.refusal(second, first));
            }
        }
        Ok(())
    }

    /// `db-pr` now, where `db` was first, in a stage that starts with `pr-`.
    fn check_shorter(&self, second: &Declaration, base: &str) -> Result<(), BlockError> {
        let kind = second.kind;
        // No slug has more after it; each look costs the whole of what is before it.
        for (shorter, x) in splits(base).filter(|(_, x)| x.len() <= SLUG_MAX) {
            let first = self.find(base_hash(kind).text(shorter), &|claim| {
                claim.is_based(kind, shorter)
                    && claim.is_other(&second.identity)
                    && claim.left_after(x).is_some()
            });
            let Some(first) = first else { continue };
            let slug = first.declaration.stage.slug();
            let left = first.left_after(x).unwrap_or_default();
            let meeting = Meeting { shorter, longer: base, slug, left };
            return Err(meeting.refusal(second, first));
        }
        Ok(())
    }
}

impl Claim {
    fn is_other(&self, identity: &Identity) -> bool {
        self.declaration.identity != *identity
    }

    fn is_at(&self, scope: &str, id: &str) -> bool {
        let Identity { scope: its_scope, id: its_id, .. } = &self.declaration.identity;
        **its_id == *id && **its_scope == *scope
    }

    fn is_named(&self, kind: Kind, name: &str) -> bool {
        self.declaration.kind == kind && kind.same_name(&self.declaration.name, name)
    }

    fn is_based(&self, kind: Kind, base: &str) -> bool {
        let its_base = self.declaration.base.as_deref();
        self.declaration.kind == kind && its_base.is_some_and(|other| kind.same_name(other, base))
    }

    /// The rest of its stage's slug, where that starts with `x` and a hyphen.
    fn left_after(&self, x: &str) -> Option<&str> {
        let (head, rest) = self.declaration.stage.slug().split_at_checked(x.len())?;
        rest.strip_prefix('-').filter(|_| self.declaration.kind.same_name(head, x))
    }
}

fn name_hash(kind: Kind, name: &str) -> Hash {
    Hash::of(b'n').byte(kind as u8).text(name)
}

/// To be gone on with: the base name follows.
fn base_hash(kind: Kind) -> Hash {
    Hash::of(b'b').byte(kind as u8)
}

fn place_hash(scope: &str, id: &str) -> Hash {
    Hash::of(b'i').text(scope).byte(0).text(id)
}

fn class_hash(class: &Class) -> Hash {
    Hash::of(b'c').text(&class.name)
}

/// Two base names that meet: `shorter` in the stage `slug` is `longer` in the stage `left`.
struct Meeting<'a> {
    shorter: &'a str,
    longer: &'a str,
    slug: &'a str,
    left: &'a str,
}

impl Meeting<'_> {
    fn refusal(&self, second: &Declaration, first: &Claim) -> BlockError {
        let base = second.base.as_deref().unwrap_or(&second.name);
        BlockError::new(
            Code::AmbiguousStage,
            "$ and $ cannot both name a %: $ would be the first in stage $ and the second \
             in stage $",
            "rename $; %",
            &[
                self.shorter,
                self.longer,
                second.kind.row().noun,
                &joined(self.shorter, self.slug),
                self.slug,
                self.left,
                base,
                &first.remains(),
            ],
        )
    }
}

impl Claim {
    /// What is left behind of the declaration that came first.
    fn remains(&self) -> String {
        let template = match self.origin {
            Origin::Run => {
                "% was already passed on to Alchemy in this run, as $: if that is the one to \
                 rename, remove it once this deploy has ended"
            }
            Origin::State => {
                "% is in this stage's state, as $: if that is the one to go, deploy once \
                 without the two to remove it"
            }
        };
        say(template, &[&place(&self.declaration.identity), &self.declaration.name])
    }
}

fn duplicate_name(second: &Declaration, first: &Identity) -> BlockError {
    let (noun, first) = (second.kind.row().noun, place(first));
    BlockError::new(
        Code::DuplicateName,
        "two resources would be the % $: % and %",
        "give one of them another `name`; % was already passed on to Alchemy in this run",
        &[noun, &second.name, &first, &place(&second.identity), &first],
    )
}

fn duplicate_class(class: &Class, first: &Identity, second: &Identity) -> BlockError {
    let script = match &class.script {
        None => String::new(),
        Some(script) => say(" of the script $", &[script]),
    };
    BlockError::new(
        Code::DuplicateName,
        "two Durable Objects would be the class $%: % and %",
        "use one of them in both places, or give each its own `className` or `scriptName`",
        &[&class.name, &script, &place(first), &place(second)],
    )
}

fn place(identity: &Identity) -> String {
    let template = if identity.scope.is_empty() { "$" } else { "$ in scope $" };
    say(template, &[&identity.id, &identity.scope])
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
    let (head, tail) = b.split_at_checked(a.len())?;
    let rest = tail.strip_prefix('-').filter(|_| kind.same_name(head, a))?;
    // Where case does not count, the stage may be written as slugs are.
    let lowered = rest.to_ascii_lowercase();
    let rest = if kind.same_name(rest, &lowered) { lowered.as_str() } else { rest };
    let stage = format!("{rest}-1");
    // Only a stage that is its own slug starts with what the longer base ends with.
    (stage_slug(&stage).ok()? == stage).then(|| (stage, "1".to_owned()))
}

/// Every way to cut `text` in two at a hyphen.
fn splits(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut hyphens = text.bytes().enumerate().filter(|(_, byte)| *byte == b'-');
    std::iter::from_fn(move || {
        let (at, _) = hyphens.next()?;
        Some((text.get(..at)?, text.get(at.checked_add(1)?..)?))
    })
}
