//! The store's chart: embedded in this binary, unpacked at the start, named by its content.
//!
//! Owns the embedded files and the folder in which they lie for `helm`. The folder goes when the
//! process ends in good order; a killed process leaves it to the system's cleaning of `/tmp`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use thiserror::Error;

#[derive(RustEmbed)]
#[folder = "../../charts/woocommerce"]
struct Files;

/// Why the chart cannot be used.
#[derive(Debug, Error)]
pub enum ChartError {
    /// The folder for it cannot be written.
    #[error("the store chart cannot be unpacked to {path}: {source}")]
    Unpack {
        /// Where it was to lie.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The unpacked chart.
#[derive(Debug)]
pub struct Chart {
    folder: tempfile::TempDir,
    hash: String,
}

impl Chart {
    /// Unpacks the embedded chart below `work`, a folder that can be written.
    pub fn unpack(work: &Path) -> Result<Self, ChartError> {
        // What is written for people only does not change a store.
        let mut names: Vec<_> = Files::iter().filter(|name| !name.ends_with(".md")).collect();
        names.sort_unstable();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ChartError::Unpack { path, source }
        };
        fs::create_dir_all(work).map_err(failed(work))?;
        let folder = tempfile::Builder::new().prefix("chart-").tempdir_in(work).map_err(failed(work))?;
        let mut hash = Sha256::new();
        for name in &names {
            let Some(file) = Files::get(name) else { continue };
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update((file.data.len() as u64).to_le_bytes());
            hash.update(&file.data);
            let path = folder.path().join(name.as_ref());
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(failed(parent))?;
            }
            fs::write(&path, &file.data).map_err(failed(&path))?;
        }
        Ok(Self { folder, hash: hex::encode(&hash.finalize()[..8]) })
    }

    /// Where `helm` finds it.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The first 16 hex digits of the SHA-256 of names and contents.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// The fingerprint of a release made from the chart with this hash and these values: 32 hex digits.
pub fn digest(chart: &str, values: &serde_json::Value) -> String {
    // serde_json keeps object keys sorted, so equal values print equally.
    let mut hash = Sha256::new();
    hash.update(chart.as_bytes());
    hash.update(values.to_string().as_bytes());
    hex::encode(&hash.finalize()[..16])
}
