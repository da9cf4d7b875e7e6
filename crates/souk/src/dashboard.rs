//! The dashboard, built into the binary.
