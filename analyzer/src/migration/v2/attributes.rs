//! What Alchemy 2 keeps of a resource: the options that the program gives, and what Cloudflare gave.

use alch_blocks::Kind;
use serde_json::{Map, Value, json};

use super::json::{copy, object, text};
use super::objects::{Bound, bound};

/// The attributes of a row; `None` if the row of 0.94 has not all that it takes.
pub(super) fn attributes(
    kind: Kind,
    output: &Value,
    props: &Value,
    account: &str,
) -> Option<Map<String, Value>> {
    let name = text(output, kind.spec().alchemy.attribute);
    let jurisdiction = text(output, "jurisdiction").unwrap_or("default");
    let mut all = match kind {
        Kind::Database => {
            let mut all = object(&[
                ("databaseId", text(output, "id")?),
                ("databaseName", name?),
                ("jurisdiction", jurisdiction),
            ]);
            copy(output, &["readReplication"], &mut all);
            // Without hashes, the next deploy looks at the database's own list of what was applied.
            all.insert("migrationsHashes".to_owned(), json!({}));
            all.insert("importHashes".to_owned(), json!({}));
            all
        }
        Kind::Bucket => {
            let class = text(props, "storageClass").unwrap_or("Standard");
            let mut all = object(&[
                ("bucketName", name?),
                ("storageClass", class),
                ("jurisdiction", jurisdiction),
            ]);
            copy(output, &["location"], &mut all);
            for list in ["domains", "lifecycleRules", "cors"] {
                all.insert(list.to_owned(), json!([]));
            }
            all
        }
        Kind::Kv => {
            let mut all =
                object(&[("title", name?), ("namespaceId", text(output, "namespaceId")?)]);
            all.insert("supportsUrlEncoding".to_owned(), json!(true));
            all
        }
        Kind::Queue => object(&[("queueId", text(output, "id")?), ("queueName", name?)]),
        Kind::Vectorize => {
            let mut all = object(&[("indexName", name?)]);
            copy(output, &["dimensions", "metric", "description"], &mut all);
            all
        }
        Kind::Hyperdrive => {
            let mut all =
                object(&[("hyperdriveId", text(output, "hyperdriveId")?), ("name", name?)]);
            all.insert("origin".to_owned(), origin(output));
            all.insert("mtls".to_owned(), json!({}));
            all
        }
        Kind::DispatchNamespace => {
            let mut all = object(&[("name", name?)]);
            copy(output, &["namespaceId"], &mut all);
            all
        }
        Kind::Worker => worker(output, props, name?),
        _ => return None,
    };
    all.insert("accountId".to_owned(), Value::from(account));
    Some(all)
}

/// Without the password, which 0.94 has encrypted: the next deploy writes what the program gives.
fn origin(of: &Value) -> Value {
    let mut all = Map::new();
    if let Some(given) = of.get("origin") {
        copy(given, &["scheme", "host", "port", "database", "user"], &mut all);
    }
    Value::Object(all)
}

fn worker(output: &Value, props: &Value, name: &str) -> Map<String, Value> {
    // Alchemy 2 looks the Worker's own id up where it does not have it.
    let mut all = object(&[("workerId", name), ("workerName", name)]);
    let url = text(output, "url").map(|url| url.trim_end_matches('/'));
    if let Some(url) = url {
        all.insert("url".to_owned(), Value::from(url));
    }
    all.insert("urls".to_owned(), json!(url.into_iter().collect::<Vec<_>>()));
    all.insert("durableObjectNamespaces".to_owned(), json!({}));
    all.insert("routes".to_owned(), json!([]));
    let crons = props.get("crons").filter(|it| it.is_array()).cloned();
    all.insert("crons".to_owned(), crons.unwrap_or_else(|| json!([])));
    all
}

/// The options that Alchemy 2 knows, and those of 0.94 that have no counterpart here.
pub(super) fn options<'v>(
    kind: Kind,
    name: &str,
    props: &'v Value,
) -> (Map<String, Value>, Vec<&'v str>) {
    let mut all = object(&[(kind.spec().alchemy2.naming, name)]);
    let (same, aside): (&[&str], &[&str]) = match kind {
        Kind::Database => {
            (&["jurisdiction", "primaryLocationHint", "readReplication"], &["importFiles", "clone"])
        }
        Kind::Bucket => (
            &["jurisdiction", "locationHint", "storageClass"],
            &["cors", "lifecycle", "lock", "domains", "dataCatalog"],
        ),
        Kind::Kv => (&[], &["values"]),
        Kind::Queue => (&[], &["settings", "dlq"]),
        Kind::Worker => (&["crons"], &["routes", "domains", "assets"]),
        Kind::Vectorize => (&["dimensions", "metric", "description"], &[]),
        _ => (&[], &[]),
    };
    copy(props, same, &mut all);
    if kind == Kind::Hyperdrive {
        all.insert("origin".to_owned(), origin(props));
    }
    if let Some(folder) = text(props, "migrationsDir") {
        let table = text(props, "migrationsTable").filter(|table| *table != "d1_migrations");
        let migrations =
            table.map_or(json!(folder), |table| json!({ "dir": folder, "table": table }));
        all.insert("migrations".to_owned(), migrations);
    }
    let given = |key: &&'static str| props.get(*key).is_some_and(is_given);
    (all, aside.iter().filter(|key| given(key)).copied().collect())
}

/// Whether an option says something.
fn is_given(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(all) => !all.is_empty(),
        Value::Object(all) => !all.is_empty(),
        _ => true,
    }
}

/// What bindings call the identity of a kind, where it is another word than in its row.
pub(super) const BOUND: [(Kind, &str, &str); 2] =
    [(Kind::Hyperdrive, "id", "hyperdriveId"), (Kind::DispatchNamespace, "namespace", "name")];

/// The bindings of a Worker, as Alchemy 2 notes them: by these its guard knows the classes. Secrets
/// are left out, and a workflow is a new one.
pub(super) fn bindings(output: &Value) -> Value {
    let classes = bound(output);
    let all = output.get("bindings").and_then(Value::as_object);
    let made = |(key, it): (&String, &Value)| {
        let mut data = match it.as_str() {
            Some(written) => object(&[("type", "plain_text"), ("text", written)]),
            None => binding(it, classes.iter().find(|class| class.key == *key))?,
        };
        data.insert("name".to_owned(), Value::from(key.as_str()));
        Some(json!({ "sid": key, "data": { "bindings": [data] } }))
    };
    Value::Array(all.into_iter().flatten().filter_map(made).collect())
}

fn binding(it: &Value, class: Option<&Bound>) -> Option<Map<String, Value>> {
    let own = text(it, "type")?;
    let kind = Kind::ALL.iter().copied().find(|kind| kind.spec().binding == own)?;
    let mut data = match kind {
        Kind::Database => object(&[("databaseId", text(it, "id")?)]),
        Kind::Bucket => object(&[("bucketName", text(it, "name")?)]),
        Kind::Kv => object(&[("namespaceId", text(it, "namespaceId")?)]),
        Kind::Queue => object(&[("queueName", text(it, "name")?), ("queueId", text(it, "id")?)]),
        Kind::Vectorize => object(&[("indexName", text(it, "name")?)]),
        Kind::Hyperdrive => object(&[("id", text(it, "hyperdriveId")?)]),
        Kind::DispatchNamespace => object(&[("namespace", text(it, "namespaceName")?)]),
        Kind::DurableObject => {
            let class = class?;
            let mut data = object(&[("className", &class.class)]);
            if !class.own {
                copy(it, &["scriptName"], &mut data);
            }
            data
        }
        _ => return None,
    };
    data.insert("type".to_owned(), Value::from(own));
    Some(data)
}
