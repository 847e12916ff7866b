//! Whether raw zones and DNS records may be written.

use super::{HostAccount, Record, is_within};
use crate::error::HostError;
use crate::hosts::pattern::plain_host;
use crate::stage::Stage;

/// Decides whether a raw `Zone` may be created: Alchemy adopts one that exists, without being asked.
///
/// # Errors
/// `would-delete-zone`
pub fn judge_zone(
    name: &str,
    stage: &str,
    protected: bool,
    account: &HostAccount,
) -> Result<(), HostError> {
    let exists = account.zones.iter().flatten().any(|zone| zone.name == name);
    if exists && !protected {
        return Err(HostError::ZoneTaken { zone: name.into(), stage: stage.into() });
    }
    Ok(())
}

/// Decides whether raw `DnsRecords` may be written: Alchemy overwrites those that exist, and deletes them
/// with the stage. `held` are those of the state, and `zone` is an id. `preview` is the stage, if it is not protected. Gives the ids of those that the state
/// holds and that are no longer its own.
///
/// # Errors
/// `hostname-taken`
pub fn judge_records(
    zone: &str,
    declared: &[Record],
    held: &[Record],
    preview: Option<&Stage>,
    account: &HostAccount,
) -> Result<Vec<String>, HostError> {
    let Some(stage) = preview else {
        let moved = held.iter().filter(|one| one.moved);
        return Ok(moved.map(|one| one.id.clone()).collect());
    };
    let lost = lost_records(held, account);
    let own: Vec<_> = held.iter().filter(|own| !lost.contains(&own.id)).collect();
    let is_own =
        |one: &Record| one.ours || own.iter().any(|own| !own.id.is_empty() && own.id == one.id);
    let mut zones = account.zones.iter().flatten();
    let zone = zones.find(|one| one.id == zone).map(|one| &*one.name);
    for record in declared {
        let name = full_name(&record.name, zone);
        // Nobody else has such a name: the state was lost.
        if stage.is_in(&name) {
            continue;
        }
        // A record beside another's address gets a part of its requests.
        let meets =
            |one: &Record| one.kind == record.kind || (one.is_address() && record.is_address());
        let mut all = account.records.iter().flatten();
        let is_written = own.iter().any(|own| own.name == name && own.kind == record.kind);
        let taken = all.find(|one| one.name == name && meets(one) && !is_own(one));
        if let Some(Record { kind, name, .. }) = taken.filter(|_| !is_written) {
            let record = format!("{kind} {name}");
            return Err(HostError::RecordTaken {
                record: record.into(),
                stage: stage.raw().into(),
            });
        }
    }
    Ok(lost)
}

/// The ids of those that the state holds and that somebody else has by now: another stage or row holds
/// them as well, or they lead elsewhere than this stage has written.
#[must_use]
pub fn lost_records(held: &[Record], account: &HostAccount) -> Vec<String> {
    let is_changed = |held: &Record| {
        let mut all = account.records.iter().flatten();
        all.any(|one| one.id == held.id && one.content != held.content)
    };
    let lost = held.iter().filter(|one| one.shared || one.moved || is_changed(one));
    lost.map(|one| one.id.clone()).collect()
}

/// A name as Cloudflare completes it: `@` is the zone, and others are below it.
fn full_name(name: &str, zone: Option<&str>) -> String {
    let name = plain_host(name);
    match zone {
        Some(zone) if name == "@" => zone.to_owned(),
        Some(zone) if !is_within(&name, zone) => format!("{name}.{zone}"),
        _ => name,
    }
}
