//! What the app of a declaration settles: its name, and which text is its stage.

use std::rc::Rc;

use super::conditions::{Cond, Probe, answered, tidy};
use super::consistent::consistent;
use super::{App, Conds, Eval, Object, Part, Question, Resource, Value, both, join};

/// How many values one may have in it. What is shared counts again, and so may double at each level.
const MOST_NESTED: u32 = 10_000;

impl Eval<'_> {
    /// Puts in what the app of each declaration says.
    pub(super) fn settle(&mut self) {
        for app in &mut self.apps {
            let settled = stage_in(&app.name, app);
            app.name = settled;
        }
        let nothing = App::default();
        for release in &mut self.releases {
            let app = release.app.and_then(|app| self.apps.get(app)).unwrap_or(&nothing);
            release.ids = settle(&release.ids, app);
            release.classes = settle(&release.classes, app);
            release.when = settle_conds(&release.when, app);
        }
        for instance in &mut self.instances {
            let app = instance.app.and_then(|app| self.apps.get(app)).unwrap_or(&nothing);
            instance.id = settle(&instance.id, app);
            instance.options = settle(&instance.options, app);
            instance.when = settle_conds(&instance.when, app);
            let bound = instance.bound.iter_mut();
            let of_worker = bound.flat_map(|one| one.scope.iter_mut().chain([&mut one.id]));
            for value in instance.scope.iter_mut().chain(&mut instance.formers).chain(of_worker) {
                *value = settle(value, app);
            }
        }
    }
}

fn settle(value: &Value, app: &App) -> Value {
    let mut left = MOST_NESTED;
    settle_within(value, app, &mut left)
}

fn settle_within(value: &Value, app: &App, left: &mut u32) -> Value {
    if *left == 0 {
        return Value::unknown("it is too large");
    }
    *left = left.saturating_sub(1);
    match value {
        Value::Text(parts) => Value::Text(settle_parts(parts, app)),
        Value::OneOf(cases) => Value::one_of(
            cases
                .iter()
                .flat_map(|(when, case)| {
                    let case = settle_within(case, app, left);
                    expanded(when)
                        .into_iter()
                        .map(move |when| (settle_conds(&when, app), case.clone()))
                })
                .collect(),
        ),
        Value::Object(object) => {
            let props = object
                .props
                .iter()
                .map(|(key, value)| (key.clone(), settle_within(value, app, left)));
            Value::Object(Rc::new(Object { props: props.collect(), open: object.open.clone() }))
        }
        Value::Array(list) => {
            Value::Array(Rc::new(list.iter().map(|one| settle_within(one, app, left)).collect()))
        }
        Value::Resource(resource) => Value::Resource(Rc::new(Resource {
            kind: resource.kind,
            name: settle_within(&resource.name, app, left),
            id: settle_within(&resource.id, app, left),
            is_binding: resource.is_binding,
        })),
        other => other.clone(),
    }
}

fn settle_conds(conds: &Conds, app: &App) -> Conds {
    let mut settled = settle_all(conds, app);
    settled.extend(stages_of(conds, app));
    tidy(answered(settled))
}

/// The stages that an app can have where conditions hold, if they leave some out: what decides the
/// stage may decide a name, too.
fn stages_of(conds: &Conds, app: &App) -> Option<Cond> {
    let Some(Value::OneOf(cases)) = &app.stage else { return None };
    let fits = |when: &Conds| both(conds, when).is_some_and(|all| consistent(&all));
    let (left, others): (Vec<_>, Vec<_>) = cases.iter().partition(|(when, _)| fits(when));
    if others.is_empty() {
        return None;
    }
    let texts: Option<Vec<_>> = left.iter().map(|(_, stage)| stage.known_text()).collect();
    let lists: Vec<_> =
        texts?.into_iter().map(|text| vec![(Question::Stage(text), true)]).collect();
    match lists.as_slice() {
        [only] => only.first().cloned(),
        _ => Some((Question::any(lists), true)),
    }
}

/// The same conditions, those included that no stage answers: without them, a list inside of another
/// condition would always hold.
fn settle_all(conds: &Conds, app: &App) -> Conds {
    let question = |question: &Question| match question {
        Question::Text(probe) => {
            let Probe { ask, with, .. } = probe.as_ref();
            Question::about(&settle_parts(&probe.of, app), *ask, with)
        }
        Question::Any(any) => {
            Question::any(any.lists.iter().map(|conds| settle_all(conds, app)).collect())
        }
        other => other.clone(),
    };
    conds.iter().map(|(asked, holds)| (question(asked), *holds)).collect()
}

/// A case that several lists of conditions lead to, as several cases.
fn expanded(conds: &Conds) -> Vec<Conds> {
    let lists = conds.iter().find_map(|cond| match cond {
        (Question::Any(any), true) => Some(Rc::clone(any)),
        _ => None,
    });
    let Some(any) = lists.filter(|any| !any.lists.is_empty()) else { return vec![conds.clone()] };
    let is_it = |(question, holds): &Cond| *holds && *question == Question::Any(Rc::clone(&any));
    let rest: Conds = conds.iter().filter(|cond| !is_it(cond)).cloned().collect();
    any.lists.iter().filter_map(|list| both(&rest, list)).collect()
}

fn settle_parts(parts: &[Part], app: &App) -> Vec<Part> {
    let named = parts.iter().map(|part| match part {
        Part::App if !app.name.is_empty() && app.name.iter().all(Part::is_of_stage) => {
            app.name.clone()
        }
        Part::Made(made) => {
            let of = settle_parts(&made.of, app);
            vec![Part::made(of, made.by.clone())]
        }
        other => vec![other.clone()],
    });
    stage_in(&join(named), app)
}

/// Writes the stage where the text is that the app takes for its stage.
fn stage_in(parts: &[Part], app: &App) -> Vec<Part> {
    let Some(Value::Text(stage)) = &app.stage else { return parts.to_vec() };
    let mut out = Vec::new();
    let mut rest = parts.to_vec();
    while !rest.is_empty() {
        if let Some(after) = without_start(&rest, stage) {
            out.push(Part::Stage);
            rest = after;
            continue;
        }
        match rest.first() {
            // The text before it may end with the stage's own first text.
            Some(Part::Text(text)) => {
                let before = stage.first().and_then(|first| match first {
                    Part::Text(start) => text.strip_suffix(start.as_str()),
                    _ => None,
                });
                match before.filter(|before| !before.is_empty()) {
                    Some(before) if without_start(&from_end(&rest, before), stage).is_some() => {
                        out.push(Part::Text(before.to_owned()));
                        rest = from_end(&rest, before);
                    }
                    _ => out.push(rest.remove(0)),
                }
            }
            Some(_) => out.push(rest.remove(0)),
            None => break,
        }
    }
    join([out])
}

/// The parts without so much text at their start.
fn from_end(parts: &[Part], before: &str) -> Vec<Part> {
    let mut out = parts.to_vec();
    if let Some(Part::Text(text)) = out.first_mut() {
        *text = text.strip_prefix(before).unwrap_or(text).to_owned();
    }
    out
}

/// What follows the stage in parts that start with it. A stage that is written out is none: the
/// same text may stand in a name by chance.
fn without_start(parts: &[Part], stage: &[Part]) -> Option<Vec<Part>> {
    if stage.iter().all(|part| matches!(part, Part::Text(_) | Part::Stage)) {
        return None;
    }
    let (last, before) = stage.split_last()?;
    let rest = parts.strip_prefix(before)?;
    match (last, rest.split_first()?) {
        (last, (first, rest)) if last == first => Some(rest.to_vec()),
        (Part::Text(end), (Part::Text(text), rest)) => {
            let left = text.strip_prefix(end.as_str())?.to_owned();
            Some(join([vec![Part::Text(left)], rest.to_vec()]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{App, Part, Value, stage_in};

    fn text(text: &str) -> Part {
        Part::Text(text.to_owned())
    }

    fn settled(stage: Vec<Part>, parts: &[Part]) -> Vec<Part> {
        let stage = Some(Value::Text(stage));
        stage_in(parts, &App { stage, ..App::default() })
    }

    #[test]
    fn the_stage_is_found_in_a_text() {
        let number = || Part::Env("PR".to_owned(), None);
        let named = settled(vec![number()], &[text("db-"), number(), text("-x")]);
        assert_eq!(named, [text("db-"), Part::Stage, text("-x")]);
        let named = settled(vec![text("pr-"), number()], &[text("db-pr-"), number()]);
        assert_eq!(named, [text("db-"), Part::Stage]);
        let named = settled(vec![number(), text("-x")], &[number(), text("-xy"), number()]);
        assert_eq!(named, [Part::Stage, text("y"), number()]);
        let named = settled(vec![text("prod")], &[text("db-prod")]);
        assert_eq!(named, [text("db-prod")]);
    }
}
