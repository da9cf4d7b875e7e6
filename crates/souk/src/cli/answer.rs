//! The platform's answers, as far as the commands look into them.
//!
//! Read with patience: words stay text and what is unknown is passed over, so that a newer platform with further phases,
//! steps or fields does not stop an older command line. A test holds them to what the API really sends.

use secrecy::SecretString;
use serde::Deserialize;
use time::OffsetDateTime;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Store {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub url: String,
    pub admin_url: String,
    pub phase: String,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub orders_possible: bool,
    #[serde(default)]
    pub conditions: Vec<Condition>,
    #[serde(default)]
    pub blueprint: String,
    #[serde(default)]
    pub plan: String,
    #[serde(default)]
    pub admin_username: String,
    pub operation: Option<Operation>,
    pub next_operation: Option<NextOperation>,
    #[serde(default)]
    pub owner: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub message: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    pub id: String,
    pub kind: String,
    pub state: String,
    #[serde(default)]
    pub steps: Vec<Step>,
    pub message: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
}

/// The change that waits behind the operation under way.
#[derive(Clone, Debug, Deserialize)]
pub struct NextOperation {
    pub id: String,
    pub kind: String,
    #[serde(default)]
    pub message: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub name: String,
    pub title: String,
    pub state: String,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    pub message: Option<String>,
}

/// One line of a store's timeline.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub id: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    #[serde(rename = "type")]
    pub kind: String,
    pub reason: String,
    pub message: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub items: Vec<serde_json::Value>,
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    pub username: String,
    pub password: String,
    pub email: String,
    pub admin_url: String,
}

/// A link that signs in to a shop. Whoever has its address is signed in by it.
#[derive(Clone, Deserialize)]
pub struct LoginLink {
    pub url: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct SignedIn {
    pub actor: String,
}

/// A token that was just made.
#[derive(Clone, Debug, Deserialize)]
pub struct NewToken {
    pub token: Token,
    pub secret: SecretString,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    pub id: String,
    pub name: String,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Platform {
    pub version: String,
    pub base_domain: String,
    #[serde(default)]
    pub blueprints: Vec<Blueprint>,
    pub cluster: Cluster,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Blueprint {
    pub name: String,
    #[serde(rename = "wooCommerce")]
    pub woocommerce: WooCommerce,
}

#[derive(Clone, Debug, Deserialize)]
pub struct WooCommerce {
    pub present: bool,
    pub version: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Cluster {
    pub reachable: bool,
    pub version: Option<String>,
    pub message: Option<String>,
}

/// `/api/metrics`, as far as it is shown.
#[derive(Clone, Debug, Deserialize)]
pub struct Summary {
    pub stores: StoreCounts,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreCounts {
    pub total: u64,
    #[serde(default)]
    pub by_phase: std::collections::BTreeMap<String, u64>,
}

/// What belongs to no store.
#[derive(Clone, Debug, Deserialize)]
pub struct SweepReport {
    pub items: Vec<Orphan>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Orphan {
    pub id: String,
    pub kind: String,
    pub name: String,
    pub message: String,
    #[serde(default)]
    pub removable: bool,
}

/// What became of what was to be removed.
#[derive(Clone, Debug, Deserialize)]
pub struct SweepOutcomes {
    pub items: Vec<SweepOutcome>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct SweepOutcome {
    pub id: String,
    /// `removing`, `gone` or `refused`.
    pub result: String,
    pub message: String,
}

/// What a store uses of its plan.
#[derive(Clone, Debug, Deserialize)]
pub struct Usage {
    pub available: bool,
    /// Why nothing is measured.
    pub message: Option<String>,
    pub plan: Option<UsagePlan>,
    pub now: Option<UsageNow>,
    #[serde(default)]
    pub points: Vec<UsagePoint>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsagePlan {
    pub name: String,
    pub cpu_limit_millicores: u64,
    pub memory_limit_mebibytes: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageNow {
    pub cpu_millicores: u64,
    pub memory_mebibytes: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsagePoint {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub cpu_millicores: u64,
    pub cpu_millicores_max: u64,
    pub memory_mebibytes: u64,
    pub memory_mebibytes_max: u64,
}

impl Operation {
    pub fn is_over(&self) -> bool {
        matches!(self.state.as_str(), "succeeded" | "failed" | "cancelled")
    }
}
