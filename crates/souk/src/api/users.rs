//! Accounts, as administrators see them, and the links by which people choose their passwords.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use souk_domain::Role;
use souk_domain::access::check_name;
use time::{Duration, OffsetDateTime};
use utoipa::ToSchema;

use super::AppState;
use super::json::ApiJson;
use super::layer::client::ClientAddress;
use super::me::check_new;
use super::params::{ApiQuery, PageQuery, TextPath};
use super::problem::{FieldError, Kind, Problem, ProblemBody};
use super::view::ListView;
use crate::auth::token::{self, Form};
use crate::auth::{Asker, Caller};
use crate::config::AddressArgs;
use crate::db::{NewUser, User, UserChange};

/// How long a link can be used.
pub const INVITE_LIFETIME: Duration = Duration::days(3);

/// An account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub struct UserView {
    #[schema(example = "umfrggzdfmztwq2lk")]
    id: String,
    #[schema(example = "anna")]
    name: String,
    role: Role,
    /// False until the link was used.
    has_password: bool,
    /// It signs in at the provider of single sign-on, which also says its role.
    single_sign_on: bool,
    disabled: bool,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    signed_in_at: Option<OffsetDateTime>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            role: user.role,
            has_password: user.has_password,
            single_sign_on: user.single_sign_on,
            disabled: user.disabled_at.is_some(),
            created_at: user.created_at,
            signed_in_at: user.signed_in_at,
        }
    }
}

/// A link, told once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Invite)]
pub struct InviteView {
    user: UserView,
    /// Opens the page where the password is chosen. Works once.
    #[schema(example = "http://souk.localhost/invite#souk_inv_...")]
    url: String,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

/// An account that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateUser {
    /// 1 to 64 of the characters a-z, 0-9, '.', '_', '@' and '-'.
    #[schema(example = "anna", min_length = 1, max_length = 64, pattern = "^[a-z0-9][a-z0-9._@-]*$")]
    name: String,
    /// `none` when absent: only stores of one's own.
    #[schema(example = "operator")]
    role: Option<Role>,
}

/// A change of an account; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateUser {
    role: Option<Role>,
    /// True ends every sign-in at once; tokens are worth nothing while it is so.
    disabled: Option<bool>,
}

/// A password that is chosen by a link.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptInvite {
    /// What the link holds after `#`.
    #[schema(value_type = String, format = Password, write_only)]
    token: SecretString,
    /// 12 to 128 characters that are hard to guess.
    #[schema(value_type = String, format = Password, write_only, min_length = 12, max_length = 128)]
    password: SecretString,
}

/// List the accounts, by name
#[utoipa::path(
    get, path = "/api/users", tag = "users", params(PageQuery),
    responses(
        (status = 200, description = "A page of accounts", body = ListView<UserView>),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_users(
    State(state): State<AppState>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<ListView<UserView>>, Problem> {
    let page = state.db.list_users(query.cursor.as_deref(), query.limit()?).await?;
    Ok(Json(ListView::new(page, UserView::from)))
}

/// Make an account
///
/// Answers with a link by which its owner chooses a password. Hand it over; it is not shown again.
#[utoipa::path(
    post, path = "/api/users", tag = "users", request_body = CreateUser,
    responses(
        (status = 201, description = "Made", body = InviteView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The name is taken", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field was refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create_user(
    State(state): State<AppState>,
    Asker(actor): Asker,
    ApiJson(input): ApiJson<CreateUser>,
) -> Result<(StatusCode, Json<InviteView>), Problem> {
    check_name(&input.name).map_err(|error| Problem::invalid_input(vec![FieldError::new("name", error)]))?;
    let role = input.role.unwrap_or(Role::None);
    let user = state.db.create_user(NewUser { name: input.name, role, password_hash: None }, &actor).await?;
    Ok((StatusCode::CREATED, Json(invite(&state, user, &actor).await?)))
}

/// Read an account
#[utoipa::path(
    get, path = "/api/users/{id}", tag = "users", params(("id" = String, Path, description = "Id of the account")),
    responses(
        (status = 200, description = "The account", body = UserView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such account", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_user(State(state): State<AppState>, TextPath(id): TextPath) -> Result<Json<UserView>, Problem> {
    Ok(Json(state.db.get_user(&id).await?.into()))
}

/// Give an account another role, disable or enable it
///
/// What changes holds from the next request of that account on.
#[utoipa::path(
    patch, path = "/api/users/{id}", tag = "users", params(("id" = String, Path, description = "Id of the account")),
    request_body = UpdateUser,
    responses(
        (status = 200, description = "Changed", body = UserView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is one's own account, or the last administrator's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn update_user(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
    TextPath(id): TextPath,
    ApiJson(input): ApiJson<UpdateUser>,
) -> Result<Json<UserView>, Problem> {
    refuse_own(&caller, &id)?;
    let disabled = input.disabled.map(|disabled| if disabled { UserChange::Disable } else { UserChange::Enable });
    let changes = input.role.map(UserChange::Role).into_iter().chain(disabled);
    Ok(Json(state.db.change_user(&id, changes, &actor).await?.into()))
}

/// Delete an account
///
/// Stores that belong to it have to be deleted or given to somebody else before.
#[utoipa::path(
    delete, path = "/api/users/{id}", tag = "users", params(("id" = String, Path, description = "Id of the account")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Stores still belong to it, it is one's own, or the last administrator's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn delete_user(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
    TextPath(id): TextPath,
) -> Result<StatusCode, Problem> {
    refuse_own(&caller, &id)?;
    state.db.delete_user(&id, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link by which the password of an account is chosen anew
///
/// The one made before is void. The password so far goes on working until the link is used.
#[utoipa::path(
    post, path = "/api/users/{id}/invite", tag = "users", params(("id" = String, Path, description = "Id of the account")),
    responses(
        (status = 201, description = "Made", body = InviteView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It signs in with single sign-on", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create_invite(
    State(state): State<AppState>,
    Asker(actor): Asker,
    TextPath(id): TextPath,
) -> Result<(StatusCode, Json<InviteView>), Problem> {
    let user = state.db.get_user(&id).await?;
    Ok((StatusCode::CREATED, Json(invite(&state, user, &actor).await?)))
}

/// Reset the password of an account
///
/// The password so far is void and every sign-in ends, both at once. Answers with a link by which a new one is chosen.
#[utoipa::path(
    post, path = "/api/users/{id}/reset", tag = "users", params(("id" = String, Path, description = "Id of the account")),
    responses(
        (status = 201, description = "Reset; here is the link", body = InviteView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is one's own account, or signs in with single sign-on", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn reset_password(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
    TextPath(id): TextPath,
) -> Result<(StatusCode, Json<InviteView>), Problem> {
    refuse_own(&caller, &id)?;
    let (secret, hash) = Form::Invite.make();
    let user = state.db.reset_password(&id, &hash, INVITE_LIFETIME, &actor).await?;
    Ok((StatusCode::CREATED, Json(InviteView::new(&state, user, &secret))))
}

/// Choose a password by a link
#[utoipa::path(
    post, path = "/api/invite", tag = "session", security(()), request_body = AcceptInvite,
    responses(
        (status = 200, description = "Chosen; sign in with it", body = UserView),
        (status = 410, description = "The link was used or has ended", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The password was refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn accept_invite(
    State(state): State<AppState>,
    ClientAddress(client): ClientAddress,
    ApiJson(input): ApiJson<AcceptInvite>,
) -> Result<Json<UserView>, Problem> {
    // What no account's password may be is refused whatever the link is.
    check_new(&input.password, "", "password")?;
    let hash = token::hash(input.token.expose_secret().trim());
    let user = state.db.invited_user(&hash).await?.ok_or(crate::db::DbError::InviteOver)?;
    check_new(&input.password, &user.name, "password")?;
    let password_hash = state.gate.passwords.hash(&input.password).await?;
    let user = state.db.accept_invite(&hash, &password_hash, Some(format!("dashboard {client}"))).await?;
    Ok(Json(user.into()))
}

async fn invite(state: &AppState, user: User, actor: &crate::db::Actor) -> Result<InviteView, Problem> {
    let (secret, hash) = Form::Invite.make();
    state.db.create_invite(&user.id, &hash, INVITE_LIFETIME, actor).await?;
    Ok(InviteView::new(state, user, &secret))
}

impl InviteView {
    fn new(state: &AppState, user: User, secret: &SecretString) -> Self {
        let expires_at = OffsetDateTime::now_utc() + INVITE_LIFETIME;
        Self { user: user.into(), url: invite_url(&state.settings.address, secret), expires_at }
    }
}

/// The secret stands behind `#`: browsers send it to no server, so that no log holds it.
pub fn invite_url(addresses: &AddressArgs, secret: &SecretString) -> String {
    format!("{}/invite#{}", addresses.platform_url(), secret.expose_secret())
}

/// Nobody takes from themselves what they would need to give it back.
fn refuse_own(caller: &Caller, id: &str) -> Result<(), Problem> {
    match &caller.user {
        Some(user) if user.id == id => Err(Problem::new(
            Kind::Conflict,
            "This is your own account. Ask another administrator, or use `souk user`.",
        )),
        _ => Ok(()),
    }
}
