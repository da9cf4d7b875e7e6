//! What kind of shop a store is.

/// An engine with its chart. The image versions come with the platform's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blueprint {
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
}

/// Every blueprint; the first is the default.
pub const BLUEPRINTS: &[Blueprint] = &[Blueprint {
    name: "woocommerce",
    title: "WooCommerce",
    description: "A WordPress shop with WooCommerce, sample products and cash on delivery.",
}];

impl Blueprint {
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        BLUEPRINTS.iter().find(|blueprint| blueprint.name == name)
    }

    #[must_use]
    pub fn default_one() -> &'static Self {
        &BLUEPRINTS[0]
    }
}
