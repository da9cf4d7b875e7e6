//! Stores of teams from the beginning, and what one may do with a store.

use axum::http::StatusCode;
use serde_json::{Value, json};
use souk_domain::{Role, StoreRole};

use super::TestApp;
use super::app::Call;
use super::roles::{a_user, root, token_of};
use crate::db::{Owner, User};

struct As<'a> {
    app: &'a TestApp,
    bearer: String,
}

impl<'a> As<'a> {
    async fn new(app: &'a TestApp, user: &User) -> Self {
        Self { app, bearer: format!("Bearer {}", token_of(app, user).await) }
    }

    fn call(&self, method: &str, path: &str) -> Call<'a> {
        self.app.call(method, path).anonymous().header("authorization", &self.bearer)
    }

    async fn create(&self, body: &Value) -> super::app::Answer {
        self.call("POST", "/api/stores").json(body).send().await
    }
}

#[tokio::test]
async fn a_store_is_made_for_a_team() {
    let app = TestApp::with(&["--max-stores-per-owner=1"]).await;
    let (ben, cleo) = (a_user(&app, "ben", Role::None).await, a_user(&app, "cleo", Role::None).await);
    let team = app.state.db.create_team("agency", &root()).await.unwrap();
    app.state.db.set_team_member(&team.id, "ben", StoreRole::Member, &root()).await.unwrap();
    let (as_ben, as_cleo) = (As::new(&app, &ben).await, As::new(&app, &cleo).await);

    let body = json!({ "name": "Mug", "team": "agency" });
    let made = as_ben.create(&body).await.expect(StatusCode::ACCEPTED).json();
    assert_eq!(made["owner"], "team:agency");
    // It counts for the team, and not for who made it.
    let quota = as_ben.call("GET", "/api/quota?team=agency").send().await.expect(StatusCode::OK).json();
    assert_eq!(quota["stores"], json!({ "used": 1, "allowed": 1 }));
    as_ben.create(&json!({ "name": "Second", "team": "agency" })).await.problem(StatusCode::CONFLICT);
    as_ben.create(&json!({ "name": "My own" })).await.expect(StatusCode::ACCEPTED);

    // A team that one does not belong to is as one that is not there.
    let refused = as_cleo.create(&body).await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = as_cleo.create(&json!({ "name": "Mug", "team": "none" })).await;
    assert_eq!(unknown.problem(StatusCode::UNPROCESSABLE_ENTITY)["errors"], refused["errors"]);
    assert_eq!(refused["errors"][0]["field"], "team");
    as_cleo.call("GET", "/api/quota?team=agency").send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    // The same key with another team is another request.
    let keyed = |body: &Value| as_ben.call("POST", "/api/stores").header("idempotency-key", "one").json(body);
    keyed(&json!({ "name": "My own", "team": "agency" })).send().await.problem(StatusCode::CONFLICT);

    let teams = as_ben.call("GET", "/api/teams").send().await.json();
    assert_eq!((&teams["total"], &teams["items"][0]["role"]), (&json!(1), &json!("member")));
    assert_eq!(as_cleo.call("GET", "/api/teams").send().await.json()["total"], 0);
}

#[tokio::test]
async fn one_is_told_what_one_may_do_with_a_store() {
    let app = TestApp::new().await;
    let (ben, vera) = (a_user(&app, "ben", Role::None).await, a_user(&app, "vera", Role::Viewer).await);
    let id = super::roles::a_store(&app, Owner::User { id: ben.id.clone(), name: ben.name.clone() }).await;
    let path = format!("/api/stores/{id}/access");
    let own = As::new(&app, &ben).await.call("GET", &path).send().await.expect(StatusCode::OK).json();
    assert_eq!(own["role"], "owner");
    assert!(own["permissions"].as_array().unwrap().contains(&json!("store.delete")), "{own}");
    let read = As::new(&app, &vera).await.call("GET", &path).send().await.expect(StatusCode::OK).json();
    assert_eq!(read, json!({ "role": null, "permissions": ["store.read", "store.logs"] }));
}
