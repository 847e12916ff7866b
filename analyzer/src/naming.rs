//! What a declaration would be called, as far as the program says.

use alch_blocks::{Kind, placement};

use crate::values::{Change, Conds, Instance, Part, Question, Settings, Value, join, unread};
use crate::version::Version;

/// One way in which a declaration may get its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    pub when: Conds,
    pub source: Source,
}

/// Where a name comes from; for a block, its base name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Parts(Vec<Part>),
    /// No option gives it: Alchemy's own name, or for a block its first argument.
    Default,
    Unknown(String),
}

/// The options that can name a declaration.
pub(crate) fn naming_options(instance: &Instance) -> Vec<&'static str> {
    match instance.block {
        None => instance.version.naming(instance.kind),
        Some(_) => instance.kind.spec().naming.to_vec(),
    }
}

/// An option's value.
pub(crate) fn option(instance: &Instance, key: &str) -> Value {
    match &instance.options {
        Value::Object(object) => object.get(key),
        Value::Nil => Value::Nil,
        Value::OneOf(_) => instance.options.map(|case| match case {
            Value::Object(object) => object.get(key),
            Value::Nil => Value::Nil,
            Value::Unknown(reason) => Value::unknown(reason.clone()),
            _ => Value::unknown("the options are not an object"),
        }),
        Value::Unknown(reason) => Value::unknown(reason.clone()),
        _ => Value::unknown("the options are not an object"),
    }
}

/// The name space of a bucket's name: R2 has one in each jurisdiction. Empty for the default one.
pub(crate) fn jurisdiction(instance: &Instance) -> String {
    let written = option(instance, "jurisdiction").known_text();
    let given = written.or_else(|| jurisdiction_of_region(instance));
    given.filter(|text| text != "default").unwrap_or_default()
}

fn jurisdiction_of_region(instance: &Instance) -> Option<String> {
    let settings = instance.block.as_ref().filter(|_| instance.kind == Kind::Bucket)?;
    let written = option(instance, "region").known_text();
    let region = written.or_else(|| settings.region.clone())?;
    let placed = placement(instance.kind, &region).ok()?;
    (placed.option == "jurisdiction").then(|| placed.value.to_owned())
}

/// Whether Alchemy makes a workflow's name of that of its Worker.
pub(crate) fn is_of_its_worker(instance: &Instance) -> bool {
    let is_made =
        |part: &Part| matches!(part, Part::Made(made) if matches!(made.by, Change::WorkflowOf(_)));
    matches!(option(instance, "workflowName"), Value::Text(parts) if parts.iter().all(is_made))
}

/// Whether it is a container application that Alchemy 0.94 makes without a Worker.
pub(crate) fn is_of_no_class(instance: &Instance) -> bool {
    instance.kind == Kind::Container
        && instance.version == Version::V0
        && option(instance, "className") == Value::Nil
}

/// All ways in which a declaration may get its name.
pub(crate) fn cases(instance: &Instance) -> Vec<Case> {
    let mut value = Value::Nil;
    for key in naming_options(instance).iter().rev() {
        let given = option(instance, key);
        let other = value.clone();
        value = given.map(|case| if *case == Value::Nil { other.clone() } else { case.clone() });
    }
    let default = match &instance.block {
        None if instance.version.names_by_id(instance.kind) => instance.id.clone(),
        _ => Value::Nil,
    };
    let value = value.map(|case| if *case == Value::Nil { default.clone() } else { case.clone() });
    let cases = value.cases().into_iter();
    cases.map(|(when, value)| Case { when, source: source(&value) }).collect()
}

fn source(value: &Value) -> Source {
    match value {
        Value::Nil => Source::Default,
        Value::Text(parts) => match parts.iter().find_map(unknown) {
            Some(reason) => Source::Unknown(reason),
            None => Source::Parts(parts.clone()),
        },
        Value::Unknown(reason) => Source::Unknown(reason.clone()),
        Value::Space(path) => Source::Unknown(unread(path)),
        _ => Source::Unknown("the name is no text".to_owned()),
    }
}

/// Why a part cannot be said.
pub(crate) fn unknown(part: &Part) -> Option<String> {
    match part {
        Part::Unknown(reason) => Some(reason.clone()),
        Part::Env(name, _) if !is_stage_like(name) => {
            Some(format!("it depends on the variable `{name}`"))
        }
        Part::Made(made) => made.of.iter().find_map(unknown),
        _ => None,
    }
}

/// A variable of the environment that stands for a stage.
pub(crate) fn stage_variable(part: &Part) -> Option<&str> {
    match part {
        Part::Env(name, _) if is_stage_like(name) => Some(name),
        Part::Made(made) => made.of.iter().find_map(stage_variable),
        _ => None,
    }
}

/// Whether the stage is in it, by whatever way.
pub(crate) fn carries_stage(part: &Part) -> bool {
    match part {
        Part::Stage | Part::Slug | Part::Law(..) | Part::Host(..) => true,
        Part::Env(name, _) => is_stage_like(name),
        Part::Made(made) => made.of.iter().any(carries_stage),
        Part::Text(_) | Part::App | Part::Unknown(_) => false,
    }
}

/// Whether a variable of the environment says which environment it is.
pub(crate) fn is_stage_like(variable: &str) -> bool {
    const WORDS: &[&str] = &[
        "STAGE",
        "ENV",
        "ENVIRONMENT",
        "BRANCH",
        "PR",
        "PULL",
        "USER",
        "USERNAME",
        "REF",
        "MODE",
        "DEPLOYMENT",
        "PREVIEW",
        "LOGNAME",
    ];
    variable.split('_').any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// The physical name of a declaration, as a value that other options may use.
pub(crate) fn as_value(instance: &Instance) -> Value {
    let all = cases(instance);
    let value = |case: &Case| match &case.source {
        Source::Unknown(reason) => Value::unknown(reason.clone()),
        Source::Parts(parts) => match &instance.block {
            None => Value::Text(parts.clone()),
            Some(settings) => block_value(instance, settings, parts),
        },
        Source::Default => match &instance.block {
            None => raw_default(instance),
            Some(settings) => match &instance.id {
                Value::Text(parts) => block_value(instance, settings, parts),
                _ => Value::unknown("the id is not known"),
            },
        },
    };
    Value::one_of(all.iter().map(|case| (case.when.clone(), value(case))).collect())
}

fn raw_default(instance: &Instance) -> Value {
    if let Some(reason) = instance.version.automatic(instance.kind) {
        return Value::unknown(reason);
    }
    let dash = || vec![Part::Text("-".to_owned())];
    let mut lists = vec![vec![Part::App], dash()];
    for scope in naming_scope(instance) {
        lists.extend([scope.parts(), dash()]);
    }
    lists.extend([instance.id.parts(), dash(), vec![Part::Stage]]);
    Value::Text(join(lists))
}

/// By the law, but for the stages that have a pin.
fn block_value(instance: &Instance, settings: &Settings, base: &[Part]) -> Value {
    let lawful = lawful_value(instance, settings, base);
    let pins = match option(instance, "pin") {
        Value::Object(pins) if pins.open.is_none() => pins,
        Value::Object(_) | Value::OneOf(_) | Value::Unknown(_) => {
            return Value::unknown("the pins are not known");
        }
        _ => return lawful,
    };
    let is = |stage: &String, holds| (Question::Stage(stage.clone()), holds);
    let others = pins.props.iter().map(|(stage, _)| is(stage, false)).collect();
    let pinned = pins.props.iter().map(|(stage, name)| (vec![is(stage, true)], name.clone()));
    Value::one_of(std::iter::once((others, lawful)).chain(pinned).collect())
}

fn lawful_value(instance: &Instance, settings: &Settings, base: &[Part]) -> Value {
    if option(instance, "stage") == Value::Bool(false) {
        return Value::Text(base.to_vec());
    }
    let base = with_prefix(settings, base.to_vec());
    match crate::values::known(&base) {
        Some(base) => Value::Text(vec![Part::Law(instance.kind, base)]),
        None => Value::Text(join([base, vec![Part::Text("-".to_owned())], vec![Part::Slug]])),
    }
}

pub(crate) fn with_prefix(settings: &Settings, base: Vec<Part>) -> Vec<Part> {
    match &settings.prefix {
        None => base,
        Some(prefix) => join([prefix.clone(), vec![Part::Text("-".to_owned())], base]),
    }
}

/// The scopes that are in Alchemy's own name. It leaves out two levels, which are those of the app
/// and the stage; in `app.run` the second is a scope.
pub(crate) fn naming_scope(instance: &Instance) -> impl Iterator<Item = &Value> {
    instance.scope.iter().skip(usize::from(instance.in_root))
}

// --- For people ---------------------------------------------------------------------------------

/// A text as people would write it, for messages.
pub(crate) fn shown(parts: &[Part]) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Stage | Part::Slug => out.push_str("${stage}"),
            Part::App => out.push_str("${app}"),
            Part::Law(_, base) => {
                out.push_str(base);
                out.push_str("-${stage}");
            }
            Part::Host(base, _) => out.push_str(&format!("${{{base}}}")),
            Part::Env(name, _) => {
                out.push_str("${");
                out.push_str(name);
                out.push('}');
            }
            Part::Made(made) => out.push_str(&shown(&made.of)),
            Part::Unknown(_) => out.push_str("${?}"),
        }
    }
    out
}

/// A value as people would write it: the first text that it can be.
pub(crate) fn shown_value(value: &Value) -> Option<String> {
    value.cases().iter().find_map(|(_, case)| match case {
        Value::Text(parts) => Some(shown(parts)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::link::link;
    use crate::syntax::lower::read;

    #[test]
    fn what_is_named_after_a_pinned_block_has_its_name() {
        let text = r#"
            import alchemy from "alchemy";
            import { D1Database } from "alchemy/cloudflare";
            import { Bucket } from "@alch/blocks";
            const app = await alchemy("shop");
            const files = await Bucket("files", { pin: { prod: "legacy" } });
            await D1Database("db", { name: `${files.name}-db` });
        "#;
        let options = serde_json::from_str(r#"{ "stages": ["prod", "dev"] }"#).unwrap_or_default();
        let report = link(&[read("a.ts", text)], &options);
        let db = report.declarations.iter().find(|one| one.id.as_deref() == Some("db"));
        let name = |stage| Some(db?.names.get(stage)?.name.as_str());
        assert_eq!([name("prod"), name("dev")], [Some("legacy-db"), Some("files-dev-db")]);
    }
}
