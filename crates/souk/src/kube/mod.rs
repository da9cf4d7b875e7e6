//! What Souk reads from and writes to a cluster, apart from Helm releases.
