//! Whether somebody sits before a screen here, and showing them an address in their browser.

use std::env;

/// Opens the address in a browser; says whether one was there to ask.
pub fn open(address: &str) -> bool {
    is_there() && ::open::that_detached(address).is_ok()
}

fn is_there() -> bool {
    cfg!(target_os = "macos")
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}
