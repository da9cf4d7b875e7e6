//! The logs of a store's containers, as plain text.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use serde::Deserialize;
use souk_domain::Phase;
use utoipa::IntoParams;

use super::AppState;
use super::params::{ApiQuery, StorePath};
use super::problem::{Problem, ProblemBody};
use super::watcher::Watcher;
use crate::auth::Caller;
use crate::cluster::{Component, LogRequest};
use crate::db::DbError;

const DEFAULT_TAIL: u32 = 200;
const MAX_TAIL: u32 = 10_000;

/// Which log is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// `shop` or `database`; `shop` when absent.
    #[param(value_type = Option<LogComponent>, example = "shop")]
    component: Option<String>,
    /// `php` or `nginx` of the shop, `mariadb` of the database; the first of these when absent.
    #[param(value_type = Option<LogContainer>, example = "php")]
    container: Option<String>,
    /// Lines from the end to begin with, up to 10000; 200 when absent.
    #[param(maximum = 10000)]
    tail: Option<u32>,
    /// Go on with new lines as they come.
    follow: Option<bool>,
}

/// Parts of a shop that write a log.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "documents the values that `check` reads")]
pub enum LogComponent {
    Shop,
    Database,
}

/// Their containers.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "documents the values that `check` reads")]
pub enum LogContainer {
    Php,
    Nginx,
    Mariadb,
}

impl LogQuery {
    fn check(&self) -> Result<LogRequest, Problem> {
        const COMPONENTS: [Component; 2] = [Component::Shop, Component::Database];
        let component = match self.component.as_deref() {
            None => match self.container.as_deref() {
                Some("mariadb") => Component::Database,
                _ => Component::Shop,
            },
            Some(name) => COMPONENTS
                .into_iter()
                .find(|component| component.name() == name)
                .ok_or_else(|| Problem::invalid_parameter("component", "must be shop or database"))?,
        };
        let containers = component.containers();
        let container = match self.container.as_deref() {
            None => containers.first(),
            Some(name) => containers.iter().find(|container| **container == name),
        };
        let container = container.ok_or_else(|| {
            let known = containers.join(" or ");
            Problem::invalid_parameter("container", format!("must be {known} in the component {}", component.name()))
        })?;
        let tail = self.tail.unwrap_or(DEFAULT_TAIL);
        if tail > MAX_TAIL {
            return Err(Problem::invalid_parameter("tail", format!("must be {MAX_TAIL} at most")));
        }
        Ok(LogRequest { component, container, tail, follow: self.follow.unwrap_or(false) })
    }
}

/// Read the log of a store's container
#[utoipa::path(
    get, path = "/api/stores/{id}/logs", tag = "stores",
    params(("id" = String, Path, description = "Id of the store"), LogQuery),
    responses(
        (status = 200, description = "Lines, oldest first", body = String, content_type = "text/plain"),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The container is not there yet", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "The store has been deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The cluster does not answer", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_logs(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    StorePath(id): StorePath,
    ApiQuery(query): ApiQuery<LogQuery>,
) -> Result<Response, Problem> {
    let request = query.check()?;
    if state.db.get_store(&id).await?.phase == Phase::Deleted {
        return Err(DbError::AlreadyDeleted.into());
    }
    let (follow, on) = (request.follow, state.clone());
    let lines = state.cluster.logs(&id, request).await?;
    let refused = async move {
        match follow {
            true => Watcher::new(caller, headers).until_refused(on, id).await,
            false => std::future::pending().await,
        }
    };
    let lines = lines.take_until(state.stop.clone().cancelled_owned()).take_until(Box::pin(refused));
    let headers = [(header::CONTENT_TYPE.as_str(), "text/plain; charset=utf-8"), ("x-accel-buffering", "no")];
    Ok((headers, Body::from_stream(lines)).into_response())
}
