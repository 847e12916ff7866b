//! Hostnames of domains and routes, one for each stage.

use crate::error::{Error, HostError};
use crate::hash::has_hash_segment;
use crate::name::{fitted, leftover};
use crate::rule::HOST;
use crate::stage::Stage;

/// The most octets of a hostname.
const HOST_MAX: usize = 253;

/// The most octets of a label.
const LABEL_MAX: usize = 63;

/// The least that a first label may have: a hash, a slug and the hyphen between them.
const LABEL_MIN: usize = 38;

/// The stage that has the hostnames themselves, unless the options name another.
const BARE: &str = "prod";

/// Where a hostname comes from, beside its base and the stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct HostOptions {
    /// The zone, such as `example.co.uk`. Without it, a base of two labels is an apex.
    pub zone: Option<String>,
    /// The one stage whose hostnames are the bases themselves; `prod` if it is not given.
    pub bare: Option<String>,
    /// The domain of all other stages, which then share no cookies with the bare one.
    pub preview_domain: Option<String>,
}

impl HostOptions {
    /// The stage whose hostnames are the bases themselves.
    pub(crate) fn bare_stage(&self) -> &str {
        self.bare.as_deref().unwrap_or(BARE)
    }

    /// Whether hostnames of a stage are the bases themselves.
    pub(crate) fn is_bare(&self, stage: &Stage) -> bool {
        stage.raw() == self.bare_stage()
    }
}

/// The hostname of `base` in a stage.
///
/// A pure function of its arguments. In the bare stage it is `base` itself. In any other the stage
/// stands at the end of the first label, `app-pr-123.example.com`, so that the certificate of
/// `app.example.com` covers it. An apex, the name of the zone, gets it as a label of its own,
/// `pr-123.example.com`. A first label that would be too long is shortened with a hash, as in
/// [`physical_name`](crate::physical_name): the whole name stays within 64 octets where its end
/// allows it, and the stage stands whole.
///
/// # Errors
/// - `base-invalid`: `base`, the zone or the preview domain is not a hostname in lower case; a part
///   of the first label looks like a hash; the first label starts with `xn--` and would get a stage;
///   the result would have more than 253 octets.
/// - `zone-mismatch`: `base` is not in the zone.
/// - `double-stage`: the first label already ends in `-` and the stage, a usual one such as `dev`.
/// - `stage-invalid`: `stage` is empty.
///
/// ```
/// use alch_blocks::{HostOptions, hostname};
///
/// let options = HostOptions::default();
/// assert_eq!(hostname("app.example.com", "prod", &options).unwrap(), "app.example.com");
/// assert_eq!(hostname("app.example.com", "pr-123", &options).unwrap(), "app-pr-123.example.com");
/// assert_eq!(hostname("example.com", "pr-123", &options).unwrap(), "pr-123.example.com");
/// ```
pub fn hostname(base: &str, stage: &str, options: &HostOptions) -> Result<String, Error> {
    Ok(host_in(base, &Stage::new(stage)?, options)?)
}

/// [`hostname`] in a stage whose slug is known.
pub(crate) fn host_in(
    base: &str,
    stage: &Stage,
    options: &HostOptions,
) -> Result<String, HostError> {
    let (label, rest) = split(base)?;
    if has_hash_segment(label) {
        return Err(hash_in(label, base));
    }
    let is_apex = is_apex(base, options.zone.as_deref())?;
    if let Some(domain) = &options.preview_domain {
        split(domain)?;
    }
    if options.is_bare(stage) {
        return Ok(base.to_owned());
    }
    if let Some(left) = leftover(label, stage).filter(|_| stage.is_usual()) {
        let instead = format!("{left}.{rest}");
        return Err(HostError::HostDoubleStage {
            host: base.into(),
            stage: stage.raw().into(),
            instead: instead.into(),
        });
    }
    let host = match (&options.preview_domain, is_apex) {
        (None, true) => format!("{}.{base}", stage.slug()),
        (None, false) => staged(label, stage, base, rest)?,
        (Some(domain), true) => staged(&base.replace('.', "-"), stage, base, domain)?,
        (Some(domain), false) => staged(label, stage, base, domain)?,
    };
    if host.len() > HOST_MAX {
        return Err(HostError::HostLong { base: base.into(), length: host.len() });
    }
    Ok(host)
}

/// Refuses what is no hostname.
///
/// # Errors
/// `base-invalid`
pub(crate) fn check_host(host: &str) -> Result<(), HostError> {
    split(host).map(|_| ())
}

/// The first label of a hostname, and the rest.
fn split(host: &str) -> Result<(&str, &str), HostError> {
    let refused = || HostError::HostRule { host: host.into(), nearest: nearest(host).into() };
    if !is_hostname(host) {
        return Err(refused());
    }
    host.split_once('.').ok_or_else(refused)
}

fn is_hostname(host: &str) -> bool {
    let is_label = |label: &str| HOST.allows(label) && label.len() <= LABEL_MAX;
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let ends_in_a_word =
        host.rsplit_once('.').is_some_and(|(_, last)| is_label(last) && !is_number(last));
    host.len() <= HOST_MAX && ends_in_a_word && host.split('.').all(is_label)
}

/// The hostname that was probably meant.
fn nearest(host: &str) -> String {
    let near = host.trim().trim_end_matches('.').to_ascii_lowercase();
    if is_hostname(&near) { near } else { "app.example.com".to_owned() }
}

fn is_apex(base: &str, zone: Option<&str>) -> Result<bool, HostError> {
    let Some(zone) = zone else { return Ok(base.matches('.').count() == 1) };
    split(zone)?;
    let outside = base.strip_suffix(zone);
    if outside.is_none_or(|label| !label.is_empty() && !label.ends_with('.')) {
        return Err(HostError::ZoneMismatch { host: base.into(), zone: zone.into() });
    }
    Ok(base == zone)
}

/// `label` with the stage at its end, before `rest`.
fn staged(label: &str, stage: &Stage, base: &str, rest: &str) -> Result<String, HostError> {
    if label.starts_with("xn--") {
        return Err(HostError::HostEncoded { host: base.into() });
    }
    // The dots of an apex may have hidden one.
    if has_hash_segment(label) {
        return Err(hash_in(label, base));
    }
    let cap = LABEL_MAX.saturating_sub(rest.len()).clamp(LABEL_MIN, LABEL_MAX);
    Ok(format!("{}.{rest}", fitted(label, stage.slug(), cap)))
}

fn hash_in(label: &str, base: &str) -> HostError {
    HostError::HostHash { label: label.into(), host: base.into() }
}

#[cfg(test)]
mod tests {
    use super::{HostOptions, hostname};
    use crate::error::Error;

    fn at(base: &str, stage: &str, zone: &str, domain: &str) -> Result<String, String> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let options = HostOptions { zone: some(zone), bare: None, preview_domain: some(domain) };
        hostname(base, stage, &options).map_err(|error: Error| error.code())
    }

    #[test]
    fn a_zone_says_what_an_apex_is() {
        assert_eq!(at("example.co.uk", "dev", "", "").as_deref(), Ok("example-dev.co.uk"));
        let zone = "example.co.uk";
        assert_eq!(at(zone, "dev", zone, "").as_deref(), Ok("dev.example.co.uk"));
        assert_eq!(at("a.example.co.uk", "dev", zone, "").as_deref(), Ok("a-dev.example.co.uk"));
        for (base, zone) in [("badexample.com", "example.com"), ("example.com", "a.example.com")] {
            assert_eq!(at(base, "prod", zone, ""), Err("zone-mismatch".to_owned()), "{base}");
        }
        assert_eq!(at("app.com", "dev", "com", ""), Err("base-invalid".to_owned()));
    }

    #[test]
    fn a_label_never_grows_too_long() {
        let long = format!("{}.example.com", "x".repeat(63));
        let host = at(&long, "pr-1", "", "").unwrap_or_default();
        assert_eq!(host.len(), 64);
        assert!(host.ends_with("-pr-1.example.com"), "{host}");
        let label = "x".repeat(61);
        let base = format!("{label}.{label}.{label}.{label}.de");
        assert_eq!(base.len(), 250);
        assert_eq!(at(&base, "prod", "", ""), Ok(base.clone()));
        let apex = at(&base, "dev", &base, "");
        assert_eq!(apex, Err("base-invalid".to_owned()));
    }

    #[test]
    fn the_preview_domain_takes_the_place_of_the_rest() {
        let host = at("a.example.com", "dev", "", "example.dev");
        assert_eq!(host.as_deref(), Ok("a-dev.example.dev"));
        let host = at("example.com", "dev", "", "example.dev");
        assert_eq!(host.as_deref(), Ok("example-com-dev.example.dev"));
        assert_eq!(at("a.example.com", "prod", "", "Example.dev"), Err("base-invalid".to_owned()));
        assert_eq!(at("a.0abcdefgh", "dev", "", "example.dev"), Err("base-invalid".to_owned()));
        assert_eq!(at("xn--a.com", "dev", "", "example.dev"), Err("base-invalid".to_owned()));
    }

    #[test]
    fn a_bare_stage_may_end_its_own_label() {
        let base = "app-prod.example.com";
        assert_eq!(at(base, "prod", "", "").as_deref(), Ok(base));
        assert_eq!(at("app-dev.example.com", "dev", "", ""), Err("double-stage".to_owned()));
        let chance = at("app-cache.example.com", "cache", "", "");
        assert_eq!(chance.as_deref(), Ok("app-cache-cache.example.com"));
    }
}
