//! The OpenAPI document: complete, sound, and the same as the one in the repository.

use std::path::Path;

use axum::http::StatusCode;
use serde_json::Value;

use super::TestApp;
use crate::api::openapi;

#[test]
fn the_copy_in_the_repository_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let copy = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        copy == openapi::text().unwrap(),
        "crates/souk/openapi.json is out of date: write it anew with `cargo run -p souk -- openapi > \
         crates/souk/openapi.json`, and the dashboard's client with `npm run generate` in dashboard/"
    );
}

#[tokio::test]
async fn the_server_serves_the_same_document() {
    let app = TestApp::new().await;
    let served = app.get("/api/openapi.json").anonymous().send().await.expect(StatusCode::OK).json();
    assert_eq!(served, serde_json::from_str::<Value>(&openapi::text().unwrap()).unwrap());
    assert_eq!(served["openapi"], "3.1.0");
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_is_described() {
    let document: Value = serde_json::from_str(&openapi::text().unwrap()).unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert!(operation["operationId"].is_string(), "{method} {path} has no operationId");
            let problem = &operation["responses"]["default"]["content"]["application/problem+json"];
            assert!(problem.is_object(), "{method} {path} does not describe its errors");
        }
    }
}

#[test]
fn every_error_is_a_problem_and_every_status_that_may_come_is_named() {
    let document: Value = serde_json::from_str(&openapi::text().unwrap()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with(['2', '3'])) {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{method} {path} {status}");
            }
            let mut wanted = vec!["429", "500", "503"];
            if operation["requestBody"].is_object() {
                wanted.extend(["400", "413", "415", "422"]);
            }
            if path.contains('{') {
                wanted.push("404");
            }
            for status in wanted {
                assert!(responses.contains_key(status), "{method} {path} does not name {status}");
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(!parameter["schema"].to_string().contains("null"), "{method} {path}: {parameter}");
            }
        }
    }
}

/// Everything that the page loads comes from the server itself, which has it compiled in.
#[tokio::test]
async fn the_page_of_the_document_needs_no_other_server() {
    let app = TestApp::new().await;
    let page = app.get("/api/docs/").anonymous().send().await.expect(StatusCode::OK);
    assert!(page.header("content-security-policy").contains("default-src 'self'"));
    let page = page.text;
    let mut files: Vec<_> = ["src=\"", "href=\""]
        .iter()
        .flat_map(|start| page.split(start).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(files.iter().any(|file| file.ends_with(".js")) && files.iter().any(|file| file.ends_with(".css")));
    // The script that the page's own one configures.
    files.push("swagger-initializer.js");
    for file in files {
        assert!(!file.contains("//"), "{file} is loaded from elsewhere");
        let address = format!("/api/docs/{}", file.trim_start_matches("./"));
        let loaded = app.get(&address).anonymous().send().await.expect(StatusCode::OK);
        if file.ends_with("initializer.js") {
            let text = loaded.text;
            assert!(text.contains("/api/openapi.json") && !text.contains("http://") && !text.contains("https://"));
        }
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value.as_str() {
                    Some(reference) if key == "$ref" => references.push(reference),
                    _ => collect(value, references),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
