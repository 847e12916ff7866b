//! What Alchemy makes in the account and no kind models, each with the reason.

/// Why no kind models what has this reason in common.
#[derive(Debug)]
struct Reason {
    why: &'static str,
    /// Functions of `alchemy/cloudflare`.
    functions: &'static [&'static str],
    /// Constructors of `alchemy/Cloudflare` of Alchemy 2: what developers deploy beside Workers.
    constructors: &'static [&'static str],
}

static REASONS: [Reason; 8] = [
    Reason {
        why: "an account has one store of secrets, which all stages share",
        functions: &["SecretsStore"],
        constructors: &["SecretsStore.Store"],
    },
    Reason {
        why: "a newer pipeline is three resources that refer to each other by id",
        functions: &[],
        constructors: &["Pipelines.Pipeline", "Pipelines.Sink", "Pipelines.Stream"],
    },
    Reason {
        why: "its name is a label: Cloudflare knows it by an id, and two may have one name",
        functions: &[
            "AccessApplication",
            "AccessGroup",
            "AccessIdentityProvider",
            "AccessPolicy",
            "AccessServiceToken",
            "AccountApiToken",
            "AiSearchToken",
            "WarpDeviceProfile",
        ],
        constructors: &[
            "Access.Application",
            "Access.Group",
            "Access.Policy",
            "Access.ServiceToken",
            "AI.SearchToken",
            "ApiToken.AccountApiToken",
            "Turnstile.Widget",
        ],
    },
    Reason {
        why: "it connects the account with a network of yours, which has no stages",
        functions: &["Tunnel", "VpcService"],
        constructors: &["Connectivity.DirectoryService", "Tunnel.Tunnel", "VpcService.VpcService"],
    },
    Reason {
        why: "its name is unique in its namespace only, and may have 32 characters: the naming law needs 38",
        functions: &["AiSearch"],
        constructors: &["AI.Search", "AI.SearchInstance"],
    },
    Reason {
        why: "its name may have 28 characters, and the naming law needs 38",
        functions: &["AiSearchNamespace"],
        constructors: &["AI.SearchNamespace"],
    },
    Reason {
        why: "only Alchemy 2 makes it, and a block is for both versions",
        functions: &[],
        constructors: &["ObservabilityDestination", "Workers.ObservabilityDestination"],
    },
    Reason {
        why: "only Alchemy 2 makes it, and its name is a subdomain of `pages.dev`, which all accounts share",
        functions: &[],
        constructors: &["Pages.Project"],
    },
];

/// Functions of `alchemy/cloudflare` that make something with an account-wide name and are of no kind, each
/// with the reason. `check` and `plan` say that they do not look at it. A new kind takes its function and
/// its constructor from here.
pub fn unmodelled() -> impl Iterator<Item = (&'static str, &'static str)> {
    REASONS.iter().flat_map(|reason| reason.functions.iter().map(|name| (*name, reason.why)))
}

/// The same for the constructors of `alchemy/Cloudflare` of Alchemy 2.
pub fn unmodelled2() -> impl Iterator<Item = (&'static str, &'static str)> {
    REASONS.iter().flat_map(|reason| reason.constructors.iter().map(|name| (*name, reason.why)))
}
