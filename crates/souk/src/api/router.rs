//! Which handler answers which route, and what every request passes. Who may call it is in `access.rs`.

use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, http};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::layer::{answer_panic, headers, limit, log, time_out};
use super::problem::{Kind, Problem};
use super::{
    AppState, access, audit, credentials, events, health, json, login_links, logs, me, members, openapi, operations,
    platform, quota, sessions, sign_in, sign_in_codes, single_sign_on, sleeping, slugs, stores, summary, suspension,
    sweep, teams, tokens, usage, users,
};
use crate::dashboard;

/// Every route of the port that people and browsers use.
pub fn router(state: AppState) -> Router {
    let (api, document) = documented(Some(&state)).split_for_parts();
    let document = openapi::finish(document);
    let docs = SwaggerUi::new("/api/docs")
        .config(Config::from("/api/openapi.json").validator_url("none").persist_authorization(false));
    let https = headers::Https(state.settings.address.is_https());
    let compressible = DefaultPredicate::new()
        // Logs that are followed must not wait for a full block.
        .and(NotForContentType::const_new("text/plain"));

    Router::new()
        .merge(api)
        .merge(docs)
        .route("/api/openapi.json", get(|| async move { Json(document) }))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .fallback(answer_other)
        .method_not_allowed_fallback(refuse_method)
        .layer(from_fn_with_state(state.clone(), limit::limit_requests))
        .layer(from_fn_with_state(state.clone(), sleeping::answer_shops))
        .layer(from_fn_with_state(state.settings.http.request_timeout, time_out))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(from_fn_with_state(https, headers::protect))
        .layer(from_fn_with_state(state.clone(), log::log_requests))
        .layer(DefaultBodyLimit::max(json::BODY_LIMIT))
        .with_state(state)
}

/// The routes of the OpenAPI document. Without a state they only describe themselves.
pub(super) fn documented(state: Option<&AppState>) -> OpenApiRouter<AppState> {
    let guarded = OpenApiRouter::new()
        .routes(routes!(stores::list_stores, stores::create_store))
        .routes(routes!(stores::get_store, stores::update_store, stores::delete_store))
        .route("/api/stores/{id}", post(suspension::command_store))
        .routes(routes!(credentials::get_credentials))
        .routes(routes!(login_links::create_login_link))
        .routes(routes!(logs::get_logs))
        .routes(routes!(usage::get_usage))
        .routes(routes!(operations::list_operations))
        .routes(routes!(operations::get_operation))
        .route("/api/operations/{id}", post(operations::command_operation))
        .routes(routes!(events::list_store_events))
        .routes(routes!(events::stream_events))
        .routes(routes!(slugs::suggest_slug))
        .routes(routes!(slugs::get_slug))
        .routes(routes!(platform::get_platform))
        .routes(routes!(summary::get_summary))
        .routes(routes!(audit::list_audit))
        .routes(routes!(sweep::get_sweep, sweep::remove_orphans))
        .routes(routes!(sign_in::get_sign_in, sign_in::sign_out))
        .routes(routes!(sessions::list_sessions, sign_in::sign_out_everywhere))
        .routes(routes!(sessions::end_session))
        .routes(routes!(me::get_me))
        .routes(routes!(me::change_password))
        .routes(routes!(quota::get_quota))
        .routes(routes!(tokens::list_own_tokens, tokens::create_own_token))
        .routes(routes!(tokens::revoke_own_token))
        .routes(routes!(sign_in_codes::create_sign_in_code))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::revoke_token))
        .routes(routes!(users::list_users, users::create_user))
        .routes(routes!(users::get_user, users::update_user, users::delete_user))
        .routes(routes!(users::create_invite))
        .routes(routes!(users::reset_password))
        .routes(routes!(teams::list_teams, teams::create_team))
        .routes(routes!(teams::get_team, teams::delete_team))
        .routes(routes!(teams::list_team_members))
        .routes(routes!(teams::set_team_member, teams::remove_team_member))
        .routes(routes!(members::get_store_access))
        .routes(routes!(members::list_store_members))
        .routes(routes!(members::set_store_member, members::remove_store_member))
        .routes(routes!(members::set_store_owner));
    let guarded = match state {
        Some(state) => guarded.route_layer(from_fn_with_state(state.clone(), access::require_caller)),
        None => guarded,
    };
    OpenApiRouter::with_openapi(openapi::outline())
        .merge(guarded)
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(single_sign_on::get_ways))
        .routes(routes!(single_sign_on::begin_single_sign_on))
        .routes(routes!(single_sign_on::end_single_sign_on))
        .routes(routes!(sign_in_codes::use_sign_in_code))
        .routes(routes!(users::accept_invite))
        .routes(routes!(health::get_health))
}

async fn answer_other(uri: Uri, method: http::Method, headers: http::HeaderMap) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        let detail = format!("There is no {path} in the API. Its routes are listed at /api/docs.");
        return Problem::new(Kind::NotFound, detail).into_response();
    }
    dashboard::serve_file(method, uri, headers).await
}

async fn refuse_method(method: http::Method, uri: Uri) -> Problem {
    let problem = Problem::method_not_allowed(&method, uri.path());
    match operations::methods_of(uri.path()).or_else(|| suspension::methods_of(uri.path())) {
        Some(methods) => problem.allow(methods),
        None => problem,
    }
}
