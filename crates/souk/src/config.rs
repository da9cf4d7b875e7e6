//! Every setting of `souk serve`, read once at the start and passed down.

/// Settings of the server.
#[derive(clap::Args, Clone, Debug)]
pub struct ServeArgs {}
