//! What a deploy of a stack of Alchemy 2 would do to each block, by the rules of its guard.

use alch_blocks::Error;

use super::View;
use super::compare::Key;
use super::outcome::{Judgement, Outcome};
use crate::declarations::{Declaration, Deploy};
use crate::report::StateRow;

/// Judges every block that the state, or what is taken for it, has in some stage.
pub(super) fn outcomes(after: View<'_>, rows: &[StateRow]) -> Vec<Outcome> {
    let deploys = after.program.deploys_by(rows);
    let refused: Vec<_> = deploys.iter().map(|one| one.refused(after.program).changed).collect();
    let mut out = Vec::new();
    for (_, one) in after.all().filter(|(_, one)| one.is_block) {
        let Some(key) = after.key(one) else { continue };
        for (deploy, refused) in deploys.iter().zip(&refused) {
            let error = refused.iter().find(|(declared, _)| std::ptr::eq(*declared, one));
            out.extend(outcome(&key, one, deploy, error.map(|(_, error)| error)));
        }
    }
    out
}

/// Nothing for what is not deployed.
fn outcome(
    key: &Key,
    one: &Declaration,
    deploy: &Deploy<'_>,
    error: Option<&Error>,
) -> Option<Outcome> {
    let here = deploy.has(one).then(|| one.stages.get(deploy.stage))??;
    let deployed = deploy.row_of(one).and_then(|row| row.name.clone());
    let computed = here.name.as_ref().ok().map(|named| named.name.clone());
    let deployed = deployed.or_else(|| computed.clone().filter(|_| error.is_some()))?;
    let mut outcome = Outcome {
        key: key.clone(),
        stage: deploy.stage.to_owned(),
        kind: one.kind.as_str(),
        id: one.id.clone().unwrap_or_default(),
        deployed,
        computed,
        verdict: Judgement::Keep,
        code: None,
        message: None,
        help: None,
    };
    if let Some(error) = error {
        outcome.verdict = Judgement::Refuse;
        (outcome.code, outcome.help) = (Some(error.code()), Some(error.help_in_alchemy2()));
        outcome.message = Some(error.to_string());
    } else if let Err(why) = &here.name {
        outcome.verdict = Judgement::Unknown;
        outcome.message = Some(why.reason()?);
    } else if outcome.computed.as_ref() != Some(&outcome.deployed) {
        outcome.verdict = Judgement::Rename;
    }
    Some(outcome)
}
