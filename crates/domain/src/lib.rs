//! The rules of Souk.
