//! A company's own sign-in: one OpenID Connect provider, by the authorization code flow with PKCE.
//!
//! Owns discovery, the address that a browser is sent to, and what a code is worth: who somebody is, as far as the
//! provider's signed word holds. What they may do here is not decided here. Souk starts and works while the provider
//! is away; it is asked when somebody signs in.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AsyncHttpClient, AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError,
    ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse, StandardTokenResponse,
    TokenResponse, UserInfoClaims,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use url::Url;

use super::token;
use crate::config::oidc::OidcArgs;

/// How long one question to the provider may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Largest answer of the provider that is read, in bytes.
const MOST: usize = 1 << 20;
/// What the provider publishes about itself is asked for again after this time.
const FRESH: Duration = Duration::from_secs(3600);

/// Signatures that a key which everybody knows can check.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Claims that the standard does not know, groups among them.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Others {
    #[serde(flatten)]
    claims: Map<String, Value>,
}

impl AdditionalClaims for Others {}

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Others,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type Client = openidconnect::Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Who somebody is at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    /// The provider's own name of the account, which never changes.
    pub subject: String,
    /// What people call the account: the user name there, else the address of its mail.
    pub name: Option<String>,
    pub groups: Vec<String>,
}

/// Why nobody can be told to have signed in. For the log; it holds no token.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    #[error("the provider does not answer as it should: {0}")]
    Provider(String),
    #[error("the provider refuses the code: {0}")]
    Code(String),
    #[error("the provider's word does not hold: {0}")]
    Token(String),
}

/// What one browser proves that it began a sign-in with. Nonce and PKCE verifier are made from it and from the
/// state, so that only the browser has them.
pub struct Begun<'a> {
    pub secret: &'a str,
    pub state: &'a str,
}

impl Begun<'_> {
    fn derived(&self, what: &str) -> String {
        token::hash(&format!("souk oidc {what} {} {}", self.secret, self.state))
    }

    fn nonce(&self) -> Nonce {
        Nonce::new(self.derived("nonce"))
    }

    fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.derived("verifier"))
    }
}

/// The provider.
pub struct Provider {
    issuer: String,
    client_id: ClientId,
    secret: Option<SecretString>,
    redirect: String,
    scopes: Vec<String>,
    groups_claim: String,
    http: Http,
    client: Mutex<Option<(Instant, Client)>>,
}

impl Provider {
    /// The provider of the settings, if there is one. `redirect` is where it sends browsers back to.
    ///
    /// # Errors
    /// The system's certificates cannot be read.
    pub fn new(settings: &OidcArgs, secret: Option<SecretString>, redirect: String) -> anyhow::Result<Option<Self>> {
        let Some(issuer) = settings.oidc_issuer.clone() else { return Ok(None) };
        let http = reqwest::Client::builder()
            .user_agent(concat!("souk/", env!("CARGO_PKG_VERSION")))
            .timeout(PATIENCE)
            // The answer to a code is for Souk alone, wherever a redirect would lead.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Some(Self {
            issuer,
            client_id: ClientId::new(settings.oidc_client_id.clone()),
            secret,
            redirect,
            scopes: settings
                .oidc_scopes
                .iter()
                .map(|scope| scope.trim().to_owned())
                .filter(|scope| !scope.is_empty())
                .collect(),
            groups_claim: settings.oidc_groups_claim.clone(),
            http: Http(http),
            client: Mutex::default(),
        }))
    }

    /// Where a browser is sent to sign in.
    ///
    /// # Errors
    /// The provider is away.
    pub async fn address(&self, begun: &Begun<'_>) -> Result<Url, OidcError> {
        let client = self.client(FRESH).await?;
        let (state, nonce) = (begun.state.to_owned(), begun.nonce());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&begun.verifier());
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let request = client.authorize_url(flow, move || CsrfToken::new(state), move || nonce);
        let request = request.add_scopes(self.scopes.iter().cloned().map(Scope::new)).set_pkce_challenge(challenge);
        Ok(request.url().0)
    }

    /// Who the code is about.
    ///
    /// # Errors
    /// The provider is away or refuses the code, or what it says does not hold.
    pub async fn identity(&self, code: String, begun: &Begun<'_>) -> Result<Identity, OidcError> {
        let client = self.client(FRESH).await?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(provider)?;
        let answer = request.set_pkce_verifier(begun.verifier()).request_async(&self.http).await;
        let tokens = answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(refusal) => OidcError::Code(refusal.to_string()),
            // What could not be read may hold a token.
            RequestTokenError::Parse(error, _) => OidcError::Provider(error.to_string()),
            RequestTokenError::Request(error) => provider(error),
            RequestTokenError::Other(why) => OidcError::Provider(why),
        })?;
        let identity = match self.read(&client, &tokens, begun).await {
            // Keys change; the token may be signed by a new one.
            Err(Unread::Signature(_)) => self.read(&self.client(Duration::ZERO).await?, &tokens, begun).await,
            read => read,
        };
        identity.map_err(|unread| match unread {
            Unread::Signature(error) => OidcError::Token(error.to_string()),
            Unread::Other(error) => error,
        })
    }

    async fn read(&self, client: &Client, tokens: &Tokens, begun: &Begun<'_>) -> Result<Identity, Unread> {
        let Some(token) = tokens.id_token() else {
            return Err(Unread::Other(OidcError::Token("there is no ID token beside the access token".to_owned())));
        };
        let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES);
        let claims = token.claims(&verifier, &begun.nonce()).map_err(|error| match error {
            ClaimsVerificationError::SignatureVerification(_) => Unread::Signature(error),
            error => Unread::Other(OidcError::Token(error.to_string())),
        })?;
        let mut groups = claims.additional_claims().claims.get(&self.groups_claim).cloned();
        let mut name = claims.preferred_username().map(|name| name.to_string());
        let mut mail = claims.email().map(|mail| mail.to_string());
        // Some providers keep their tokens small and tell the rest when asked.
        if (groups.is_none() || name.is_none() && mail.is_none())
            && let Ok(question) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        {
            let more: UserInfoClaims<Others, CoreGenderClaim> =
                question.request_async(&self.http).await.map_err(|error| Unread::Other(provider(error)))?;
            groups = groups.or_else(|| more.additional_claims().claims.get(&self.groups_claim).cloned());
            name = name.or_else(|| more.preferred_username().map(|name| name.to_string()));
            mail = mail.or_else(|| more.email().map(|mail| mail.to_string()));
        }
        Ok(Identity {
            issuer: self.issuer.clone(),
            subject: claims.subject().to_string(),
            name: name.or(mail),
            groups: texts(groups),
        })
    }

    /// The client with what the provider publishes about itself, at most this old.
    async fn client(&self, age: Duration) -> Result<Client, OidcError> {
        if let Some((since, client)) = &*self.client.lock().await
            && since.elapsed() < age
        {
            return Ok(client.clone());
        }
        // Nobody waits for somebody else's answer of a provider that is away.
        let client = self.discover().await?;
        *self.client.lock().await = Some((Instant::now(), client.clone()));
        Ok(client)
    }

    async fn discover(&self) -> Result<Client, OidcError> {
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(provider)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.http).await.map_err(|error| match error {
            openidconnect::DiscoveryError::Request(error) => provider(error),
            error => provider(error),
        })?;
        let by_header = metadata
            .token_endpoint_auth_methods_supported()
            .is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let secret = self.secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(provider)?;
        let by = if by_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        let client = Client::from_provider_metadata(metadata, self.client_id.clone(), secret);
        Ok(client.set_redirect_uri(redirect).set_auth_type(by))
    }
}

/// Why the tokens are not read.
enum Unread {
    Signature(ClaimsVerificationError),
    Other(OidcError),
}

/// The error with its causes.
fn provider(error: impl std::error::Error) -> OidcError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    OidcError::Provider(text)
}

/// A list of texts, or one text.
fn texts(claim: Option<Value>) -> Vec<String> {
    match claim {
        Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    }
}

/// Asks the provider.
struct Http(reqwest::Client);

/// Why the provider did not answer.
#[derive(Debug, thiserror::Error)]
enum HttpError {
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    #[error(transparent)]
    Response(#[from] http::Error),
    #[error("the answer is larger than {MOST} bytes")]
    TooLarge,
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let mut answer = self.0.execute(request.try_into()?).await?;
            let mut response = http::Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                headers.extend(std::mem::take(answer.headers_mut()));
            }
            let mut body = Vec::new();
            while let Some(piece) = answer.chunk().await? {
                if body.len() + piece.len() > MOST {
                    return Err(HttpError::TooLarge);
                }
                body.extend_from_slice(&piece);
            }
            Ok(response.body(body)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_come_as_a_list_or_as_one() {
        assert_eq!(texts(Some(json!(["a", 1, "b"]))), ["a", "b"]);
        assert_eq!(texts(Some(json!("a"))), ["a"]);
        assert!(texts(Some(json!({"a": 1}))).is_empty() && texts(None).is_empty());
    }

    #[test]
    fn what_a_browser_proves_differs_by_sign_in_and_by_use() {
        let one = Begun { secret: "s", state: "1" };
        let other = Begun { secret: "s", state: "2" };
        assert_ne!(one.nonce().secret(), other.nonce().secret());
        assert_ne!(one.nonce().secret(), one.verifier().secret());
        assert!((43..=128).contains(&one.verifier().secret().len()));
    }
}
