//! The physical name of one declaration in one stage.

use alch_blocks::{
    Declaration, Kind, Outcome, Request, Stage, StageOption, decide, is_shortened, stage_slug,
};

use super::options;
use crate::naming::{Source, cases, naming_scope, option};
use crate::values::{App, Instance, Part, Settings, Value, hold, render, text_in, truth_in};

/// As Alchemy cleans each part of its own names.
fn cleaned(text: &str) -> String {
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

/// What Alchemy itself would call a declaration, without the stage at the end.
pub(crate) fn own_base(
    instance: &Instance,
    app: Option<&App>,
    stage: &str,
) -> Result<String, String> {
    let app = app.ok_or("its app is not known: no `alchemy()` is seen before it")?;
    let mut parts = vec![render(&app.name, stage)?];
    for scope in naming_scope(instance) {
        parts.push(text_in(scope, stage)?.ok_or("a scope has no name")?);
    }
    parts.push(text_in(&instance.id, stage)?.ok_or("the id is not known")?);
    let parts: Vec<_> = parts.iter().map(|part| cleaned(part)).collect();
    Ok(parts.join("-"))
}

/// Why there is no name.
#[derive(Debug)]
pub(crate) enum Why {
    /// The program does not say.
    Unknown(String),
    /// Alchemy makes it, and the state alone has it.
    Automatic(&'static str),
    /// The law refuses it.
    Refused(Box<alch_blocks::Error>),
    /// The declaration is not reached in that stage, or has no name of its own.
    Absent,
}

impl Why {
    /// In words; `None` where there is nothing to say.
    pub(crate) fn reason(&self) -> Option<String> {
        match self {
            Self::Unknown(reason) => Some(reason.clone()),
            Self::Automatic(reason) => Some((*reason).to_owned()),
            Self::Refused(error) => Some(error.to_string()),
            Self::Absent => None,
        }
    }
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
    /// Whether the resource stays in the account when the stage is destroyed.
    pub retained: bool,
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
        Some(settings) => {
            let named = block_in_stage(instance, settings, stage)?;
            match instance.version.unlawful(instance.kind) {
                None => Ok(named),
                Some(reason) => Err(Why::Automatic(reason)),
            }
        }
        None => raw_in_stage(instance, app, stage),
    }
}

fn raw_in_stage(instance: &Instance, app: Option<&App>, stage: &str) -> Result<InStage, Why> {
    let retained = written_delete(instance, stage) == Some(false);
    let bare = |name| InStage { name, base: None, shortened: false, retained };
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
            Ok(InStage { name, base, shortened, retained })
        }
        Source::Default => {
            if let Some(reason) = instance.version.automatic(instance.kind) {
                return Err(Why::Automatic(reason));
            }
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

/// What the law says of a block in one stage.
pub(crate) fn decided(instance: &Instance, run: &str) -> Result<Outcome, Why> {
    let settings = instance.block.as_ref().ok_or(Why::Absent)?;
    if !hold(&instance.when, run) {
        return Err(Why::Absent);
    }
    let request = request(instance, settings, run)?;
    let stage = Stage::new(run).map_err(refused)?;
    decide(instance.kind, request, &stage, "").map_err(refused)
}

fn block_in_stage(instance: &Instance, settings: &Settings, run: &str) -> Result<InStage, Why> {
    let request = request(instance, settings, run)?;
    let stage = Stage::new(run).map_err(refused)?;
    let written = base_of(&request);
    let outcome = decide(instance.kind, request, &stage, "").map_err(refused)?;
    let retained = outcome.retain || written_delete(instance, run) == Some(false);
    let Declaration { name, base, stage, .. } = outcome.declaration;
    // The law keeps no base name if it does not make the name: by a pin, or by `stage: false`.
    let shortened = base.is_some_and(|base| is_shortened(instance.kind, &base, stage.slug()));
    if instance.kind == Kind::DurableObject {
        let name = outcome.class.unwrap_or_default();
        return Ok(InStage { name, base: Some(written), shortened: false, retained });
    }
    Ok(InStage { name, base: Some(written), shortened, retained })
}

/// The option `delete` in a stage, if it is surely written there.
fn written_delete(instance: &Instance, stage: &str) -> Option<bool> {
    let delete = option(instance, "delete");
    let may_lack = cases_in(&delete, stage).any(|case| case == Value::Nil);
    truth_in(&delete, stage).ok().filter(|_| !may_lack)
}

/// What a value can be in a stage.
fn cases_in(value: &Value, stage: &str) -> impl Iterator<Item = Value> {
    let cases = value.cases().into_iter();
    cases.filter(move |(when, _)| hold(when, stage)).map(|(_, case)| case)
}

/// Why blocks refuse an id, whatever they are called.
pub(super) fn refused_id(kind: Kind, id: &str) -> Option<String> {
    let example = kind.spec().example.to_owned();
    let request = Request { id: id.to_owned(), explicit: Some(example), ..Request::default() };
    decide(kind, request, &Stage::new("dev").ok()?, "").err().map(|error| error.to_string())
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
    let on_rename = options::check(instance, run)?;
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
        stage: stage_option(&option(instance, "stage"), run)?,
        pin: pins(&option(instance, "pin"), run)?,
        prefix: prefix.transpose().map_err(Why::Unknown)?,
        // What is not known of a class is not for the name to say.
        class: text("className").unwrap_or_else(|_| Some("Unknown".to_owned())),
        dlq: if instance.kind == Kind::Queue { text("dlq").unwrap_or(None) } else { None },
        delete_given: cases_in(&option(instance, "delete"), run).any(|case| case != Value::Nil),
        share: text("share")?,
        on_rename,
        jurisdiction: text("jurisdiction").unwrap_or(None),
        protect: settings.protect.clone(),
        ..Request::default()
    })
}

/// The option `stage` of a block.
pub(super) fn stage_option(value: &Value, run: &str) -> Result<StageOption, Why> {
    Ok(match value {
        Value::Bool(false) => StageOption::Off,
        Value::Nil => StageOption::Resolved,
        Value::Text(parts) if parts.as_slice() == [Part::Stage] => StageOption::Resolved,
        other => {
            let stage = text_in(other, run).map_err(Why::Unknown)?;
            stage.map_or(StageOption::Resolved, StageOption::Named)
        }
    })
}

pub(super) fn pins(value: &Value, run: &str) -> Result<Vec<(String, String)>, Why> {
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
