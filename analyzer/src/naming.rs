//! What a declaration would be called, as far as the program says.

use alch_blocks::{
    Declaration, Kind, Request, Stage, StageOption, decide, is_shortened, stage_slug,
};

use crate::eval::{App, Instance};
pub(crate) use crate::value::text_in;
use crate::value::{Conds, Part, Settings, Value, hold, join, render};

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
    let spec = instance.kind.spec();
    if instance.block.is_none() { spec.alchemy.naming.to_vec() } else { spec.naming.to_vec() }
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

/// All ways in which a declaration may get its name.
pub(crate) fn cases(instance: &Instance) -> Vec<Case> {
    let mut value = Value::Nil;
    for key in naming_options(instance).iter().rev() {
        let given = option(instance, key);
        let other = value.clone();
        value = given.map(|case| if *case == Value::Nil { other.clone() } else { case.clone() });
    }
    // A workflow's own name is its id.
    let default = match (instance.kind, &instance.block) {
        (Kind::Workflow, None) => instance.id.clone(),
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
    let dash = || vec![Part::Text("-".to_owned())];
    let mut lists = vec![vec![Part::App], dash()];
    for scope in naming_scope(instance) {
        lists.extend([scope.parts(), dash()]);
    }
    lists.extend([instance.id.parts(), dash(), vec![Part::Stage]]);
    Value::Text(join(lists))
}

fn block_value(instance: &Instance, settings: &Settings, base: &[Part]) -> Value {
    if option(instance, "stage") == Value::Bool(false) {
        return Value::Text(base.to_vec());
    }
    let base = with_prefix(settings, base.to_vec());
    match crate::value::known(&base) {
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

// --- In one stage -------------------------------------------------------------------------------

/// As Alchemy cleans each part of its own names.
pub(crate) fn cleaned(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || character == '_' || character == '-' {
            out.push(character);
        } else {
            // JavaScript replaces each UTF-16 unit.
            out.extend(std::iter::repeat_n('-', character.len_utf16()));
        }
    }
    out
}

/// The scopes that are in Alchemy's own name. It leaves out two levels, which are those of the app
/// and the stage; in `app.run` the second is a scope.
fn naming_scope(instance: &Instance) -> impl Iterator<Item = &Value> {
    instance.scope.iter().skip(usize::from(instance.in_root))
}

/// What Alchemy itself would call a declaration, without the stage at the end.
pub(crate) fn own_base(
    instance: &Instance,
    app: Option<&App>,
    stage: &str,
) -> Result<String, String> {
    let app = app.ok_or("the app is not known")?;
    let mut parts = vec![render(&app.name, stage)?];
    for scope in naming_scope(instance) {
        parts.push(text_in(scope, stage)?.ok_or("a scope has no name")?);
    }
    parts.push(text_in(&instance.id, stage)?.ok_or("the id is not known")?);
    let parts: Vec<_> = parts.iter().map(|part| cleaned(part)).collect();
    Ok(parts.join("-"))
}

/// Why there is no name.
pub(crate) enum Why {
    /// The program does not say.
    Unknown(String),
    /// The law refuses it.
    Refused(Box<alch_blocks::Error>),
    /// The declaration is not reached in that stage, or has no name of its own.
    Absent,
}

fn refused(error: alch_blocks::Error) -> Why {
    Why::Refused(Box::new(error))
}

/// A name in one stage.
#[derive(Debug, Clone)]
pub(crate) struct InStage {
    pub name: String,
    /// The base name, prefix included; where the law makes the name.
    pub base: Option<String>,
    pub shortened: bool,
}

/// The physical name in one stage.
pub(crate) fn in_stage(
    instance: &Instance,
    app: Option<&App>,
    stage: &str,
) -> Result<InStage, Why> {
    if !hold(&instance.when, stage) {
        return Err(Why::Absent);
    }
    match &instance.block {
        Some(_) if instance.in_root && instance.scope.is_empty() => Err(Why::Unknown(
            "it is in `app.run`, the scope that all stages share: a deploy refuses it".to_owned(),
        )),
        Some(settings) => block_in_stage(instance, settings, stage),
        None => raw_in_stage(instance, app, stage),
    }
}

fn raw_in_stage(instance: &Instance, app: Option<&App>, stage: &str) -> Result<InStage, Why> {
    let bare = |name| InStage { name, base: None, shortened: false };
    if instance.kind == Kind::DurableObject {
        let class = text_in(&option(instance, "className"), stage).map_err(Why::Unknown)?;
        return class.map(bare).ok_or(Why::Absent);
    }
    match pick(instance, stage)? {
        Source::Parts(parts) => {
            let base = match parts.as_slice() {
                [Part::Law(_, base)] => Some(base.clone()),
                [Part::Text(text), Part::Stage] => text.strip_suffix('-').map(str::to_owned),
                _ => None,
            };
            let name = render(&parts, stage).map_err(Why::Unknown)?;
            let lawful = matches!(parts.as_slice(), [Part::Law(..)]);
            let shortened = base.as_ref().filter(|_| lawful).is_some_and(|base| {
                stage_slug(stage).is_ok_and(|slug| is_shortened(instance.kind, base, &slug))
            });
            Ok(InStage { name, base, shortened })
        }
        Source::Default => {
            let base = own_base(instance, app, stage).map_err(Why::Unknown)?;
            let name = format!("{base}-{}", cleaned(stage));
            let lower = instance.kind == Kind::Worker;
            Ok(bare(if lower { name.to_lowercase() } else { name }))
        }
        Source::Unknown(reason) => Err(Why::Unknown(reason)),
    }
}

fn pick(instance: &Instance, stage: &str) -> Result<Source, Why> {
    let mut all = cases(instance).into_iter().filter(|case| hold(&case.when, stage));
    let Some(first) = all.next() else { return Err(Why::Absent) };
    if all.any(|case| case.source != first.source) {
        return Err(Why::Unknown("it can be one of several names".to_owned()));
    }
    Ok(first.source)
}

fn block_in_stage(instance: &Instance, settings: &Settings, run: &str) -> Result<InStage, Why> {
    let request = request(instance, settings, run)?;
    let stage = Stage::new(run).map_err(refused)?;
    let written = base_of(&request);
    let outcome = decide(instance.kind, request, &stage, "").map_err(refused)?;
    let Declaration { name, base, stage, .. } = outcome.declaration;
    // The law keeps no base name if it does not make the name: by a pin, or by `stage: false`.
    let shortened = base.is_some_and(|base| is_shortened(instance.kind, &base, stage.slug()));
    if instance.kind == Kind::DurableObject {
        let name = outcome.class.unwrap_or_default();
        return Ok(InStage { name, base: Some(written), shortened: false });
    }
    Ok(InStage { name, base: Some(written), shortened })
}

/// The class that a block derives from its base name; `None` if it refuses the base name.
pub(crate) fn derived_class(kind: Kind, base: &str) -> Option<String> {
    let request = Request { id: base.to_owned(), ..Request::default() };
    decide(kind, request, &Stage::new("dev").ok()?, "").ok()?.class
}

/// The base name, prefix included, whether or not the physical name is made of it.
fn base_of(request: &Request) -> String {
    let written = request.explicit.as_ref().unwrap_or(&request.id);
    match &request.prefix {
        None => written.clone(),
        Some(prefix) => format!("{prefix}-{written}"),
    }
}

/// What the law reads of a block's call.
fn request(instance: &Instance, settings: &Settings, run: &str) -> Result<Request, Why> {
    let text = |key: &str| text_in(&option(instance, key), run).map_err(Why::Unknown);
    let explicit = match pick(instance, run)? {
        Source::Parts(parts) => Some(render(&parts, run).map_err(Why::Unknown)?),
        Source::Default => None,
        Source::Unknown(reason) => return Err(Why::Unknown(reason)),
    };
    let id = text_in(&instance.id, run).map_err(Why::Unknown)?;
    let prefix = settings.prefix.as_ref().map(|parts| render(parts, run));
    Ok(Request {
        id: id.ok_or_else(|| Why::Unknown("the id is not known".to_owned()))?,
        explicit,
        stage: match &option(instance, "stage") {
            Value::Bool(false) => StageOption::Off,
            Value::Nil => StageOption::Resolved,
            Value::Text(parts) if parts.as_slice() == [Part::Stage] => StageOption::Resolved,
            other => {
                let stage = text_in(other, run).map_err(Why::Unknown)?;
                stage.map_or(StageOption::Resolved, StageOption::Named)
            }
        },
        pin: pins(&option(instance, "pin"), run)?,
        prefix: prefix.transpose().map_err(Why::Unknown)?,
        // What is not known of a class is not for the name to say.
        class: text("className").unwrap_or_else(|_| Some("Unknown".to_owned())),
        dlq: if instance.kind == Kind::Queue { text("dlq").unwrap_or(None) } else { None },
        share: text("share")?,
        jurisdiction: text("jurisdiction").unwrap_or(None),
        protect: settings.protect.clone(),
        ..Request::default()
    })
}

fn pins(value: &Value, run: &str) -> Result<Vec<(String, String)>, Why> {
    let object = match value {
        Value::Nil => return Ok(Vec::new()),
        Value::Object(object) => object,
        Value::Unknown(reason) => return Err(Why::Unknown(reason.clone())),
        _ => return Err(Why::Unknown("the pins are not known".to_owned())),
    };
    if let Some(reason) = &object.open {
        return Err(Why::Unknown(reason.clone()));
    }
    let mut out = Vec::new();
    for (stage, name) in &object.props {
        if let Some(name) = text_in(name, run).map_err(Why::Unknown)? {
            out.push((stage.clone(), name));
        }
    }
    Ok(out)
}

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

/// The name, or the ways it can be, for the field `name` of findings.
pub(crate) fn shown_name(instance: &Instance) -> Option<String> {
    match as_value(instance) {
        Value::Text(parts) => Some(shown(&parts)),
        Value::OneOf(cases) => cases.iter().find_map(|(_, case)| match case {
            Value::Text(parts) => Some(shown(parts)),
            _ => None,
        }),
        _ => None,
    }
}
