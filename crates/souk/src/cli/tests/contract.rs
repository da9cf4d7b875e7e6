//! What the commands read is what the API sends: both forms of the same things, held against each other.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use souk_domain::{Condition, Operation, OperationKind, TimelineEvent};

use crate::cli::answer;
use crate::cli::client::Answer;

/// Parsed as the domain writes it, and as the commands read it.
fn both<Written: DeserializeOwned + serde::Serialize, Read: DeserializeOwned>(json: Value) -> Read {
    let written: Written = serde_json::from_value(json).unwrap();
    Answer::<Read>::try_from(serde_json::to_value(written).unwrap()).unwrap().typed
}

#[test]
fn operations_and_their_steps() {
    let operation = json!({
        "id": "op-abcdefghijklmnop", "storeId": "sabcdefgh27", "kind": "create", "state": "running",
        "steps": OperationKind::Create.steps(), "attempts": 1, "cancelRequested": false, "reason": null, "message": null,
        "deadlineAt": "2026-01-01T00:15:00Z", "nextAttemptAt": null, "createdAt": "2026-01-01T00:00:00Z",
        "startedAt": "2026-01-01T00:00:01Z", "finishedAt": null,
    });
    let read: answer::Operation = both::<Operation, _>(operation);
    let names: Vec<_> = read.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["namespace", "secrets", "release", "database", "storefront", "route", "shop"]);
    assert!(!read.is_over());
}

#[test]
fn conditions_and_events() {
    let read: answer::Condition = both::<Condition, _>(json!({
        "type": "OrdersReady", "status": "False", "reason": "WooCommerceMissing", "message": "There is no WooCommerce.",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }));
    assert_eq!((read.kind.as_str(), read.status.as_str()), ("OrdersReady", "False"));
    let read: answer::Event = both::<TimelineEvent, _>(json!({
        "id": 7, "storeId": "sabcdefgh27", "operationId": null, "at": "2026-01-01T00:00:00Z", "type": "Warning",
        "reason": "NoStorageClass", "message": "There is no storage class.", "step": "release",
    }));
    assert_eq!((read.id, read.kind.as_str()), (7, "Warning"));
}

/// The API's own example of each answer stands in its document; fields that commands need must be there.
#[test]
fn the_document_has_every_field_that_is_read() {
    let document: Value = serde_json::from_str(include_str!("../../../openapi.json")).unwrap();
    let schema = |name: &str| document["components"]["schemas"][name]["properties"].clone();
    for (name, fields) in [
        (
            "Store",
            &[
                "id",
                "name",
                "slug",
                "url",
                "adminUrl",
                "phase",
                "message",
                "ordersPossible",
                "conditions",
                "blueprint",
                "plan",
                "adminUsername",
                "operation",
                "nextOperation",
                "owner",
                "createdAt",
            ][..],
        ),
        ("NextOperation", &["id", "kind", "message"]),
        ("Credentials", &["username", "password", "email", "adminUrl"]),
        ("LoginLink", &["url", "expiresAt"]),
        ("NewToken", &["token", "secret"]),
        ("Token", &["name", "expiresAt"]),
        ("StoreUsage", &["available", "message", "plan", "now", "points"]),
        ("UsagePlan", &["name", "cpuLimitMillicores", "memoryLimitMebibytes"]),
        ("UsageNow", &["cpuMillicores", "memoryMebibytes"]),
        ("UsagePoint", &["at", "cpuMillicores", "cpuMillicoresMax", "memoryMebibytes", "memoryMebibytesMax"]),
        ("Platform", &["version", "baseDomain", "blueprints", "cluster"]),
        ("Cluster", &["reachable", "version", "message"]),
        ("Health", &["checks"]),
        ("SweepReport", &["items"]),
        ("Orphan", &["id", "kind", "name", "message", "removable"]),
        ("SweepOutcome", &["id", "result", "message"]),
    ] {
        let properties = schema(name);
        for field in fields {
            assert!(properties.get(field).is_some(), "{name}.{field} is not in the document");
        }
    }
}
