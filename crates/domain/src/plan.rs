//! How big a store may be: what one plan gives its database, its shop and its namespace.

/// A size of store. Memory and volumes are in MiB, processors in thousandths of a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    /// A visit to a suspended shop of the plan starts it again.
    pub wake_on_visit: bool,
    pub shop: ShopSize,
    pub database: DatabaseSize,
}

/// What the shop's pod gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShopSize {
    /// PHP processes at most, so requests answered at once.
    pub php_workers: u32,
    pub cpu_request: u32,
    pub cpu_limit: u32,
    pub memory_request: u32,
    pub memory_limit: u32,
    pub volume: u32,
}

/// What the database's pod gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseSize {
    /// InnoDB's buffer pool.
    pub buffer_pool: u32,
    pub max_connections: u32,
    pub cpu_request: u32,
    pub cpu_limit: u32,
    pub memory_request: u32,
    pub memory_limit: u32,
    pub volume: u32,
}

/// Every plan, smallest first.
pub const PLANS: &[Plan] = &[
    Plan {
        name: "small",
        title: "Small",
        description: "A trial or a small catalogue with few visitors at once.",
        wake_on_visit: true,
        shop: ShopSize {
            php_workers: 2,
            cpu_request: 20,
            cpu_limit: 1000,
            memory_request: 96,
            memory_limit: 384,
            volume: 1024,
        },
        database: DatabaseSize {
            buffer_pool: 24,
            max_connections: 16,
            cpu_request: 20,
            cpu_limit: 1000,
            memory_request: 72,
            memory_limit: 256,
            volume: 1024,
        },
    },
    Plan {
        name: "standard",
        title: "Standard",
        description: "A shop in daily business.",
        wake_on_visit: false,
        shop: ShopSize {
            php_workers: 4,
            cpu_request: 50,
            cpu_limit: 2000,
            memory_request: 128,
            memory_limit: 640,
            volume: 2048,
        },
        database: DatabaseSize {
            buffer_pool: 64,
            max_connections: 24,
            cpu_request: 30,
            cpu_limit: 2000,
            memory_request: 96,
            memory_limit: 384,
            volume: 2048,
        },
    },
    Plan {
        name: "large",
        title: "Large",
        description: "A big catalogue or many visitors at once.",
        wake_on_visit: false,
        shop: ShopSize {
            php_workers: 10,
            cpu_request: 200,
            cpu_limit: 4000,
            memory_request: 256,
            memory_limit: 1536,
            volume: 10240,
        },
        database: DatabaseSize {
            buffer_pool: 256,
            max_connections: 60,
            cpu_request: 100,
            cpu_limit: 2000,
            memory_request: 384,
            memory_limit: 1024,
            volume: 10240,
        },
    },
];

/// The plan of a store that names none.
pub const DEFAULT_PLAN: &str = "standard";

impl Plan {
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        PLANS.iter().find(|plan| plan.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_sound() {
        assert!(Plan::find(DEFAULT_PLAN).is_some());
        for plan in PLANS {
            assert!(plan.shop.memory_request <= plan.shop.memory_limit, "{}", plan.name);
            assert!(plan.database.buffer_pool < plan.database.memory_limit, "{}", plan.name);
            assert!(plan.database.max_connections > plan.shop.php_workers, "{}", plan.name);
        }
    }
}
