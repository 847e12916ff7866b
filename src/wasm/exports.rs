// Made from src/kind/ by `npm run generate`. Do not edit.
use wasm_bindgen::prelude::*;

use super::blocks::{blocks, call_alone};
use super::js::Result;
use crate::kind::Kind;

blocks! {
    Database database "Database"
        "A D1 database: sets `name`.";
    Bucket bucket "Bucket"
        "An R2 bucket: sets `name`.";
    Kv kv "KV"
        "A KV namespace: sets `title` and `name`.";
    Queue queue "Queue"
        "A Queue: sets `name`.";
    Vectorize vectorize "Vectorize"
        "A Vectorize index: sets `name`.";
    Hyperdrive hyperdrive "Hyperdrive"
        "A Hyperdrive configuration: sets `name`.";
    DispatchNamespace dispatch_namespace "DispatchNamespace"
        "A dispatch namespace: sets `namespace` and `name`.";
    AiGateway ai_gateway "AiGateway"
        "An AI Gateway: sets `gatewayName` and `name`.";
    Pipeline pipeline "Pipeline"
        "A Pipeline: sets `name`.";
    AnalyticsEngine analytics_engine "AnalyticsEngine"
        "An Analytics Engine dataset: sets `dataset` and `name`.";
    DurableObject durable_object "DurableObject"
        "A Durable Object: sets `name`, and `className` if it is missing.";
    Workflow workflow "AlchemyWorkflow"
        "A Workflow: sets `workflowName` and `name`, and `className` if it is missing.";
    Container container "Container"
        "A container application: sets `name`.";
    Worker worker "Worker"
        "A Worker: sets `name`.";
}
