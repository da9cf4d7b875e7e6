//! The REST interface of Souk: routes, their input and output, and the layers around them.
//!
//! Handlers are called `<verb>_<resource>`; nothing slow happens in them. `problem.rs` alone chooses
//! the HTTP statuses of errors. What runs in the cluster is behind the traits of `crate::cluster`.

mod access;
mod audit;
mod credentials;
mod events;
mod health;
pub mod hub;
mod input;
mod json;
pub mod layer;
mod login_links;
mod logs;
mod me;
mod members;
mod openapi;
mod operations;
mod params;
mod platform;
pub mod problem;
mod quota;
mod router;
mod sessions;
mod sign_in;
pub mod sign_in_codes;
pub mod single_sign_on;
mod sleeping;
mod slugs;
mod state;
mod stores;
mod summary;
mod suspension;
mod sweep;
mod teams;
mod tokens;
mod usage;
pub mod users;
mod view;
mod watcher;

#[cfg(test)]
mod tests;

pub use openapi::print_openapi;
pub use router::router;
pub use state::{AppState, Shared};
