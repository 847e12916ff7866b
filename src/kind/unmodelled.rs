//! What Alchemy makes in the account and no kind models yet.

/// Functions of `alchemy/cloudflare` that make a resource with an account-wide name. `check` and `plan`
/// say that they do not look at it. A new kind takes its function from this list.
pub const UNMODELLED: [&str; 17] = [
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
    "Pipeline",
    "SecretsStore",
    "Tunnel",
    "VpcService",
    "WarpDeviceProfile",
];

/// The same for `alchemy/Cloudflare` of Alchemy 2: what developers deploy beside Workers.
pub const UNMODELLED_2: [&str; 23] = [
    "AI.Gateway",
    "AI.SearchInstance",
    "AI.SearchNamespace",
    "AI.SearchToken",
    "Access.Application",
    "Access.Group",
    "Access.Policy",
    "Access.ServiceToken",
    "ApiToken.AccountApiToken",
    "Connectivity.DirectoryService",
    "Container",
    "Containers.Container",
    "ObservabilityDestination",
    "Pages.Project",
    "Pipelines.LegacyPipeline",
    "Pipelines.Pipeline",
    "Pipelines.Sink",
    "Pipelines.Stream",
    "SecretsStore.Store",
    "Tunnel.Tunnel",
    "Turnstile.Widget",
    "VpcService.VpcService",
    "Workers.ObservabilityDestination",
];
