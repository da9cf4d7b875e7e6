//! Seals a chosen password until the cluster holds it.
