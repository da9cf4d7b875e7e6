//! What people send about stores, and the check of what it means.
//!
//! Owns the JSON forms of the input and the collection of all refused fields into one problem. The
//! rules themselves are the domain's.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use souk_domain::admin::{self, DEFAULT_USERNAME};
use souk_domain::blueprint::BLUEPRINTS;
use souk_domain::plan::{DEFAULT_PLAN, PLANS};
use souk_domain::{Blueprint, DisplayName, Plan, Slug, StoreId};
use time::OffsetDateTime;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::problem::{FieldError, Problem};
use crate::config::AddressArgs;
use crate::db::{Edit, NewStore, SlugChoice};
use crate::seal::Sealer;

/// A store that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateStore {
    /// The shop's name, 1 to 100 characters of any script.
    #[schema(example = "Blue Mug Shop", min_length = 1, max_length = 100)]
    name: String,
    /// First label of the shop's host name; made from the name when absent.
    #[schema(example = "blue-mug-shop", max_length = 40, pattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    slug: Option<String>,
    /// What kind of shop; `woocommerce` when absent.
    #[schema(example = "woocommerce")]
    blueprint: Option<String>,
    /// How big; `standard` when absent.
    #[schema(example = "standard")]
    plan: Option<String>,
    /// Name of the team that is to own it; the caller when absent.
    #[schema(example = "agency")]
    pub team: Option<String>,
    /// The shop's administrator; made up when absent.
    admin: Option<AdminInput>,
}

/// The shop's administrator.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CreateStoreAdmin)]
pub struct AdminInput {
    /// `admin` when absent.
    #[schema(example = "admin", min_length = 1, max_length = 60, pattern = "^[A-Za-z0-9][A-Za-z0-9._@-]*$")]
    username: Option<String>,
    /// Made from the shop's address when absent.
    #[schema(
        example = "owner@example.com",
        max_length = 100,
        pattern = "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$"
    )]
    email: Option<String>,
    /// 12 to 128 characters that are hard to guess; generated when absent.
    #[schema(value_type = Option<String>, format = Password, write_only, min_length = 12, max_length = 128)]
    password: Option<SecretString>,
}

/// A change of a store; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateStore {
    #[schema(example = "Red Mug Shop", min_length = 1, max_length = 100)]
    name: Option<String>,
    /// The shop moves to the address of this slug; the old one ends.
    #[schema(example = "red-mug-shop", max_length = 40, pattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    slug: Option<String>,
    /// Whether Souk sets back what others change of the store on the cluster. Off: it is told as the
    /// condition `AsWanted`, and left alone.
    repair: Option<Repair>,
}

/// Whether changes by others are set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Repair {
    On,
    Off,
}

impl From<bool> for Repair {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

/// How an operation is cancelled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelOperation {
    /// What becomes of what a creation made so far; it is kept when absent.
    #[schema(value_type = Option<Created>)]
    pub created: Option<Created>,
}

/// What becomes of what a cancelled creation made so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Created {
    /// It stays, and a retry goes on from there.
    #[default]
    Keep,
    /// The store is deleted in the same breath.
    Remove,
}

/// Refused fields, collected so that people see all of them at once.
#[derive(Default)]
struct Refused(Vec<FieldError>);

impl Refused {
    fn take<T, E: std::fmt::Display>(&mut self, field: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.0.push(FieldError::new(field, error.to_string()))).ok()
    }

    fn finish<T>(self, checked: Option<T>) -> Result<T, Problem> {
        match checked {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Problem::invalid_input(self.0)),
        }
    }
}

impl CreateStore {
    /// Tells this request from another; secret and short, whatever was sent.
    pub fn fingerprint(&self, sealer: &Sealer) -> String {
        let admin = self.admin.as_ref();
        let password = admin.and_then(|admin| admin.password.as_ref()).map(ExposeSecret::expose_secret);
        let username = admin.and_then(|admin| admin.username.as_ref());
        let email = admin.and_then(|admin| admin.email.as_ref());
        let parts = (self.name.trim(), &self.slug, &self.blueprint, &self.plan, username, email, password);
        // Texts and options of texts always become JSON.
        let json = match &self.team {
            None => serde_json::to_vec(&parts),
            Some(team) => serde_json::to_vec(&(parts, team)),
        };
        sealer.fingerprint(&Zeroizing::new(json.unwrap_or_default()))
    }

    /// The new store, with an id of its own and its password sealed.
    ///
    /// # Errors
    /// Names every refused field.
    pub fn check(
        self,
        sealer: &Sealer,
        addresses: &AddressArgs,
        deadline_at: OffsetDateTime,
    ) -> Result<NewStore, Problem> {
        let id = StoreId::from_random(rand::random());
        let mut refused = Refused::default();
        let name = refused.take("name", DisplayName::new(&self.name));
        let chosen = self.slug.as_deref().and_then(|slug| refused.take("slug", Slug::new(slug)));
        let blueprint = refused.take("blueprint", find_blueprint(self.blueprint.as_deref()));
        let plan = refused.take("plan", find_plan(self.plan.as_deref()));
        let admin = self.admin.unwrap_or_default();
        let username = admin.username.unwrap_or_else(|| DEFAULT_USERNAME.to_owned());
        refused.take("admin.username", admin::check_username(&username));
        if let Some(email) = &admin.email {
            refused.take("admin.email", admin::check_email(email));
        }
        if let Some(password) = &admin.password {
            let related = [self.name.as_str(), self.slug.as_deref().unwrap_or(""), &username];
            refused.take("admin.password", admin::check_password(password.expose_secret(), &related));
        }
        let (name, blueprint, plan) = refused.finish(name.zip(blueprint).zip(plan).map(|((n, b), p)| (n, b, p)))?;
        let slug = match chosen {
            Some(slug) => SlugChoice::Chosen(slug),
            None => SlugChoice::Suggested(Slug::suggest(&name).unwrap_or_else(|| Slug::from_id(&id))),
        };
        let sealed = admin.password.map(|password| sealer.seal(&id, &password)).transpose();
        Ok(NewStore {
            admin_email: admin.email.unwrap_or_else(|| made_up_email(&slug, addresses)),
            sealed_password: sealed.map_err(|error| Problem::internal(&error))?,
            id,
            name,
            slug,
            blueprint: blueprint.name.to_owned(),
            plan: plan.name.to_owned(),
            admin_username: username,
            deadline_at,
            owner: None,
        })
    }
}

impl UpdateStore {
    /// # Errors
    /// Names every refused field.
    pub fn check(self, if_revision: Option<i64>, deadline_at: OffsetDateTime) -> Result<Edit, Problem> {
        let mut refused = Refused::default();
        let name = self.name.as_deref().and_then(|name| refused.take("name", DisplayName::new(name)));
        let slug = self.slug.as_deref().and_then(|slug| refused.take("slug", Slug::new(slug)));
        let repair = self.repair.map(|repair| repair == Repair::On);
        refused.finish(Some(Edit { name, slug, repair, if_revision, deadline_at: Some(deadline_at) }))
    }
}

fn find_blueprint(name: Option<&str>) -> Result<&'static Blueprint, String> {
    let Some(name) = name else { return Ok(Blueprint::default_one()) };
    Blueprint::find(name)
        .ok_or_else(|| format!("must be one of: {}", join(BLUEPRINTS.iter().map(|blueprint| blueprint.name))))
}

fn find_plan(name: Option<&str>) -> Result<&'static Plan, String> {
    Plan::find(name.unwrap_or(DEFAULT_PLAN))
        .ok_or_else(|| format!("must be one of: {}", join(PLANS.iter().map(|plan| plan.name))))
}

fn join(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Nobody reads mail there; WordPress insists on an address.
fn made_up_email(slug: &SlugChoice, addresses: &AddressArgs) -> String {
    let (SlugChoice::Chosen(slug) | SlugChoice::Suggested(slug)) = slug;
    format!("admin@{slug}.{}", addresses.base_domain)
}
