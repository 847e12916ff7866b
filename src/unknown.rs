//! Stages that a program names and that nobody knows.
//!
//! What is known is in the state and in the config, which are read later than a block is called. So each
//! call notes what it names, and all of it is judged together.

use crate::block::Request;
use crate::stage::{PROTECTED, Stage};
use crate::warning::Warning;

/// A stage that an option or a setting names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedStage {
    /// `pin`, `share` or `protect`.
    pub option: &'static str,
    /// The stage, as the program names it.
    pub stage: String,
}

/// The stages that a call names, without that of its run and those that many projects have.
#[must_use]
pub fn named_stages(request: &Request, run: &Stage) -> Vec<NamedStage> {
    let pinned = request.pin.iter().map(|(stage, _)| ("pin", stage));
    let shared = request.share.iter().map(|stage| ("share", stage));
    let protected = request.protect.iter().flatten().map(|stage| ("protect", stage));
    let named = pinned.chain(shared).chain(protected).filter(|(_, stage)| {
        *stage != run.raw() && !Stage::new(stage).is_ok_and(|stage| stage.is_usual())
    });
    named.map(|(option, stage)| NamedStage { option, stage: stage.clone() }).collect()
}

/// Warns of each stage that nobody knows; `known` are those of the state and the config.
///
/// A stage that looks mistyped is always told. Any other only where more than the run's own stage is
/// known: a new state, or that of one developer, says nothing of the others.
#[must_use]
pub fn unknown_stages(named: &[NamedStage], run: &Stage, known: &[String]) -> Vec<Warning> {
    let knows_others = known.iter().any(|stage| stage != run.raw());
    let protected = || named.iter().filter(|one| one.option == "protect").map(|one| &one.stage);
    let unknown = named.iter().filter(|one| !has(known, &one.stage));
    let warnings = unknown.filter_map(|NamedStage { option, stage }| {
        let others = known.iter().chain(protected()).map(String::as_str);
        let mut others = PROTECTED.into_iter().chain([run.raw()]).chain(others);
        if let Some(known) = others.find(|other| is_slip(stage, other)) {
            return Some(Warning::UnknownStage {
                option,
                stage: stage.into(),
                known: known.into(),
            });
        }
        let is_protected = *option != "protect" && protected().any(|other| other == stage);
        (knows_others && !is_protected)
            .then(|| Warning::UnheardStage { option, stage: stage.into() })
    });
    warnings.collect()
}

/// Whether a stage is among `known`, or differs from one only in its numbers. The file store lists
/// `dev/api` as `dev`.
fn has(known: &[String], stage: &str) -> bool {
    let folder = stage.split('/').next();
    known.iter().any(|other| {
        Some(other.as_str()) == folder || without_numbers(other) == without_numbers(stage)
    })
}

fn without_numbers(stage: &str) -> String {
    let mut pattern = String::new();
    for character in stage.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }) {
        if character != '0' || !pattern.ends_with('0') {
            pattern.push(character);
        }
    }
    pattern
}

/// Whether one word was probably typed for the other. Stages that differ in a number are different
/// on purpose, and so are short ones.
#[must_use]
pub fn is_slip(a: &str, b: &str) -> bool {
    let has_digit = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    let long = a.len() >= 4 && b.len() >= 4;
    long && !has_digit(a) && !has_digit(b) && strsim::osa_distance(a, b) == 1
}

#[cfg(test)]
mod tests {
    use super::{NamedStage, named_stages, unknown_stages};
    use crate::block::Request;
    use crate::error::Error;
    use crate::stage::Stage;

    fn warned(option: &'static str, stage: &str, known: &[&str]) -> Result<Vec<String>, Error> {
        let named = [NamedStage { option, stage: stage.to_owned() }];
        let known: Vec<_> = known.iter().map(|&stage| stage.to_owned()).collect();
        let warnings = unknown_stages(&named, &Stage::new("staging")?, &known);
        Ok(warnings.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_mistyped_stage_is_warned_of() -> Result<(), Error> {
        for (option, stage, looks_like) in [
            ("pin", "prdo", "prod"),
            ("share", "stagng", "staging"),
            ("protect", "prodd", "prod"),
            ("pin", "acceptence", "acceptance"),
        ] {
            let told =
                format!("`{option}` names the stage `{stage}`, which looks like `{looks_like}`");
            assert_eq!(warned(option, stage, &["staging", "acceptance"])?, [told]);
        }
        assert_eq!(warned("pin", "prodd", &["staging", "prodd"])?, [""; 0], "the state has it");
        Ok(())
    }

    #[test]
    fn a_stage_that_nobody_knows_is_warned_of_where_others_are_known() -> Result<(), Error> {
        let told = |option: &str| {
            [format!(
                "`{option}` names the stage `live`, which neither the state nor the config has"
            )]
        };
        for option in ["pin", "share", "protect"] {
            assert_eq!(warned(option, "live", &["staging", "pr-1"])?, told(option));
            assert_eq!(warned(option, "live", &["staging"])?, [""; 0], "no other is known");
            assert_eq!(warned(option, "live", &["live"])?, [""; 0]);
        }
        assert_eq!(warned("pin", "mr-12", &["mr-7"])?, [""; 0]);
        assert_eq!(warned("pin", "live/eu", &["live"])?, [""; 0]);
        Ok(())
    }

    #[test]
    fn what_many_projects_have_is_not_asked_for() -> Result<(), Error> {
        let stages = ["prod", "dev", "pr-7", "staging", "mine", "live"];
        let request = Request {
            pin: stages.iter().map(|&stage| (stage.to_owned(), "x".to_owned())).collect(),
            ..Request::default()
        };
        let named = named_stages(&request, &Stage::new("mine")?);
        assert_eq!(named, [NamedStage { option: "pin", stage: "live".to_owned() }]);
        Ok(())
    }
}
