//! What Alchemy makes in the account and no kind models yet.

/// Functions of `alchemy/cloudflare` that make a resource with an account-wide name. `check` and `plan`
/// say that they do not look at it. A new kind takes its function from this list.
pub const UNMODELLED: [&str; 20] = [
    "AccessApplication",
    "AccessGroup",
    "AccessIdentityProvider",
    "AccessPolicy",
    "AccessServiceToken",
    "AccountApiToken",
    "AiGateway",
    "AiSearch",
    "AiSearchNamespace",
    "AiSearchToken",
    "Container",
    "ContainerApplication",
    "DispatchNamespace",
    "Hyperdrive",
    "Pipeline",
    "SecretsStore",
    "Tunnel",
    "VectorizeIndex",
    "VpcService",
    "WarpDeviceProfile",
];
