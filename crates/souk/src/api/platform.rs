//! What this platform is and offers.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use souk_domain::blueprint::BLUEPRINTS;
use souk_domain::plan::{DEFAULT_PLAN, PLANS, Plan};
use utoipa::ToSchema;

use super::AppState;

/// The platform.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Platform)]
pub struct PlatformView {
    /// Souk's version.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Domain under which every store gets its host name.
    #[schema(example = "localhost")]
    base_domain: String,
    blueprints: Vec<BlueprintView>,
    plans: Vec<PlanView>,
    limits: LimitsView,
    cluster: ClusterView,
}

/// A kind of shop.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Blueprint)]
struct BlueprintView {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    woo_commerce: WooCommerceView,
}

/// WooCommerce in the image of a blueprint.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WooCommerce)]
struct WooCommerceView {
    /// False: stores are plain WordPress and take no orders.
    present: bool,
    #[schema(example = "9.2.5")]
    version: Option<String>,
}

/// A size of store.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Plan)]
struct PlanView {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    /// The plan of a store that names none.
    default: bool,
    /// A visit to a suspended shop of the plan starts it again.
    wake_on_visit: bool,
    /// Most processor time of all its pods.
    #[schema(example = "4 cores")]
    cpu: String,
    /// Most memory of all its pods.
    #[schema(example = "1 GiB")]
    memory: String,
    /// Size of all its volumes.
    #[schema(example = "4 GiB")]
    storage: String,
}

/// Limits of the platform.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PlatformLimits)]
struct LimitsView {
    /// Stores that may exist at once; null for no limit.
    max_stores: Option<u32>,
}

/// The cluster that the stores run on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Cluster)]
struct ClusterView {
    reachable: bool,
    #[schema(example = "v1.34.4")]
    version: Option<String>,
    /// One sentence when something is wrong.
    message: Option<String>,
}

/// Read what the platform is and offers
#[utoipa::path(
    get, path = "/api/platform", tag = "platform",
    responses((status = 200, description = "The platform", body = PlatformView))
)]
pub async fn get_platform(State(state): State<AppState>) -> Json<PlatformView> {
    let settings = &state.settings;
    let cluster = state.cluster.health().await;
    let version = settings.images.woocommerce().map(str::to_owned);
    let blueprints = BLUEPRINTS.iter().map(|blueprint| BlueprintView {
        name: blueprint.name,
        title: blueprint.title,
        description: blueprint.description,
        woo_commerce: WooCommerceView { present: version.is_some(), version: version.clone() },
    });
    Json(PlatformView {
        version: env!("CARGO_PKG_VERSION"),
        base_domain: settings.address.base_domain.clone(),
        blueprints: blueprints.collect(),
        plans: PLANS.iter().map(PlanView::new).collect(),
        limits: LimitsView { max_stores: Some(settings.limits.max_stores).filter(|most| *most > 0) },
        cluster: ClusterView { reachable: cluster.reachable, version: cluster.version, message: cluster.message },
    })
}

impl PlanView {
    fn new(plan: &Plan) -> Self {
        Self {
            name: plan.name,
            title: plan.title,
            description: plan.description,
            default: plan.name == DEFAULT_PLAN,
            wake_on_visit: plan.wake_on_visit,
            cpu: cores(plan.shop.cpu_limit + plan.database.cpu_limit),
            memory: mebibytes(plan.shop.memory_limit + plan.database.memory_limit),
            storage: mebibytes(plan.shop.volume + plan.database.volume),
        }
    }
}

fn cores(thousandths: u32) -> String {
    let cores = f64::from(thousandths) / 1000.0;
    format!("{cores} {}", if thousandths == 1000 { "core" } else { "cores" })
}

fn mebibytes(size: u32) -> String {
    if size >= 1024 { format!("{} GiB", f64::from(size * 10 / 1024) / 10.0) } else { format!("{size} MiB") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_for_people() {
        assert_eq!(cores(1000), "1 core");
        assert_eq!(cores(2500), "2.5 cores");
        assert_eq!(mebibytes(640), "640 MiB");
        assert_eq!(mebibytes(1024), "1 GiB");
        assert_eq!(mebibytes(2560), "2.5 GiB");
    }
}
