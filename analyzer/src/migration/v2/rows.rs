//! Rows of Alchemy 2 from those of 0.94, without calling anybody.
//!
//! A row is written so that the next plan of Alchemy 2 finds what is deployed: its name, its id at
//! Cloudflare and the options of the program. What cannot be made so is given with a reason.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::Kind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::attributes::{BOUND, attributes, bindings, options};
use super::ids;
use super::json::{copy, object, text};
use super::objects;
use super::remarks::{self, Remark, Why};

/// A row of 0.94, and what the reader of the store knows of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OldRow {
    pub app: String,
    pub stage: String,
    pub scope: Vec<String>,
    /// Where it was read.
    pub store: String,
    /// Whether the account holds it.
    pub deployed: bool,
    /// Whether Alchemy leaves it in the account when it deletes the row.
    pub retained: bool,
    /// What an unfinished replacement is about to delete.
    pub pending: Vec<String>,
    /// The account, where the guard has noted it.
    pub account: Option<String>,
    /// As the store has it.
    pub row: Value,
}

impl OldRow {
    pub(super) fn remark(&self, why: Why) -> Remark {
        let Why { code, message, help, blocks } = why;
        let own = |key| text(&self.row, key).unwrap_or_default().to_owned();
        Remark {
            stack: self.app.clone(),
            stage: self.stage.clone(),
            scope: self.scope.clone(),
            id: own("id"),
            r#type: own("kind"),
            code,
            message,
            help: help.to_owned(),
            blocks,
        }
    }
}

/// A row of Alchemy 2.
#[derive(Debug, Serialize)]
pub(crate) struct NewRow {
    pub stack: String,
    pub stage: String,
    pub fqn: String,
    /// Where the old row was read.
    pub store: String,
    pub kind: &'static str,
    /// The physical name.
    pub name: String,
    /// The id that it had.
    pub id: String,
    pub scope: Vec<String>,
    pub value: Value,
}

#[derive(Debug, Default)]
pub(super) struct Converted {
    pub rows: Vec<NewRow>,
    pub remarks: Vec<Remark>,
}

const CONSUMER: &str = "cloudflare::QueueConsumer";
const SCOPE: &str = "alchemy::Scope";
/// What Alchemy 2 makes together with the Worker.
const PARTS: &[&str] = &[
    "cloudflare::CustomDomain",
    "cloudflare::Route",
    "cloudflare::WorkerSubdomain",
    "cloudflare::WorkerStub",
];

pub(super) fn convert(rows: &[OldRow], account: Option<&str>) -> Converted {
    let mut stages: BTreeMap<(&str, &str), Vec<&OldRow>> = BTreeMap::new();
    for row in rows {
        stages.entry((&row.app, &row.stage)).or_default().push(row);
    }
    let mut all = Converted::default();
    for rows in stages.into_values() {
        let mut stage = StageRows::new(rows, account);
        stage.convert();
        all.rows.append(&mut stage.out.rows);
        all.remarks.append(&mut stage.out.remarks);
    }
    all
}

/// The rows of one stage.
struct StageRows<'r> {
    rows: Vec<&'r OldRow>,
    account: Option<String>,
    out: Converted,
}

impl<'r> StageRows<'r> {
    fn new(rows: Vec<&'r OldRow>, account: Option<&str>) -> Self {
        let noted: BTreeSet<&str> =
            rows.iter().filter_map(|one| text(one.row.get("output")?, "accountId")).collect();
        let only = noted.first().copied().filter(|_| noted.len() == 1);
        // What rows say is true; what a user gives may be meant for others.
        let account = only.or(account).map(str::to_owned);
        Self { rows, account, out: Converted::default() }
    }

    fn convert(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        for one in &rows {
            self.row(one, &rows);
        }
        self.clashes();
        self.connect();
    }

    fn row(&mut self, one: &OldRow, all: &[&OldRow]) {
        match self.made(one, all) {
            Ok(Some(row)) => self.out.rows.push(row),
            Ok(None) => {}
            Err(why) => self.remark(one, why),
        }
    }

    fn remark(&mut self, one: &OldRow, why: Why) {
        self.out.remarks.push(one.remark(why));
    }

    /// Nothing for a row that stands for no resource.
    fn made(&mut self, one: &OldRow, all: &[&OldRow]) -> Result<Option<NewRow>, Why> {
        let kind = text(&one.row, "kind").unwrap_or_default();
        if !one.pending.is_empty() {
            return Err(remarks::pending(&one.pending));
        }
        if kind == SCOPE {
            return Ok(None);
        }
        if PARTS.contains(&kind) {
            return Err(remarks::part_of_worker());
        }
        let known = Kind::ALL.iter().copied().find(|it| it.spec().alchemy.resource == Some(kind));
        let known = known.filter(|kind| kind.spec().alchemy2.converts);
        if known.is_none() && kind != CONSUMER {
            return Err(remarks::unknown_type(kind));
        }
        remarks::check_place(one)?;
        remarks::check_status(one)?;
        match known {
            Some(kind) => self.resource(one, kind).map(Some),
            None => self.consumer(one, all).map(Some),
        }
    }

    fn resource(&mut self, one: &OldRow, kind: Kind) -> Result<NewRow, Why> {
        if !one.deployed {
            return Err(remarks::not_deployed());
        }
        let output = one.row.get("output").unwrap_or(&Value::Null);
        let props = one.row.get("props").unwrap_or(&Value::Null);
        if kind == Kind::Worker {
            self.check_worker(one, output, props)?;
        }
        let account = self.account_of(one, output)?;
        let name = text(output, kind.spec().alchemy.attribute);
        let (Some(name), Some(attributes)) = (name, attributes(kind, output, props, account))
        else {
            return Err(remarks::incomplete());
        };
        let (options, lost) = options(kind, name, props);
        let mut row = self.new_row(one, kind.as_str(), name);
        let bound = if kind == Kind::Worker { bindings(output) } else { Value::Array(Vec::new()) };
        let types = kind.spec().alchemy2.resources;
        row.value = value(&row, types.first().copied().unwrap_or_default(), one.retained);
        put(&mut row.value, "props", Value::Object(options));
        put(&mut row.value, "attr", Value::Object(attributes));
        put(&mut row.value, "bindings", bound);
        for option in lost {
            self.remark(one, remarks::option_lost(option));
        }
        Ok(row)
    }

    fn account_of<'a>(&'a self, one: &'a OldRow, output: &'a Value) -> Result<&'a str, Why> {
        let own = text(output, "accountId").or(one.account.as_deref());
        own.or(self.account.as_deref()).ok_or_else(remarks::account_unknown)
    }

    fn check_worker(&mut self, one: &OldRow, output: &Value, props: &Value) -> Result<(), Why> {
        let is_elsewhere = |key| props.get(key).is_some_and(|value| !value.is_null());
        if is_elsewhere("namespace") || is_elsewhere("version") {
            return Err(remarks::elsewhere());
        }
        let faults = objects::faults(&objects::bound(output));
        if !faults.is_empty() {
            return Err(remarks::object_keys(&faults));
        }
        for name in own_workflows(output) {
            self.remark(one, remarks::workflow_stays(&name));
        }
        Ok(())
    }

    fn consumer(&mut self, one: &OldRow, all: &[&OldRow]) -> Result<NewRow, Why> {
        let output = one.row.get("output").unwrap_or(&Value::Null);
        let queue = text(output, "queueId").ok_or_else(remarks::incomplete)?;
        let is_queue = |row: &&&OldRow| {
            text(&row.row, "kind") == Kind::Queue.spec().alchemy.resource
                && row.row.get("output").and_then(|output| text(output, "id")) == Some(queue)
        };
        let queue_row = all.iter().find(is_queue).ok_or_else(remarks::foreign_queue)?;
        let account = self.account_of(one, output)?;
        let (Some(consumer), Some(script)) = (text(output, "id"), text(output, "scriptName"))
        else {
            return Err(remarks::incomplete());
        };
        let mut options = object(&[("queueId", queue), ("scriptName", script)]);
        consumer_settings(output, &mut options);
        let mut attributes = options.clone();
        attributes.extend(object(&[("consumerId", consumer), ("accountId", account)]));
        let mut row = self.new_row(one, "consumer", script);
        let queue_id = text(&queue_row.row, "id").unwrap_or_default();
        row.fqn =
            consumer_id(&ids::id(&[], &one.scope.join("-")), &ids::id(&queue_row.scope, queue_id));
        row.value = value(&row, "Cloudflare.Queues.Consumer", one.retained);
        put(&mut row.value, "props", Value::Object(options));
        put(&mut row.value, "attr", Value::Object(attributes));
        put(&mut row.value, "bindings", Value::Array(Vec::new()));
        Ok(row)
    }

    fn new_row(&self, one: &OldRow, kind: &'static str, name: &str) -> NewRow {
        let id = text(&one.row, "id").unwrap_or_default();
        NewRow {
            stack: one.app.clone(),
            stage: one.stage.clone(),
            store: one.store.clone(),
            fqn: ids::id(&one.scope, id),
            kind,
            name: name.to_owned(),
            id: id.to_owned(),
            scope: one.scope.clone(),
            value: Value::Null,
        }
    }

    /// Two ids that become one: files of the local store have one case on some systems.
    fn clashes(&mut self) {
        let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, row) in self.out.rows.iter().enumerate() {
            seen.entry(row.fqn.to_lowercase()).or_default().push(at);
        }
        let several: BTreeSet<usize> =
            seen.into_values().filter(|all| all.len() > 1).flatten().collect();
        let rows = std::mem::take(&mut self.out.rows);
        for (at, row) in rows.into_iter().enumerate() {
            if several.contains(&at) {
                self.out.remarks.push(remarks::clash(row));
            } else {
                self.out.rows.push(row);
            }
        }
    }

    /// Notes in each row which others need it: Alchemy 2 deletes those first.
    fn connect(&mut self) {
        let users: Vec<(String, BTreeSet<String>)> =
            self.out.rows.iter().map(|row| (row.fqn.clone(), used_by(&row.value))).collect();
        for row in &mut self.out.rows {
            let Some(own) = identity(row) else { continue };
            let needed = users.iter().filter(|(_, used)| used.contains(&own));
            let downstream: Vec<&str> =
                needed.map(|(fqn, _)| fqn.as_str()).filter(|fqn| *fqn != row.fqn).collect();
            let downstream = json!(downstream);
            put(&mut row.value, "downstream", downstream);
        }
    }
}

/// The id of a consumer, which the rewritten program gives it, too.
pub(super) fn consumer_id(worker: &str, queue: &str) -> String {
    format!("{worker}-{queue}-consumer")
}

/// What names a row in the rows of others.
fn identity(row: &NewRow) -> Option<String> {
    let kind = Kind::ALL.iter().copied().find(|kind| kind.as_str() == row.kind)?;
    let key = kind.spec().alchemy2.identity;
    let id = text(row.value.get("attr")?, key)?;
    Some(format!("{}:{id}", if kind == Kind::Worker { SCRIPT } else { key }))
}

/// What others call a Worker.
const SCRIPT: &str = "scriptName";

/// What a row names of others.
fn used_by(value: &Value) -> BTreeSet<String> {
    let bound = value.get("bindings").and_then(Value::as_array).into_iter().flatten();
    let bound = bound.filter_map(|it| it.get("data")?.get("bindings")?.as_array()).flatten();
    let keys = Kind::ALL.iter().map(|kind| kind.spec().alchemy2.identity).chain([SCRIPT]);
    // Under `name` everything has its own.
    let keys: Vec<&str> = keys.filter(|key| !matches!(*key, "" | "name")).collect();
    let named = |it: &Value| -> Vec<String> {
        let own = BOUND.iter().filter(|(kind, ..)| text(it, "type") == Some(kind.spec().binding));
        let own = own.map(|(_, key, identity)| (*key, *identity));
        let all = keys.iter().map(|key| (*key, *key)).chain(own);
        all.filter_map(|(key, identity)| Some(format!("{identity}:{}", text(it, key)?))).collect()
    };
    bound.chain(value.get("props")).flat_map(named).collect()
}

fn put(row: &mut Value, key: &str, value: Value) {
    if let Some(row) = row.as_object_mut() {
        row.insert(key.to_owned(), value);
    }
}

fn value(row: &NewRow, resource: &str, retained: bool) -> Value {
    json!({
        "status": "created",
        "fqn": row.fqn,
        "logicalId": row.fqn,
        "instanceId": ids::instance(&[&row.stack, &row.stage, &row.fqn]),
        "resourceType": resource,
        "providerVersion": 0,
        "downstream": [],
        "removalPolicy": if retained { "retain" } else { "destroy" },
        "providerMode": "live",
    })
}

fn consumer_settings(output: &Value, options: &mut Map<String, Value>) {
    let Some(given) = output.get("settings").filter(|it| it.is_object()) else { return };
    let mut settings = Map::new();
    let keys = ["batchSize", "maxConcurrency", "maxRetries", "maxWaitTimeMs", "retryDelay"];
    copy(given, &keys, &mut settings);
    if !settings.is_empty() {
        options.insert("settings".to_owned(), Value::Object(settings));
    }
    let letters = given.get("deadLetterQueue");
    let name = letters.and_then(|it| it.as_str().or_else(|| text(it, "name")));
    if let Some(name) = name {
        options.insert("deadLetterQueue".to_owned(), Value::from(name));
    }
}

fn own_workflows(output: &Value) -> Vec<String> {
    let script = text(output, "name");
    let bindings = output.get("bindings").and_then(Value::as_object);
    let own = |it: &Value| {
        let host = text(it, "scriptName");
        let is_own = text(it, "type") == Some(Kind::Workflow.spec().binding)
            && (host.is_none() || host == script);
        is_own.then(|| text(it, "workflowName").map(str::to_owned))?
    };
    bindings.into_iter().flatten().filter_map(|(_, it)| own(it)).collect()
}
