//! Where in the cluster the platform is looked for.

use std::fmt;

/// Namespace and Helm release of the platform.
#[derive(Clone, Debug)]
pub struct Place {
    pub namespace: String,
    pub release: String,
}

impl Place {
    pub fn admin_secret(&self) -> String {
        format!("{}-admin", self.release)
    }

    /// The command that prints the platform's log.
    pub fn logs(&self) -> String {
        format!("kubectl -n {} logs deployment/{}", self.namespace, self.release)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deployment {} in namespace {}", self.release, self.namespace)
    }
}
