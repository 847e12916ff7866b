//! The name of a resource in the new program, which is the deployed one in every stage.

use std::collections::BTreeMap;

use alch_blocks::Kind;

use super::json::text;
use super::rewriter::{Declared, Rewriter};
use super::rows::OldRow;
use super::text::{quoted, template};

impl Rewriter<'_> {
    /// The option that names it, where the text does not give what is deployed.
    pub(super) fn name(
        &self,
        declared: Declared<'_>,
    ) -> Result<Option<(&'static str, String)>, String> {
        let key = declared.instance.kind.spec().alchemy2.naming;
        if key.is_empty() || declared.instance.kind == Kind::Workflow {
            return Ok(None);
        }
        let deployed = self.deployed(declared);
        let mut given = BTreeMap::new();
        for (stage, here) in &declared.declaration.stages {
            if let Ok(name) = &here.name {
                given.insert(stage.as_str(), name.name.as_str());
            }
        }
        let is_written = declared.declaration.named().any(|one| !one.parts().is_empty());
        let agrees = deployed.iter().all(|(stage, name)| given.get(stage) == Some(name));
        if is_written && agrees {
            return Ok(None);
        }
        let mut all = given;
        all.extend(deployed);
        if all.is_empty() {
            return Err("the text does not show its name, and it is not deployed".to_owned());
        }
        Ok(Some((key, self.name_by_stage(&all))))
    }

    /// What is deployed, by stage.
    fn deployed<'s>(&'s self, declared: Declared<'s>) -> BTreeMap<&'s str, &'s str> {
        let rows = self.rows_of(declared);
        let attribute = declared.instance.kind.spec().alchemy.attribute;
        let name = |row: &'s OldRow| text(row.row.get("output")?, attribute);
        rows.filter_map(|row| Some((row.stage.as_str(), name(row)?))).collect()
    }

    /// The date that a deployed Worker is compatible with, if it is the same in every stage: where the
    /// program does not say it, each Alchemy takes another one.
    pub(super) fn compatible_with<'s>(&'s self, declared: Declared<'s>) -> Option<&'s str> {
        let dates: Vec<Option<&str>> = self.rows_of(declared).map(compatibility_date).collect();
        let first = dates.first().copied()??;
        dates.iter().all(|date| *date == Some(first)).then_some(first)
    }

    fn rows_of<'s>(&'s self, declared: Declared<'s>) -> impl Iterator<Item = &'s OldRow> {
        let resource = declared.instance.kind.spec().alchemy.resource;
        self.rows.iter().filter(move |row| {
            let one = declared.declaration;
            let Some(here) = one.stages.get(&row.stage) else { return false };
            let id = here.id.as_deref().or(one.id.as_deref());
            row.app == self.stack
                && text(&row.row, "kind") == resource
                && text(&row.row, "id") == id
                && here.scope.as_ref().is_none_or(|scope| *scope == row.scope)
        })
    }

    /// `base-stage`, and a condition for each stage that is called otherwise.
    fn name_by_stage(&self, all: &BTreeMap<&str, &str>) -> String {
        let base = |(stage, name): (&&str, &&str)| {
            let base = name.strip_suffix(stage)?.strip_suffix('-')?;
            (!base.is_empty()).then(|| base.to_owned())
        };
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        for base in all.iter().filter_map(base) {
            let count = counted.entry(base).or_default();
            *count = count.saturating_add(1);
        }
        let usual = counted.into_iter().max_by_key(|(_, count)| *count).map(|(base, _)| base);
        let first = all.values().next().copied().unwrap_or_default();
        let usual = usual.unwrap_or_else(|| first.to_owned());
        let mut out = String::new();
        for (stage, name) in all {
            if *name != format!("{usual}-{stage}") {
                let test = format!("{} === {}", self.stage, quoted(stage));
                out.push_str(&format!("{test} ? {} : ", quoted(name)));
            }
        }
        out.push_str(&template(&usual, &self.stage));
        out
    }
}

fn compatibility_date(row: &OldRow) -> Option<&str> {
    text(row.row.get("output")?, "compatibilityDate")
}
