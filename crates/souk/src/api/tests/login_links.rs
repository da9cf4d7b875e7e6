//! Links that sign in to a shop: who gets one and when, that it is on record, and that it is nowhere else.

use std::io;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use souk_domain::{ConditionStatus, ConditionType, OperationState, PhaseEvent, Role, StoreId};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::TestApp;
use super::fake::{Mood, SEED};
use super::roles::{a_user, token_of};

/// An app with one store that is ready.
async fn with_a_shop() -> (TestApp, StoreId) {
    let app = TestApp::new().await;
    app.cluster.set(Mood::Full);
    let id = app.create("Mug").await;
    app.reconcile(&id, |store, _| {
        store.apply(PhaseEvent::Start).unwrap();
        store.apply(PhaseEvent::BecameReady).unwrap();
        store.operation.as_mut().unwrap().state = OperationState::Succeeded;
    })
    .await;
    (app, id)
}

fn links_of(id: &StoreId) -> String {
    format!("/api/stores/{id}/login-links")
}

/// What is signed in the token behind the `#`.
fn claims(url: &str) -> Value {
    let payload = url.split_once('#').unwrap().1.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn a_link_is_of_one_store_and_one_person_for_a_minute() {
    let (app, id) = with_a_shop().await;
    let anna = a_user(&app, "anna", Role::Operator).await;
    let bearer = format!("Bearer {}", token_of(&app, &anna).await);
    let asked = app.post(&links_of(&id)).anonymous().header("authorization", &bearer).send().await;
    let answer = asked.expect(StatusCode::CREATED);
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer = answer.json();
    let url = answer["url"].as_str().unwrap();
    assert!(url.starts_with("http://mug.localhost/.well-known/souk/sign-in#ey"), "{url}");
    let expires_at = OffsetDateTime::parse(answer["expiresAt"].as_str().unwrap(), &Rfc3339).unwrap();
    let left = (expires_at - OffsetDateTime::now_utc()).whole_seconds();
    assert!((50..=60).contains(&left), "{left}");
    let claims = claims(url);
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!(id.as_str()), &json!("anna")));
    assert_eq!(claims["exp"], expires_at.unix_timestamp());
    assert_eq!(claims["jti"].as_str().unwrap().len(), 32, "128 bits in hex");
}

#[tokio::test]
async fn every_link_is_in_the_audit_log_and_on_the_timeline() {
    let (app, id) = with_a_shop().await;
    let answer = app.post(&links_of(&id)).send().await.expect(StatusCode::CREATED).json();
    let jti = claims(answer["url"].as_str().unwrap())["jti"].clone();
    let entry = app.get("/api/stores/audit/log?action=login-link.create").send().await.json()["items"][0].clone();
    assert_eq!((&entry["actor"], &entry["storeName"]), (&json!("admin"), &json!("Mug")));
    assert_eq!(
        (&entry["result"], entry["detail"].as_str()),
        (&json!("allowed"), Some(&*format!("link {}", jti.as_str().unwrap())))
    );
    let event = app.get(&format!("/api/stores/{id}/events")).send().await.json()["items"][0].clone();
    assert_eq!(event["reason"], "LoginLinkCreated");
    assert_eq!(event["message"], "admin was given a link that signs in to wp-admin.");
    assert_eq!(app.cluster.take_wakes().len(), 1, "the create's: a link changes nothing of the store");
}

#[tokio::test]
async fn without_a_shop_that_runs_there_is_no_link() {
    let app = TestApp::new().await;
    app.cluster.set(Mood::Full);
    let id = app.create("Mug").await;
    let path = links_of(&id);
    let refused = |kind: &'static str, status: StatusCode| {
        let call = app.post(&path).send();
        async move {
            let problem = call.await.problem(status);
            assert_eq!(problem["type"], format!("https://souk.dev/problems/{kind}"));
            problem["detail"].as_str().unwrap().to_owned()
        }
    };
    assert!(refused("not-ready-yet", StatusCode::CONFLICT).await.starts_with("There is no shop to sign in to: "));
    app.reconcile(&id, |store, _| {
        store.apply(PhaseEvent::Start).unwrap();
        store.apply(PhaseEvent::BecameReady).unwrap();
        store.apply(PhaseEvent::BecameUnhealthy).unwrap();
    })
    .await;
    refused("not-ready-yet", StatusCode::CONFLICT).await;

    // Degraded by something that leaves its shop running.
    let running = [ConditionType::DatabaseReady, ConditionType::StorefrontReady, ConditionType::RouteReady];
    app.reconcile(&id, |store, _| {
        for part in running {
            store.conditions.set(part, ConditionStatus::True, "Ready", "It runs.", OffsetDateTime::now_utc());
        }
    })
    .await;
    app.post(&path).send().await.expect(StatusCode::CREATED);
    app.cluster.age_shops();
    assert_eq!(refused("not-ready-yet", StatusCode::CONFLICT).await, "The shop is too old.");
    app.cluster.set(Mood::Away);
    refused("cluster-unreachable", StatusCode::SERVICE_UNAVAILABLE).await;

    app.delete(&format!("/api/stores/{id}")).send().await.expect(StatusCode::ACCEPTED);
    refused("already-deleting", StatusCode::CONFLICT).await;
    app.reconcile(&id, |store, _| store.apply(PhaseEvent::Removed).unwrap()).await;
    refused("gone", StatusCode::GONE).await;
    let log = app.get("/api/stores/audit/log?action=login-link.create").send().await.json();
    assert_eq!(log["total"], 1, "what is refused is no link");
}

/// Everything that is logged, in all detail.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_token_is_in_the_answer_and_nowhere_else() {
    let (app, id) = with_a_shop().await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let guard = tracing::subscriber::set_default(subscriber.finish());
    // While there is one listener alone, whichever thread comes to a line of code first settles for all of them whether
    // it is listened to, and those of the tests beside this one have none. A second one that hears nothing ends that.
    let beside = tracing::Dispatch::new(tracing_subscriber::registry());
    let answer = app.post(&links_of(&id)).send().await.expect(StatusCode::CREATED).json();
    drop((guard, beside));
    let (_, token) = answer["url"].as_str().unwrap().split_once('#').unwrap();
    let mut secrets: Vec<_> = token.split('.').map(str::to_owned).collect();
    // The header is no secret.
    secrets.remove(0);
    secrets.push(SEED.to_owned());

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("/api/stores/{id}/login-links"), "the log is looked at: {logged}");
    let mut places = vec![("the log".to_owned(), logged.into_bytes())];
    for path in ["/api/stores/audit/log".to_owned(), format!("/api/stores/{id}"), format!("/api/stores/{id}/events")] {
        let answer = app.get(&path).send().await;
        places.push((path, answer.text.into_bytes()));
    }
    for file in std::fs::read_dir(app.folder.path()).unwrap() {
        let path = file.unwrap().path();
        places.push((path.display().to_string(), std::fs::read(&path).unwrap()));
    }
    assert!(places.len() > 4, "the database has a file");
    for (place, content) in &places {
        for secret in &secrets {
            let found = content.windows(secret.len()).any(|piece| piece == secret.as_bytes());
            assert!(!found, "{place} has {secret}");
        }
    }
}
