//! `souk store usage`: in words and as a table for people, whole for programs.

use axum::http::Method;
use serde_json::{Value, json};

use super::fake::{Fake, store};
use super::souk;

const USAGE: &str = "/api/stores/sabcdefgh27/usage";

async fn with_usage(usage: Value) -> Fake {
    let fake = Fake::start().await;
    let page = json!({"items": [store("Ready", "succeeded", 3)], "nextCursor": null, "total": 1});
    fake.on("GET /api/stores", 200, page);
    fake.on(&format!("GET {USAGE}"), 200, usage);
    fake
}

fn usage() -> Value {
    json!({
        "available": true, "reason": null, "message": null, "window": "1h", "intervalSeconds": 300,
        "plan": {"name": "standard", "cpuRequestMillicores": 80, "cpuLimitMillicores": 4000,
                 "memoryRequestMebibytes": 224, "memoryLimitMebibytes": 1024},
        "now": {"at": "2026-03-01T12:07:00Z", "cpuMillicores": 42, "memoryMebibytes": 256},
        "points": [{"at": "2026-03-01T12:05:00Z", "cpuMillicores": 30, "cpuMillicoresMax": 1250,
                    "memoryMebibytes": 250, "memoryMebibytesMax": 260}],
    })
}

#[tokio::test]
async fn people_read_shares_and_a_table() {
    let fake = with_usage(usage()).await;
    let ran = souk(&fake, &["store", "usage", "blue-mug-shop"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert_eq!(
        ran.out,
        "CPU now     0.042 cores, 1 % of its limit\n\
         Memory now  256 MiB, 25 % of its limit\n\
         Plan        standard: at most 4.000 cores and 1024 MiB\n\
         \n\
         FROM (UTC)        CPU          CPU MOST     MEMORY   MEMORY MOST\n\
         2026-03-01 12:05  0.030 cores  1.250 cores  250 MiB  260 MiB\n"
    );
    assert_eq!(fake.asked(&Method::GET, USAGE)[0].query, "window=1h");
}

#[tokio::test]
async fn programs_read_the_answer_whole() {
    let fake = with_usage(usage()).await;
    let ran = souk(&fake, &["store", "usage", "blue-mug-shop", "--window", "48h", "-o", "json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), usage());
    assert_eq!(fake.asked(&Method::GET, USAGE)[0].query, "window=48h");
}

#[tokio::test]
async fn where_nothing_is_measured_the_reason_is_told() {
    let message = "The cluster has no metrics server. Numbers come once one is installed.";
    let mut nothing = usage();
    for (field, value) in [("available", json!(false)), ("message", json!(message)), ("now", Value::Null)] {
        nothing[field] = value;
    }
    nothing["points"] = json!([]);
    let ran = souk(&with_usage(nothing.clone()).await, &["store", "usage", "blue-mug-shop"]).await;
    assert!(ran.out.contains("CPU now     not known") && ran.out.contains(message), "{}", ran.out);
    nothing["available"] = json!(true);
    nothing["message"] = Value::Null;
    let ran = souk(&with_usage(nothing).await, &["store", "usage", "blue-mug-shop"]).await;
    assert!(ran.out.contains("No numbers yet: the first come within two minutes"), "{}", ran.out);
}
