//! The guard: one physical name, one resource.
//!
//! A [`Ledger`] remembers what one run of one app has declared. It is asked before anything is
//! passed to Alchemy, so a refusal costs nothing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;

use crate::error::{BlockError, Code, quote};
use crate::kind::Kind;
use crate::row::OnRename;
use crate::stage::stage_slug;

/// Who a name belongs to: the place in the program, not the name itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The path of the Alchemy scope, such as `shop/prod`; empty outside any scope.
    pub scope: String,
    /// The logical id.
    pub id: String,
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
    /// The base name and slug that the name is made of; `None` for pins and `stage: false`.
    pub parts: Option<Parts>,
    /// The class and, where it was given, the script: Durable Objects only.
    pub class: Option<Class>,
    /// The stage that the name is made for, as its user names it.
    pub stage: String,
    /// What to do where the state holds another name.
    pub on_rename: OnRename,
    /// Whether the stage is protected, and the caller did not say `delete`.
    pub protects: bool,
}

/// The parts of a computed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The base name, prefix included.
    pub base: String,
    /// The stage slug.
    pub slug: String,
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

#[derive(Debug, Clone)]
struct Claim {
    declaration: Rc<Declaration>,
    origin: Origin,
}

/// All that one run of one app has declared, and what its state holds.
#[derive(Debug, Default)]
pub struct Ledger {
    /// One table for all questions, since each further table type costs every user some kilobytes
    /// of module. The first character of a key says what is asked: see the functions `*_key`.
    claims: HashMap<String, Vec<Claim>, BuildHasherDefault<DefaultHasher>>,
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
    pub fn declare(&mut self, declaration: &Declaration) -> Result<(), BlockError> {
        self.check_class(declaration)?;
        self.check_name(declaration)?;
        self.recheck(declaration)?;
        let claim = Claim { declaration: Rc::new(declaration.clone()), origin: Origin::Run };
        self.add(name_key(declaration.kind, &declaration.name), &claim);
        self.add(place_key(&declaration.identity.scope, &declaration.identity.id), &claim);
        if let Some(parts) = &declaration.parts {
            self.add(base_key(declaration.kind, &parts.base), &claim);
        }
        if let Some(class) = &declaration.class {
            self.add(class_key(class), &claim);
        }
        Ok(())
    }

    /// Notes a resource that the stage's state holds, whose base name counts as declared before.
    pub fn hold(&mut self, kind: Kind, identity: &Identity, name: &str, slug: &str) {
        let Some(base) = name.strip_suffix(slug).and_then(|head| head.strip_suffix('-')) else {
            return;
        };
        let parts = Parts { base: base.to_owned(), slug: slug.to_owned() };
        let key = base_key(kind, base);
        let declaration = Rc::new(Declaration {
            kind,
            identity: identity.clone(),
            name: name.to_owned(),
            parts: Some(parts),
            class: None,
            stage: String::new(),
            on_rename: OnRename::default(),
            protects: false,
        });
        self.add(key, &Claim { declaration, origin: Origin::State });
    }

    /// What this run has declared with an id in a scope, of whatever kind.
    #[must_use]
    pub fn declared(&self, scope: &str, id: &str) -> Vec<Rc<Declaration>> {
        let claims = self.at(&place_key(scope, id));
        claims.iter().map(|claim| Rc::clone(&claim.declaration)).collect()
    }

    /// What this run has declared as the physical name `name`.
    #[must_use]
    pub fn named(&self, kind: Kind, name: &str) -> Option<&Declaration> {
        self.at(&name_key(kind, name)).last().map(|claim| &*claim.declaration)
    }

    /// Asks again whether a declaration is ambiguous, now that more of the state is known.
    ///
    /// # Errors
    /// `ambiguous-stage`, as [`declare`](Self::declare).
    pub fn recheck(&self, declaration: &Declaration) -> Result<(), BlockError> {
        let Some(parts) = &declaration.parts else { return Ok(()) };
        self.check_longer(declaration, parts)?;
        self.check_shorter(declaration, parts)
    }

    fn at(&self, key: &str) -> &[Claim] {
        self.claims.get(key).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, key: String, claim: &Claim) {
        let claims = self.claims.entry(key).or_default();
        let known = claims
            .iter()
            .any(|other| other.origin == claim.origin && other.declaration == claim.declaration);
        if !known {
            claims.push(claim.clone());
        }
    }

    fn check_class(&self, declaration: &Declaration) -> Result<(), BlockError> {
        let Some(class) = &declaration.class else { return Ok(()) };
        let second = &declaration.identity;
        let first = self.at(&class_key(class)).iter().find(|claim| claim.is_other(second));
        match first {
            None => Ok(()),
            Some(first) => Err(duplicate_class(class, &first.declaration.identity, second)),
        }
    }

    fn check_name(&self, declaration: &Declaration) -> Result<(), BlockError> {
        let second = &declaration.identity;
        let key = name_key(declaration.kind, &declaration.name);
        let first = self.at(&key).iter().find(|claim| {
            claim.is_other(second) && claim.declaration.identity.jurisdiction == second.jurisdiction
        });
        match first {
            None => Ok(()),
            Some(first) => Err(duplicate_name(declaration, &first.declaration.identity)),
        }
    }

    /// `db` now, where `db-pr` was first and this stage starts with `pr-`.
    fn check_longer(&self, second: &Declaration, parts: &Parts) -> Result<(), BlockError> {
        for (x, left) in splits(&parts.slug) {
            let longer = format!("{}-{x}", parts.base);
            let claims = self.at(&base_key(second.kind, &longer));
            if let Some(first) = claims.iter().find(|claim| claim.is_other(&second.identity)) {
                let meeting = Meeting { shorter: &parts.base, longer: &longer, parts, left };
                return Err(meeting.refusal(second, first));
            }
        }
        Ok(())
    }

    /// `db-pr` now, where `db` was first, in a stage that starts with `pr-`.
    fn check_shorter(&self, second: &Declaration, parts: &Parts) -> Result<(), BlockError> {
        for (shorter, x) in splits(&parts.base) {
            for first in self.at(&base_key(second.kind, shorter)) {
                let Some(other) = &first.declaration.parts else { continue };
                let rest = other.slug.strip_prefix(x).and_then(|rest| rest.strip_prefix('-'));
                let Some(left) = rest.filter(|_| first.is_other(&second.identity)) else {
                    continue;
                };
                let meeting = Meeting { shorter, longer: &parts.base, parts: other, left };
                return Err(meeting.refusal(second, first));
            }
        }
        Ok(())
    }
}

impl Claim {
    fn is_other(&self, identity: &Identity) -> bool {
        self.declaration.identity != *identity
    }
}

fn name_key(kind: Kind, name: &str) -> String {
    key("n", kind, name)
}

fn base_key(kind: Kind, base: &str) -> String {
    key("b", kind, base)
}

/// Text as the kind compares it.
fn key(question: &str, kind: Kind, text: &str) -> String {
    let row = kind.row();
    let folded = if row.folds_case { text.to_ascii_lowercase() } else { text.to_owned() };
    [question, row.name, "\0", &folded].concat()
}

fn place_key(scope: &str, id: &str) -> String {
    ["i", scope, "\0", id].concat()
}

fn class_key(class: &Class) -> String {
    let script = class.script.as_deref().unwrap_or_default();
    ["c", script, "\0", &class.name].concat()
}

/// Two base names that meet: `shorter` in the stage of `parts` is `longer` in the stage `left`.
struct Meeting<'a> {
    shorter: &'a str,
    longer: &'a str,
    parts: &'a Parts,
    left: &'a str,
}

impl Meeting<'_> {
    fn refusal(&self, second: &Declaration, first: &Claim) -> BlockError {
        let noun = second.kind.row().noun;
        let name = [self.shorter, "-", &self.parts.slug].concat();
        let base = second.parts.as_ref().map_or(second.name.as_str(), |parts| &parts.base);
        BlockError::new(
            Code::AmbiguousStage,
            format!(
                "{} and {} cannot both name a {noun}: {} would be the first in stage {} and the \
                 second in stage {}",
                quote(self.shorter),
                quote(self.longer),
                quote(&name),
                quote(&self.parts.slug),
                quote(self.left),
            ),
            format!("rename {}; {}", quote(base), first.remains()),
        )
    }
}

impl Claim {
    /// What is left behind of the declaration that came first.
    fn remains(&self) -> String {
        let place = place(&self.declaration.identity);
        let name = quote(&self.declaration.name);
        match self.origin {
            Origin::Run => format!(
                "{place} was already passed on to Alchemy in this run, as {name}: if that is the \
                 one to rename, remove it once this deploy has ended"
            ),
            Origin::State => format!(
                "{place} is in this stage's state, as {name}: if that is the one to go, deploy \
                 once without the two to remove it"
            ),
        }
    }
}

fn duplicate_name(second: &Declaration, first: &Identity) -> BlockError {
    let noun = second.kind.row().noun;
    BlockError::new(
        Code::DuplicateName,
        format!(
            "two resources would be the {noun} {}: {} and {}",
            quote(&second.name),
            place(first),
            place(&second.identity)
        ),
        format!(
            "give one of them another `name`; {} was already passed on to Alchemy in this run",
            place(first)
        ),
    )
}

fn duplicate_class(class: &Class, first: &Identity, second: &Identity) -> BlockError {
    let script = match &class.script {
        None => String::new(),
        Some(script) => format!(" of the script {}", quote(script)),
    };
    BlockError::new(
        Code::DuplicateName,
        format!(
            "two Durable Objects would be the class {}{script}: {} and {}",
            quote(&class.name),
            place(first),
            place(second)
        ),
        "use one of them in both places, or give each its own `className` or `scriptName`"
            .to_owned(),
    )
}

fn place(identity: &Identity) -> String {
    if identity.scope.is_empty() {
        return quote(&identity.id);
    }
    format!("{} in scope {}", quote(&identity.id), quote(&identity.scope))
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
    text.match_indices('-').filter_map(|(at, _)| {
        let (head, tail) = text.split_at_checked(at)?;
        Some((head, tail.strip_prefix('-')?))
    })
}
