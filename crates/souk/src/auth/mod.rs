//! Who calls: the admin token or a token that was made here as a bearer, or the cookie of a sign-in.
//!
//! Owns the check of all three and what is known about the caller afterwards. It reads the database with
//! every request, so that what is ended or taken away is so at once. What a route needs is said in
//! `api/access.rs`, what a role may in `souk_domain::access`.

pub mod oidc;
pub mod origin;
pub mod password;
pub mod pkce;
pub mod session;
pub mod token;

use axum::extract::FromRequestParts;
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use souk_domain::{Access, Need, Scope, StoreId, StoreRole, allows};

use crate::api::layer::client::ClientAddress;
use crate::api::problem::{Kind, Problem};
use crate::config::secrets::Secrets;
use crate::db::{Actor, Db, DbError, Owner, Sight, Signed, User, Worthless};
use password::Passwords;
use session::Sessions;
use token::AdminToken;

/// The name of whoever has the admin token.
pub const ADMIN: &str = "admin";

/// Everything needed to tell who calls.
pub struct Gate {
    pub token: AdminToken,
    /// Of the admin token, kept with the sign-ins that it made.
    pub proof: String,
    pub sessions: Sessions,
    pub passwords: Passwords,
}

/// Who calls, put into the request once it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Name for the audit log.
    pub actor: String,
    pub by: Proof,
    /// The account; the admin token and machines have none.
    pub user: Option<User>,
    pub access: Access,
}

/// How the caller was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    Token,
    /// A sign-in with this hash.
    Cookie(String),
}

impl Gate {
    pub fn new(secrets: &Secrets, lifetime: std::time::Duration, https: bool) -> Self {
        let token = AdminToken::new(&secrets.admin_token);
        let proof = token.fingerprint(&secrets.encryption_key);
        Self { token, proof, sessions: Sessions::new(lifetime, https), passwords: Passwords::default() }
    }

    /// Who sends a request; a sign-in is used by that, and goes on.
    ///
    /// # Errors
    /// Nobody is signed in, the token is worth nothing, or the database fails.
    pub async fn caller(&self, db: &Db, headers: &HeaderMap) -> Result<Caller, Problem> {
        self.find(db, headers, Some(self.sessions.span())).await
    }

    /// Who has sent a request that is still answered. An open stream alone keeps no sign-in from its end.
    ///
    /// # Errors
    /// As `caller`.
    pub async fn listener(&self, db: &Db, headers: &HeaderMap) -> Result<Caller, Problem> {
        self.find(db, headers, None).await
    }

    async fn find(&self, db: &Db, headers: &HeaderMap, lifetime: Option<time::Duration>) -> Result<Caller, Problem> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            return match value.to_str().ok().and_then(token::bearer) {
                Some(offered) if self.token.matches(offered) => Ok(Caller::admin(Proof::Token)),
                Some(offered) if token::is_made_here(offered) => by_token(db, offered).await,
                Some(_) => Err(unauthenticated(
                    "The token is wrong. The right one is in the Secret souk-admin, under the key token.",
                )),
                None => Err(unauthenticated("Send the header Authorization: Bearer <token>.")),
            };
        }
        let Some(hash) = self.sessions.hash_in(headers) else {
            return Err(unauthenticated("Send the header Authorization: Bearer <token>, or sign in at the dashboard."));
        };
        match db.use_session(&hash, lifetime).await? {
            Some(Signed::User(user)) => Ok(Caller {
                actor: user.name.clone(),
                by: Proof::Cookie(hash),
                access: Access { role: user.role, scope: Scope::Admin },
                user: Some(user),
            }),
            Some(Signed::Admin { proof }) if proof == self.proof => Ok(Caller::admin(Proof::Cookie(hash))),
            _ => Err(unauthenticated("The sign-in has ended. Sign in again.")),
        }
    }
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(Kind::Unauthenticated, detail)
}

async fn by_token(db: &Db, offered: &str) -> Result<Caller, Problem> {
    let bearer = match db.use_token(&token::hash(offered)).await? {
        Ok(bearer) => bearer,
        Err(Worthless::Unknown) => return Err(unauthenticated("The token is wrong, or was deleted. Make a new one.")),
        Err(Worthless::Expired) => return Err(unauthenticated("The token has expired. Make a new one.")),
        Err(Worthless::Revoked) => return Err(unauthenticated("The token was revoked. Make a new one.")),
        Err(Worthless::Disabled) => {
            return Err(unauthenticated("The token's account is disabled. Ask an administrator."));
        }
    };
    let actor = match &bearer.user {
        Some(user) => user.name.clone(),
        // No user's name holds a colon.
        None => format!("machine:{}", bearer.token.name),
    };
    Ok(Caller { actor, by: Proof::Token, user: bearer.user, access: bearer.access })
}

impl Caller {
    fn admin(by: Proof) -> Self {
        Self { actor: ADMIN.to_owned(), by, user: None, access: Access::FULL }
    }

    /// Which stores the caller sees in lists.
    pub fn sight(&self) -> Sight {
        match &self.user {
            Some(user) if !self.access.sees_every_store() => Sight::Of(user.id.clone()),
            Some(_) => Sight::Everything,
            // A machine whose role sees nothing by itself owns nothing either.
            None if !self.access.sees_every_store() => Sight::Of(String::new()),
            None => Sight::Everything,
        }
    }

    /// To whom belongs what the caller makes.
    pub fn owner(&self) -> Owner {
        match &self.user {
            Some(user) => Owner::User { id: user.id.clone(), name: user.name.clone() },
            None => Owner::Named(self.actor.clone()),
        }
    }

    /// The caller's own role in a store; none where the store is not there.
    ///
    /// # Errors
    /// The database fails.
    pub async fn role_in_store(&self, db: &Db, store: &StoreId) -> Result<Option<StoreRole>, DbError> {
        match &self.user {
            None => Ok(None),
            Some(user) => match db.store_role(&user.id, store).await {
                Err(DbError::NoSuchStore) => Ok(None),
                role => role,
            },
        }
    }

    /// Whether the caller sees a store.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sees(&self, db: &Db, store: &StoreId) -> Result<bool, DbError> {
        Ok(self.access.sees_every_store() || allows(self.access, Need::StoreRead, self.role_in_store(db, store).await?))
    }

    /// Whether a machine's token came: neither a person nor the admin token.
    pub fn is_machine(&self) -> bool {
        self.user.is_none() && self.actor != ADMIN
    }

    /// Whether every team is seen, without belonging to it.
    pub fn sees_every_team(&self) -> bool {
        allows(self.access, Need::TeamRead, None)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Absent only on a route that was not put behind `require_caller`: refuse, never guess.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| unauthenticated("Sign in first."))
    }
}

/// Who asks, as the audit log names them: how they were recognised, and from which address.
pub struct Asker(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, state).await;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let by = match caller.by {
            Proof::Cookie(_) => "dashboard",
            Proof::Token if agent.starts_with("souk/") => "cli",
            Proof::Token => "api",
        };
        Ok(Self(Actor { name: caller.actor, source: Some(format!("{by} {address}")) }))
    }
}
