//! Route patterns: `[scheme://]host[/path]`.

use crate::error::HostError;

/// The parts of a route pattern. A hostname is one with the path `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern<'a> {
    /// `https://`, if the pattern has one.
    scheme: &'a str,
    /// In lower case, and without the wildcard.
    host: String,
    /// Whether the host starts with `*` or `*.`.
    wildcard: &'a str,
    /// With the slash that it starts with; `/` if the pattern has none.
    path: &'a str,
}

impl<'a> Pattern<'a> {
    /// Takes a text apart, whether or not Cloudflare would take it.
    #[must_use]
    pub fn new(pattern: &'a str) -> Self {
        let end = pattern.find("://").map_or(0, |at| at.saturating_add(3));
        let (scheme, rest) = pattern.split_at_checked(end).unwrap_or(("", pattern));
        let cut = rest.find('/').unwrap_or(rest.len());
        let (host, path) = rest.split_at_checked(cut).unwrap_or((rest, ""));
        let bare = host.strip_prefix("*.").or_else(|| host.strip_prefix('*')).unwrap_or(host);
        let wildcard = host.strip_suffix(bare).unwrap_or_default();
        let path = if path.is_empty() { "/" } else { path };
        Self { scheme, host: plain_host(bare), wildcard, path }
    }

    /// The pattern, if Cloudflare takes it: a wildcard stands only at the start of the host and at the
    /// end of the path, and there is no query.
    ///
    /// # Errors
    /// `base-invalid`
    pub(super) fn checked(pattern: &'a str) -> Result<Self, HostError> {
        let parts = Self::new(pattern);
        let is_scheme = matches!(parts.scheme, "" | "http://" | "https://");
        let path = parts.path.strip_suffix('*').unwrap_or(parts.path);
        if !is_scheme || parts.host.contains('*') || path.contains(['*', '?', '#']) {
            return Err(HostError::PatternInvalid { pattern: pattern.into() });
        }
        Ok(parts)
    }

    /// The hostname in it, in lower case and without a wildcard.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether its host starts with `*`.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        !self.wildcard.is_empty()
    }

    /// The same pattern with another host.
    pub(super) fn with_host(&self, host: &str) -> String {
        let Self { scheme, wildcard, path, .. } = self;
        format!("{scheme}{wildcard}{host}{path}")
    }

    /// What two patterns have in common if they are one to Cloudflare.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.with_host(&self.host)
    }

    /// Whether requests to a hostname can meet it.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        match self.wildcard {
            "" => host == self.host,
            "*." => host.strip_suffix(&self.host).is_some_and(|head| head.ends_with('.')),
            _ => host.ends_with(&self.host),
        }
    }

    /// Whether a request for the first page of a hostname meets it.
    #[must_use]
    pub fn meets(&self, host: &str) -> bool {
        self.covers(host) && matches!(self.path, "/" | "/*")
    }

    /// Whether a route of `new`, for the same exact host, takes requests that meet this one.
    #[must_use]
    pub fn gives_way_to(&self, new: &Self) -> bool {
        let is_same_host = !self.has_wildcard() && !new.has_wildcard() && self.host == new.host;
        let start = self.path.strip_suffix('*');
        let covers = start.map_or(self.path == new.path, |start| new.path.starts_with(start));
        is_same_host && covers
    }

    /// The greater one wins: an exact host, then the longer host.
    #[must_use]
    pub fn specificity(&self) -> (bool, usize, usize) {
        (!self.has_wildcard(), self.host.len(), self.path.len())
    }
}

/// A hostname as Cloudflare stores it: in lower case, and without the dot of the root.
#[must_use]
pub fn plain_host(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_pattern_has_a_scheme_a_host_and_a_path() {
        for (pattern, host, wildcard, canonical) in [
            ("app.example.com", "app.example.com", false, "app.example.com/"),
            ("APP.example.com/Api/*", "app.example.com", false, "app.example.com/Api/*"),
            ("https://a.b/*", "a.b", false, "https://a.b/*"),
            ("*.example.com/*", "example.com", true, "*.example.com/*"),
            ("*example.com/", "example.com", true, "*example.com/"),
        ] {
            let parts = Pattern::new(pattern);
            assert_eq!(parts.host(), host, "{pattern}");
            assert_eq!(parts.has_wildcard(), wildcard, "{pattern}");
            assert_eq!(parts.canonical(), canonical, "{pattern}");
        }
    }

    #[test]
    fn what_cloudflare_refuses_is_invalid() {
        for pattern in ["a.*.com/*", "a.com/*/b", "a.com/?x=1", "ftp://a.com/", "**.a.com"] {
            let code = Pattern::checked(pattern).map_err(|error| crate::Error::from(error).code());
            assert_eq!(code.err().as_deref(), Some("base-invalid"), "{pattern}");
        }
        assert!(Pattern::checked("https://*.a.com/b*").is_ok());
    }

    #[test]
    fn a_wildcard_covers_what_is_below_it() {
        let covers = |pattern, host| Pattern::new(pattern).covers(host);
        assert!(covers("*.example.com/*", "app.example.com"));
        assert!(covers("*.example.com/*", "a.b.example.com"));
        assert!(!covers("*.example.com/*", "example.com"));
        assert!(!covers("*.example.com/*", "badexample.com"));
        assert!(covers("*example.com/*", "badexample.com"));
        assert!(covers("app.example.com/x", "app.example.com"));
        assert!(!Pattern::new("app.example.com/x").meets("app.example.com"));
    }

    #[test]
    fn a_route_gives_way_to_one_inside_it() {
        let gives_way = |old, new| Pattern::new(old).gives_way_to(&Pattern::new(new));
        for new in ["APP.example.com/*", "app.example.com./api/*", "https://app.example.com/*"] {
            assert!(gives_way("app.example.com/*", new), "{new}");
        }
        assert!(gives_way("app.example.com/x", "https://app.example.com/x"));
        assert!(!gives_way("app.example.com/api/*", "app.example.com/*"), "the old one is first");
        assert!(!gives_way("app.example.com/a/*", "app.example.com/b/*"));
        assert!(!gives_way("*.example.com/*", "app.example.com/*"), "it is meant to");
    }
}
