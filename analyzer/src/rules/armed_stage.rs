//! The state has a row for a stage itself: Alchemy deletes that stage when you deploy another one.
//! Needs `--state`.
//!
//! ```text
//! .alchemy/shop/prod.json
//! ```
//!
//! **Why.** Alchemy 0.94 writes such a row when a stage replaces a resource. The next deploy of
//! another stage of the app takes it for an orphan and deletes the whole stage. A program that
//! imports `@alch/blocks` does not.
//!
//! It is a warning if the stage has no data. No comment can silence it, since its place is in the
//! state; the config can.
//!
//! **Fix.** Run `npx @alch/blocks state disarm --write`, or import `@alch/blocks` in every program of
//! the app.

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::Program;
use crate::report::ArmedStage;

pub(super) const RULE: Rule = Rule {
    code: "armed-stage",
    severity: Severity::Error,
    what: "the deploy of another stage deletes this stage",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let found = program.options.armed.iter().map(|armed| {
        let found = Found::in_state(armed.file.clone(), message(armed), help(armed));
        let has_data = armed.data > 0 || armed.retained > 0;
        found.severe(if has_data { Severity::Error } else { Severity::Warning })
    });
    found.collect()
}

fn message(armed: &ArmedStage) -> String {
    format!(
        "the next deploy of another stage of the app {} deletes stage {} with its {}",
        quote(&armed.app),
        quote(&armed.stage),
        contents(armed)
    )
}

fn contents(armed: &ArmedStage) -> String {
    let resources = counted(armed.resources, "resource");
    let data = match armed.data {
        0 => String::new(),
        data => format!(", {data} of them with data"),
    };
    let retained = match armed.retained {
        0 => String::new(),
        1 => "; 1 retained resource stays in the account without a row".to_owned(),
        retained => format!("; {retained} retained resources stay in the account without a row"),
    };
    format!("{resources}{data}{retained}")
}

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn help(armed: &ArmedStage) -> String {
    if armed.store.is_empty() {
        return "import `@alch/blocks` in every program of the app: with it, a deploy leaves the stage \
                alone"
            .to_owned();
    }
    let state = match armed.store.as_str() {
        ".alchemy" => String::new(),
        store => format!(" --state {store}"),
    };
    format!(
        "run `npx @alch/blocks state disarm{state} --write`; with `@alch/blocks` in every program of the \
         app, a deploy leaves the stage alone"
    )
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::find_with;

    #[test]
    fn a_row_for_a_stage_is_found() {
        let found = |rest: &str| {
            let options = format!(
                r#"{{ "armed": [{{ "app": "shop", "stage": "prod", "file": "p.json", {rest} }}] }}"#
            );
            find_with("armed-stage", "", &options)
        };
        let with_data = found(r#""resources": 4, "data": 2, "retained": 1"#);
        let said: Vec<_> = with_data.iter().map(|one| (&*one.severity, &*one.message)).collect();
        let message = "the next deploy of another stage of the app `shop` deletes stage `prod` with \
                       its 4 resources, 2 of them with data; 1 retained resource stays in the \
                       account without a row";
        assert_eq!(said, [("error", message)]);
        assert!(found(r#""resources": 1"#).iter().all(|one| one.severity == "warning"));
    }
}
