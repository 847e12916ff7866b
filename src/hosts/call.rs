//! What `Domain` and `Route` do to their options.

use super::pattern::Pattern;
use crate::block::StageOption;
use crate::error::{Error, HostError, Place};
use crate::hostname::{HostOptions, check_host, host_in};
use crate::ledger::OnRename;
use crate::stage::Stage;

/// The two blocks for hostnames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HostBlock {
    /// A hostname that belongs to a Worker.
    Domain,
    /// A URL pattern that leads to a Worker.
    Route,
}

impl HostBlock {
    /// The block that users call.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Domain => "Domain",
            Self::Route => "Route",
        }
    }
}

/// What the law reads of a call.
#[derive(Debug, Clone, Default)]
pub struct HostRequest {
    /// The logical id: the first argument.
    pub id: String,
    /// The hostname or pattern, if it is not the id.
    pub explicit: Option<String>,
    /// The option `stage`.
    pub stage: StageOption,
    /// The option `pin`: stage, as the user names it, to hostname or pattern.
    pub pin: Vec<(String, String)>,
    /// The zone, the bare stage and the domain of previews.
    pub options: HostOptions,
    /// `takeFrom`: the script that may lose the hostname.
    pub take_from: Option<String>,
    /// `onRename`.
    pub on_rename: OnRename,
}

/// A domain or a route of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostDeclaration {
    /// Which block declares it.
    pub block: HostBlock,
    /// Where it stands in the program.
    pub place: Place,
    /// The hostname or pattern that Cloudflare gets.
    pub name: String,
    /// The hostname in it, without a wildcard.
    pub host: String,
    /// The hostname that the stage was put into; `None` for pins and `stage: false`.
    pub base: Option<String>,
    /// The slug that stands in the hostname; `None` in the bare stage.
    pub slug: Option<String>,
    /// Whether it is declared for the bare stage.
    pub bare: bool,
    /// The script that may lose the hostname.
    pub take_from: Option<String>,
    /// What to do if the state holds another hostname.
    pub on_rename: OnRename,
}

/// Applies the law to one call, in a run of stage `run` and at the scope path `scope`.
///
/// # Errors
/// `base-invalid`, `zone-mismatch`, `double-stage`, `stage-invalid`, `route-swallows`.
pub fn decide_host(
    block: HostBlock,
    request: HostRequest,
    run: &Stage,
    scope: &str,
) -> Result<HostDeclaration, Error> {
    let named = match &request.stage {
        StageOption::Named(stage) => Some(Stage::new(stage)?),
        StageOption::Resolved | StageOption::Off => None,
    };
    let stage = named.as_ref().unwrap_or(run);
    let written = request.explicit.as_deref().unwrap_or(&request.id);
    let pinned =
        request.pin.iter().find(|(of, _)| of == stage.raw()).map(|(_, name)| name.as_str());
    let is_literal = pinned.is_some() || request.stage == StageOption::Off;
    let is_bare = request.options.is_bare(stage);
    let parts = parts_of(block, pinned.unwrap_or(written))?;
    if parts.has_wildcard() && !is_literal && !is_bare {
        return Err(HostError::WildcardRoute {
            pattern: written.into(),
            stage: stage.raw().into(),
            bare: request.options.bare_stage().into(),
        }
        .into());
    }
    let base = parts.host().to_owned();
    let host = if is_literal {
        check_host(&base)?;
        base.clone()
    } else {
        host_in(&base, stage, &request.options)?
    };
    let name = match block {
        HostBlock::Domain => host.clone(),
        HostBlock::Route => parts.with_host(&host),
    };
    Ok(HostDeclaration {
        block,
        name,
        host,
        bare: is_bare,
        slug: (!is_literal && !is_bare).then(|| stage.slug().to_owned()),
        base: (!is_literal).then_some(base),
        place: Place { scope: scope.to_owned(), id: request.id },
        take_from: request.take_from,
        on_rename: request.on_rename,
    })
}

/// A domain is a hostname, and what else it has is refused as a part of it.
fn parts_of(block: HostBlock, written: &str) -> Result<Pattern<'_>, HostError> {
    match block {
        HostBlock::Domain => check_host(written).map(|()| Pattern::new(written)),
        HostBlock::Route => Pattern::checked(written),
    }
}

#[cfg(test)]
mod tests {
    use super::{HostBlock, HostRequest, decide_host};
    use crate::block::StageOption;
    use crate::stage::Stage;

    fn decided(block: HostBlock, request: HostRequest, stage: &str) -> Result<String, String> {
        let stage = Stage::new(stage).map_err(|error| error.code())?;
        let decided = decide_host(block, request, &stage, "shop");
        decided.map(|one| one.name).map_err(|error| error.code())
    }

    fn at(block: HostBlock, id: &str, stage: &str) -> Result<String, String> {
        decided(block, HostRequest { id: id.to_owned(), ..HostRequest::default() }, stage)
    }

    #[test]
    fn the_host_has_the_stage_and_the_rest_stays() {
        let domain = |stage| at(HostBlock::Domain, "app.example.com", stage);
        assert_eq!(domain("prod").as_deref(), Ok("app.example.com"));
        assert_eq!(domain("pr-7").as_deref(), Ok("app-pr-7.example.com"));
        let route = |stage| at(HostBlock::Route, "https://app.example.com/Api/*", stage);
        assert_eq!(route("prod").as_deref(), Ok("https://app.example.com/Api/*"));
        assert_eq!(route("pr-7").as_deref(), Ok("https://app-pr-7.example.com/Api/*"));
    }

    #[test]
    fn a_wildcard_is_for_the_bare_stage() {
        let route = |stage| at(HostBlock::Route, "*.example.com/*", stage);
        assert_eq!(route("prod").as_deref(), Ok("*.example.com/*"));
        assert_eq!(route("pr-7"), Err("route-swallows".to_owned()));
    }

    #[test]
    fn a_domain_is_a_hostname_and_nothing_else() {
        for host in ["https://app.example.com", "app.example.com/x", "*.example.com", "app", ""] {
            assert_eq!(
                at(HostBlock::Domain, host, "prod"),
                Err("base-invalid".to_owned()),
                "{host}"
            );
        }
    }

    #[test]
    fn pins_and_other_stages_are_used_as_they_stand() {
        let request = |stage: StageOption| HostRequest {
            id: "site".to_owned(),
            explicit: Some("app.example.com".to_owned()),
            pin: vec![("pr-7".to_owned(), "old.example.com".to_owned())],
            stage,
            ..HostRequest::default()
        };
        let domain = |stage, run| decided(HostBlock::Domain, request(stage), run);
        assert_eq!(domain(StageOption::Resolved, "pr-7").as_deref(), Ok("old.example.com"));
        assert_eq!(domain(StageOption::Off, "pr-8").as_deref(), Ok("app.example.com"));
        let named = StageOption::Named("pr-1".to_owned());
        assert_eq!(domain(named, "pr-7").as_deref(), Ok("app-pr-1.example.com"));
    }
}
