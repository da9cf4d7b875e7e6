//! The folder in which Helm works: the chart, its caches. It lies in the system's folder for temporary files.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use tempfile::TempDir;

const PREFIX: &str = "souk-helm-";
/// Locked for as long as the process lives that made the folder, and no longer.
const LOCK: &str = "in-use";

/// A folder of this process alone, removed with this.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
    _lock: File,
}

impl Folder {
    /// Makes one, and removes those of processes that were killed.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn make() -> io::Result<Self> {
        Self::make_in(&std::env::temp_dir())
    }

    fn make_in(place: &Path) -> io::Result<Self> {
        for entry in fs::read_dir(place)?.flatten() {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with(PREFIX) && is_abandoned(&path) {
                // Another process may be removing it, too.
                let _ = fs::remove_dir_all(&path);
            }
        }
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(place)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.lock()?;
        (&lock).write_all(b"locked")?;
        Ok(Self { folder, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Whether its lock was held once and is no longer. One that was never held is being made.
fn is_abandoned(folder: &Path) -> bool {
    let Ok(lock) = File::open(folder.join(LOCK)) else { return false };
    lock.try_lock().is_ok() && lock.metadata().is_ok_and(|lock| lock.len() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_is_in_use_stays() {
        let place = tempfile::tempdir().unwrap();
        let in_use = Folder::make_in(place.path()).unwrap();
        let left = place.path().join("souk-helm-left");
        fs::create_dir_all(left.join("chart")).unwrap();
        fs::write(left.join(LOCK), "locked").unwrap();
        let begun = place.path().join("souk-helm-begun");
        fs::create_dir(&begun).unwrap();
        File::create(begun.join(LOCK)).unwrap();
        let strange = place.path().join("somebody-elses");
        fs::create_dir(&strange).unwrap();
        let next = Folder::make_in(place.path()).unwrap();
        assert!(!left.exists());
        assert!(strange.exists() && begun.exists() && in_use.path().exists() && next.path().exists());
        drop(in_use);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3, "the strange one, the begun one and the next");
    }
}
