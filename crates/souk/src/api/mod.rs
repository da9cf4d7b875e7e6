//! The REST interface of Souk.

use std::process::ExitCode;

mod json;
mod problem;

/// Prints the OpenAPI document.
pub fn print_openapi() -> ExitCode {
    ExitCode::SUCCESS
}
