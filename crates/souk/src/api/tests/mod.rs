//! The API as callers meet it: requests against the whole router, with a database of their own in a
//! temporary folder and a cluster that is not there.

mod access;
mod accounts;
mod app;
mod browser;
mod cluster;
mod events;
mod fake;
mod limits;
mod login_links;
mod openapi;
mod operations;
mod outage;
mod platform;
mod refused;
mod replicas;
mod roles;
mod sign_in_codes;
mod sign_ins;
mod single_sign_on;
mod stores;
mod suspension;
mod sweep;
mod teams;
mod usage;

use app::TestApp;
