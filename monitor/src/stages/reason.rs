//! Why a stage stays or goes, in words.

use alch_blocks::quote;

use super::question::Unread;

/// The condition that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "`why` says what each means")]
pub enum Reason {
    Protected,
    Personal,
    NotPreview,
    OtherApp,
    Unreadable(Unread),
    AccountUnread,
    PullOpen(u64),
    PullMissing(u64),
    PullUnknown(u64),
    PullElsewhere(u64),
    UnderWay { id: String, status: String },
    Obscure,
    WorkflowRuns(u64),
    Claimed { name: String, app: String, stage: String },
    Used { name: String, app: String, stage: String },
    TwoStores(Vec<String>),
    OtherOwner { id: String, app: String, stage: String },
    ForeignAccount { id: String, account: String },
    Renamed { name: String, now: String },
    AnotherId(String),
    Remade(String),
    StateLost,
    SeenOpen(u64),
    SeenBefore(String),
    Adopted { id: String, name: String },
    UnknownKind { id: String, resource: String },
    StrangePart { id: String, resource: String },
    HostUnknown { name: String, why: String },
    WrongAccount,
    Unproven,
    Grace,
    ClockUnknown,
    Unmarked,
    Retained,
    Closed(u64),
    Asked,
}

impl Reason {
    /// As it is written in JSON; stable.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::Personal => "personal",
            Self::NotPreview => "not-preview",
            Self::OtherApp => "other-app",
            Self::Unreadable(_) => "unreadable",
            Self::AccountUnread => "account-unread",
            Self::PullOpen(_) => "pull-open",
            Self::PullMissing(_) => "pull-missing",
            Self::PullUnknown(_) => "pull-unknown",
            Self::PullElsewhere(_) => "pull-elsewhere",
            Self::UnderWay { .. } | Self::Obscure | Self::WorkflowRuns(_) => "under-way",
            Self::Claimed { .. }
            | Self::Used { .. }
            | Self::TwoStores(_)
            | Self::OtherOwner { .. } => "claimed",
            Self::ForeignAccount { .. } => "foreign-account",
            Self::Renamed { .. } | Self::AnotherId(_) | Self::Remade(_) => "another-resource",
            Self::StateLost => "state-lost",
            Self::SeenOpen(_) | Self::SeenBefore(_) => "seen-before",
            Self::Adopted { .. } => "adopted",
            Self::UnknownKind { .. } => "unknown-kind",
            Self::StrangePart { .. } => "strange-part",
            Self::HostUnknown { .. } => "host-unknown",
            Self::WrongAccount => "wrong-account",
            Self::Unproven => "unproven",
            Self::Grace => "grace",
            Self::ClockUnknown => "clock-unknown",
            Self::Unmarked => "unmarked",
            Self::Retained => "retained",
            Self::Closed(_) => "closed",
            Self::Asked => "asked",
        }
    }

    /// In a sentence, without a full stop.
    #[must_use]
    pub fn why(&self) -> String {
        self.why_by_name().unwrap_or_else(|| self.why_by_row())
    }

    /// Where it is about the stage, its pull request or the whole run.
    fn why_by_name(&self) -> Option<String> {
        Some(match self {
            Self::Protected => "the stage is protected".into(),
            Self::Personal => "the stage is personal or for development".into(),
            Self::NotPreview => "its name does not follow the pattern of pull requests".into(),
            Self::OtherApp => "no program here names the app".into(),
            Self::Unreadable(what) => format!("something cannot be read: {}", what.message),
            Self::AccountUnread => "the account was not read".into(),
            Self::PullOpen(number) => format!("pull request {number} is open"),
            Self::PullMissing(number) => format!("there is no pull request {number}"),
            Self::PullUnknown(number) => format!("it is not known whether pull request {number} is open"),
            Self::PullElsewhere(number) => {
                format!("pull request {number} is of another repository")
            }
            Self::WorkflowRuns(number) => format!("a workflow of pull request {number} runs"),
            Self::WrongAccount => "nothing of the whole state is in this account".into(),
            Self::Unproven => "nothing shows that the stage is in this account".into(),
            Self::StateLost => {
                "only the ledger has it, and no state that was read has anything of the app in this account"
                    .into()
            }
            Self::SeenOpen(number) => format!(
                "only the ledger has it, and no run has seen its rows since pull request {number} was closed"
            ),
            Self::Grace => "it was deployed, or its pull request closed, not long ago".into(),
            Self::ClockUnknown => "no server says what the time is".into(),
            Self::Unmarked => "no earlier run has found it closed and unchanged".into(),
            Self::Retained => "all that it has is retained".into(),
            Self::Closed(number) => format!("pull request {number} is closed"),
            Self::Asked => "you asked for it".into(),
            _ => return None,
        })
    }

    /// Where it is about one row.
    fn why_by_row(&self) -> String {
        let of = |app: &str, stage: &str| match stage {
            "" => format!("the root of {}, which all stages share", quote(app)),
            stage => format!("stage {} of {}", quote(stage), quote(app)),
        };
        match self {
            Self::UnderWay { id, status } => {
                format!("a deploy has not finished {}: it is {}", quote(id), quote(status))
            }
            Self::Obscure => {
                "a replacement has not ended, and what it replaces cannot be read".into()
            }
            Self::Claimed { name, app, stage } => {
                format!("{} is also the name of a resource in {}", quote(name), of(app, stage))
            }
            Self::Used { name, app, stage } => {
                format!("{} uses {}", of(app, stage), quote(name))
            }
            Self::TwoStores(stores) => {
                let all: Vec<String> = stores.iter().map(|store| quote(store)).collect();
                format!("several stores have it: {}", all.join(", "))
            }
            Self::OtherOwner { id, app, stage } => {
                format!("{} wrote the row {}", of(app, stage), quote(id))
            }
            Self::ForeignAccount { id, account } => {
                format!("{} is in the account {}", quote(id), quote(account))
            }
            Self::Renamed { name, now } => {
                format!("{} is called {} in the account", quote(name), quote(now))
            }
            Self::AnotherId(name) => {
                format!("the account has another {} than the state", quote(name))
            }
            Self::Remade(name) => {
                format!("{} was made again since a run has seen its row", quote(name))
            }
            Self::SeenBefore(name) => {
                format!("only the ledger has it, and {} was changed since then", quote(name))
            }
            Self::Adopted { id, name } => {
                format!(
                    "{} may have adopted {}, and nothing shows who made it",
                    quote(id),
                    quote(name)
                )
            }
            Self::UnknownKind { id, resource } => {
                format!("nobody here knows how to delete {}, a {}", quote(id), quote(resource))
            }
            Self::StrangePart { id, resource } => {
                format!("{}, a {}, belongs to no resource of the stage", quote(id), quote(resource))
            }
            Self::HostUnknown { name, why } => {
                let reason = if why.is_empty() { String::new() } else { format!(": {why}") };
                format!("nobody knows which Worker has {} by now{reason}", quote(name))
            }
            _ => String::new(),
        }
    }

    /// What to do about it; empty where there is nothing to do.
    #[must_use]
    pub fn help(&self, app: &str, stage: &str) -> String {
        let again = || format!("deploy stage {} of {} until it succeeds", quote(stage), quote(app));
        match self {
            Self::Unreadable(what) => what.help.clone(),
            Self::AccountUnread => "set `CLOUDFLARE_API_TOKEN` and `--account`".into(),
            Self::PullUnknown(_) => "set `GITHUB_TOKEN` and `GITHUB_REPOSITORY`, or on GitLab `GITLAB_TOKEN`".into(),
            Self::UnderWay { .. } => format!(
                "wait until the deploy ends; if none runs, {}, or add `--unfinished` to `destroy`",
                again()
            ),
            Self::Obscure => again(),
            Self::Claimed { .. } | Self::Used { .. } => {
                "destroy or rename the resource in one of the two stages".into()
            }
            Self::TwoStores(_) => "name the store in use with `--state` or `--state-store`".into(),
            Self::OtherOwner { .. } => "move the row to its own stage, or delete the row".into(),
            Self::ForeignAccount { account, .. } => {
                format!("give this account with `--account`: {}", quote(account))
            }
            Self::StateLost => {
                "name the store that deploys have with `--state` or `--state-store`; if the state is lost, \
                 add `--state-lost`"
                    .into()
            }
            Self::SeenOpen(_) | Self::SeenBefore(_) => format!(
                "see that all of it can go, then run `npx @alch/blocks destroy` for stage {} with `--ledger`",
                quote(stage)
            ),
            Self::Renamed { .. } | Self::AnotherId(_) | Self::Remade(_) => {
                "see whose it is, then delete the resource or the row".into()
            }
            Self::Adopted { .. } => {
                "see whether the resource is this stage's alone, then delete it and its row".into()
            }
            Self::UnknownKind { .. } | Self::StrangePart { .. } => {
                "delete the resource where it is, then its row; or destroy the stage with Alchemy".into()
            }
            Self::HostUnknown { .. } => {
                "give the token the permissions `Workers Scripts: Read` and `Workers Routes: Read`, and run \
                 this again"
                    .into()
            }
            Self::WrongAccount | Self::Unproven => {
                "give the account of the state with `--account`; if it is this one and all is deleted \
                 already, add `--gone` to `destroy`"
                    .into()
            }
            _ => String::new(),
        }
    }
}
