//! Every message, for the pages of the codes. `UPDATE=1 cargo test -p alch-blocks` writes them.

use std::collections::BTreeSet;
use std::path::Path;

use strum::VariantNames;

use crate::error;
use crate::kind::Kind;
use crate::warning::Warning;

/// The scripts of the site read what is there.
const FOLDER: &str = "tests/fixtures/pages";

fn warnings() -> [Warning; 10] {
    let db = "db".into();
    [
        Warning::GenericName { kind: Kind::Database, base: "db".into() },
        Warning::StageMismatch { variable: "dev".into(), scope: "pr-1".into() },
        Warning::DoubleStage { base: "db-live".into(), stage: "live".into(), rest: db },
        Warning::ReleaseUnused { id: "old-db".into() },
        Warning::LeftBehind { kind: Kind::Bucket, name: "files-pr-1".into() },
        Warning::UnknownStage { option: "pin", stage: "prodd".into(), known: "prod".into() },
        Warning::UnheardStage { option: "pin", stage: "live".into() },
        Warning::HostsUnread { what: "DNS records", permission: "DNS Read".into() },
        Warning::RegionIgnored {
            name: "files-pr-1".into(),
            place: "weur".into(),
            region: "enam".into(),
        },
        Warning::UnknownQueue { name: "jobs-dead-pr-1".into() },
    ]
}

#[test]
fn every_warning_has_an_example() {
    let tried: BTreeSet<_> = warnings().iter().map(|warning| variant(&warning)).collect();
    assert_eq!(tried, Warning::VARIANTS.iter().map(|&name| name.to_owned()).collect());
}

fn variant(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").split([' ', '{']).next().unwrap_or_default().to_owned()
}

/// What is printed for a code, as the pages have it.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    code: String,
    message: String,
    help: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_in_alchemy2: Option<String>,
}

fn refusals() -> Vec<Message> {
    let all = error::tests::all().into_iter();
    all.map(|(error, code, message, help)| {
        let in_alchemy2 =
            error::tests::alchemy2::is_possible(&error).then(|| error.help_in_alchemy2());
        Message {
            code: code.to_owned(),
            message: message.to_owned(),
            help: help.to_owned(),
            help_in_alchemy2: in_alchemy2.filter(|other| other != help),
        }
    })
    .collect()
}

fn warned() -> Vec<Message> {
    let said = warnings().map(|warning| Message {
        code: warning.code(),
        message: warning.to_string(),
        help: warning.help(),
        help_in_alchemy2: None,
    });
    said.into()
}

#[test]
fn the_pages_have_every_message() {
    for (file, all) in [("errors.json", refusals()), ("warnings.json", warned())] {
        let text = serde_json::to_string_pretty(&all).unwrap_or_default() + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER).join(file);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).unwrap_or_default();
        }
        let recorded = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text == recorded, "`{file}` has other messages: update it");
    }
}
