//! What one run has declared: one hostname, one domain; one pattern, one route.

use super::call::HostDeclaration;
use super::pattern::Pattern;
use crate::error::{HostError, Place};

/// The domains and routes that one run of one app has declared.
#[derive(Debug, Default)]
pub struct HostLedger {
    all: Vec<HostDeclaration>,
}

impl HostLedger {
    /// Declares a domain or a route. To declare the same one again, with the same id in the same scope, is
    /// no duplicate.
    ///
    /// # Errors
    /// - `duplicate-name`: another declaration of this run has the hostname or the pattern.
    /// - `ambiguous-stage`: two hostnames can be one in two stages, of which this is one.
    pub fn declare(&mut self, new: HostDeclaration) -> Result<(), HostError> {
        for old in self.all.iter().filter(|old| old.place != new.place) {
            check_same(old, &new)?;
            check_ambiguous(old, &new)?;
        }
        self.all.retain(|old| old.place != new.place);
        self.all.push(new);
        Ok(())
    }

    /// What this run has declared at a place.
    #[must_use]
    pub fn declared(&self, place: &Place) -> Option<&HostDeclaration> {
        self.all.iter().find(|declared| declared.place == *place)
    }
}

fn check_same(old: &HostDeclaration, new: &HostDeclaration) -> Result<(), HostError> {
    let canonical = |one: &HostDeclaration| Pattern::new(&one.name).canonical();
    if old.block != new.block || canonical(old) != canonical(new) {
        return Ok(());
    }
    Err(HostError::DuplicateHost {
        name: (&new.name).into(),
        first: old.place.clone(),
        second: new.place.clone(),
    })
}

/// `app` in stage `v2` and `app-v2` in the bare stage are both `app-v2.example.com`: a stage that makes
/// up for the difference is refused.
fn check_ambiguous(old: &HostDeclaration, new: &HostDeclaration) -> Result<(), HostError> {
    let (Some(first), Some(second)) = (&old.base, &new.base) else { return Ok(()) };
    let meet = |shorter: &HostDeclaration, base: &str, longer: &str| {
        let slug = shorter.slug.as_deref()?;
        let more = more_in(base, longer)?;
        let rest = slug.strip_prefix(more)?;
        (rest.is_empty() || rest.starts_with('-')).then_some(HostError::AmbiguousHost {
            host: (&shorter.host).into(),
            shorter: base.into(),
            longer: longer.into(),
            stage: slug.into(),
        })
    };
    meet(old, first, second).or_else(|| meet(new, second, first)).map_or(Ok(()), Err)
}

/// What `longer` has more in its first label than `shorter`, which may be the zone itself.
fn more_in<'a>(shorter: &str, longer: &'a str) -> Option<&'a str> {
    let (label, rest) = longer.split_once('.')?;
    if rest == shorter {
        return Some(label);
    }
    let (start, end) = shorter.split_once('.')?;
    if rest != end {
        return None;
    }
    label.strip_prefix(start)?.strip_prefix('-')
}

#[cfg(test)]
mod tests {
    use super::HostLedger;
    use crate::hosts::{HostBlock, HostRequest, decide_host};
    use crate::stage::Stage;

    fn declared(stage: &str, hosts: &[(&str, &str)]) -> Result<(), String> {
        let mut ledger = HostLedger::default();
        for (id, name) in hosts {
            let block = if name.contains('/') { HostBlock::Route } else { HostBlock::Domain };
            let request = HostRequest {
                id: (*id).to_owned(),
                explicit: Some((*name).to_owned()),
                ..HostRequest::default()
            };
            let stage = Stage::new(stage).map_err(|error| error.code())?;
            let new = decide_host(block, request, &stage, "shop").map_err(|error| error.code())?;
            ledger.declare(new).map_err(|error| crate::Error::from(error).code())?;
        }
        Ok(())
    }

    #[test]
    fn one_hostname_is_one_domain() {
        let twice = [("a", "app.example.com"), ("b", "app.example.com")];
        assert_eq!(declared("pr-1", &twice), Err("duplicate-name".to_owned()));
        assert_eq!(declared("pr-1", &[twice[0], twice[0]]), Ok(()));
        let both = [("a", "app.example.com"), ("b", "app.example.com/api/*")];
        assert_eq!(declared("pr-1", &both), Ok(()));
        let routes = [("a", "app.example.com/x"), ("b", "APP.example.com/x")];
        assert_eq!(declared("prod", &routes), Err("duplicate-name".to_owned()));
    }

    #[test]
    fn two_hostnames_that_one_stage_makes_one_are_refused_there() {
        let labels = [("a", "app.example.com"), ("b", "app-v2.example.com")];
        let apex = [("a", "example.com"), ("b", "v2.example.com")];
        for hosts in [labels, apex, [labels[1], labels[0]]] {
            assert_eq!(declared("v2", &hosts), Err("ambiguous-stage".to_owned()));
            assert_eq!(declared("v2-x", &hosts), Err("ambiguous-stage".to_owned()));
            assert_eq!(declared("v2x", &hosts), Ok(()));
            assert_eq!(declared("prod", &hosts), Ok(()));
        }
    }
}
