//! What Souk remembers: one file per table.
