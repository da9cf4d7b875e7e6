//! Random stories: people ask, servers are killed, frozen and started, the cluster goes and comes, parts are
//! lost, calls fail. Whatever happens, a store ends where its owner asked, and at last leaves nothing.
//!
//! The reconciler and the database are the real ones; the cluster, Helm, the front door and time are not.
//! A story is made from a seed. One that fails is told as short as it can be, with its seed:
//!
//!     SOUK_MODEL_SEED=4711 cargo test -p souk model       plays one story
//!     SOUK_MODEL_RUNS=100000 cargo test -p souk model     plays many, from a random seed on

mod event;
mod expect;
mod run;
mod weather;
mod worker;

use std::{sync::atomic::AtomicU64, sync::atomic::Ordering::Relaxed, time::Instant};

use rand::{SeedableRng, rngs::StdRng};
use tokio::runtime::{Builder, Runtime};

use self::{
    event::Story,
    run::{Result, Run, at_once},
};
use crate::db::Db;

/// Stories that every run of the tests plays; an optimised build plays many more in the same time.
const RUNS: u64 = if cfg!(debug_assertions) { 500 } else { 10_000 };

/// A database in memory and a clock that stands still.
struct Theatre {
    runtime: Runtime,
    db: Db,
}

impl Theatre {
    fn open() -> Self {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let db = runtime.block_on(at_once(async {
            let db = Db::connect("sqlite::memory:").await.unwrap();
            db.log_phases().await;
            db
        }));
        Self { runtime, db }
    }

    fn play(&self, story: &Story) -> Result {
        self.runtime.block_on(async {
            let mut run = Run::begin(&self.db, story).await;
            let mut result = Ok(());
            for event in &story.events {
                result = run.happen(event).await;
                if result.is_err() {
                    break;
                }
            }
            if result.is_ok() {
                result = expect::ends_well(&mut run).await;
            }
            run.end().await;
            result
        })
    }

    /// Leaves events out as long as the story still fails.
    fn shorten(&self, mut story: Story) -> Story {
        let mut at = 0;
        while at < story.events.len() {
            let mut shorter = story.clone();
            shorter.events.remove(at);
            if self.play(&shorter).is_err() {
                story = shorter;
            } else {
                at += 1;
            }
        }
        story
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

#[test]
fn every_story_ends_well() {
    let seed = number("SOUK_MODEL_SEED");
    let runs = number("SOUK_MODEL_RUNS").unwrap_or(if seed.is_some() { 1 } else { RUNS });
    let first = seed.unwrap_or_else(|| rand::random_range(0..1 << 32));
    let (next, began) = (AtomicU64::new(first), Instant::now());
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().min(8)) as u64;
    let failed = std::thread::scope(|scope| {
        let play = || {
            let theatre = Theatre::open();
            loop {
                let seed = next.fetch_add(1, Relaxed);
                if seed >= first + runs {
                    return None;
                }
                let story = Story::random(seed, &mut StdRng::seed_from_u64(seed));
                if runs == 1 {
                    eprintln!("{story:#?}");
                }
                if let Err(why) = theatre.play(&story) {
                    next.store(first + runs, Relaxed);
                    let short = theatre.shorten(story);
                    let why = theatre.play(&short).err().unwrap_or(why);
                    return Some(format!("SOUK_MODEL_SEED={seed}: {why}\n{short:#?}"));
                }
            }
        };
        let all: Vec<_> = (0..threads.min(runs)).map(|_| scope.spawn(play)).collect();
        all.into_iter().find_map(|thread| thread.join().unwrap())
    });
    let took = began.elapsed();
    eprintln!("{runs} stories from seed {first} on, {:.0} a second", runs as f64 / took.as_secs_f64());
    if let Some(failure) = failed {
        panic!("{failure}");
    }
}
