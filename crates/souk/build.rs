//! Lets the server be built without the dashboard: an empty folder stands in for it.

use std::path::Path;

fn main() {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".to_owned());
    let dist = Path::new(&manifest).join("../../dashboard/dist");
    if !dist.is_dir()
        && let Err(error) = std::fs::create_dir_all(&dist)
    {
        println!("cargo::warning=cannot make {}: {error}", dist.display());
    }
    // Watched as a whole: the files' names change with every build of the dashboard.
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");
}
