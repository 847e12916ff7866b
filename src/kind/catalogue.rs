//! The catalogue: one row for each kind. A new kind is a row in one of the files below and its line in
//! the list here; `CONTRIBUTING.md` has the rest.
//!
//! Names and limits are Cloudflare's published ones; the behaviour of Alchemy was observed on
//! 0.94.0 and 2.0.0-beta.79.

mod code;
mod connected;
mod data;
mod streams;

use serde::Serialize;

use super::spec::{Listing, Spec};

/// Makes `Kind` with the rows of the catalogue, so that no kind can lack one.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $row:path,)*) => {
        /// A kind of resource. Each has a name space of its own at Cloudflare.
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            Hash,
            PartialOrd,
            Ord,
            Serialize,
            strum::EnumString,
            strum::IntoStaticStr,
            strum::VariantArray,
        )]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// The kind's row of the catalogue.
            #[must_use]
            pub const fn spec(self) -> &'static Spec {
                match self {
                    $(Self::$kind => {
                        static SPEC: Spec = $row.spec;
                        &SPEC
                    })*
                }
            }

            /// How the Cloudflare API lists the kind; `None` where it does not.
            #[must_use]
            pub const fn listing(self) -> Option<&'static Listing> {
                match self {
                    $(Self::$kind => {
                        static LISTING: Option<Listing> = $row.listing;
                        LISTING.as_ref()
                    })*
                }
            }
        }
    };
}

kinds! {
    /// A D1 database.
    Database: data::DATABASE,
    /// An R2 bucket.
    Bucket: data::BUCKET,
    /// A Workers KV namespace, known by its title.
    Kv: data::KV,
    /// A queue.
    Queue: data::QUEUE,
    /// A Vectorize index.
    Vectorize: data::VECTORIZE,
    /// A Hyperdrive configuration.
    Hyperdrive: connected::HYPERDRIVE,
    /// A dispatch namespace of Workers for Platforms.
    DispatchNamespace: connected::DISPATCH_NAMESPACE,
    /// An AI gateway.
    AiGateway: streams::AI_GATEWAY,
    /// A pipeline that writes into a bucket.
    Pipeline: streams::PIPELINE,
    /// An Analytics Engine dataset. Nothing but its name is known of it.
    AnalyticsEngine: streams::ANALYTICS_ENGINE,
    /// A Durable Object namespace. Script and class identify it; its name is ours alone.
    DurableObject: code::DURABLE_OBJECT,
    /// A workflow.
    Workflow: code::WORKFLOW,
    /// A container application. Its Worker binds it as a class of Durable Objects.
    Container: code::CONTAINER,
    /// A Worker script.
    Worker: code::WORKER,
}
