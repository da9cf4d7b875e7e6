//! Leads the addresses of shops that sleep to Souk, which answers them with a page (`api/sleeping.rs`).
//!
//! Owns which addresses these are, and when that is looked at: whenever something changed, and now and then. Every
//! replica does so. A look that was overtaken is put right at once: after each change the database is asked again.

use std::{sync::Arc, time::Duration};

use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::Addresses,
    config::AddressArgs,
    db::{Db, DbError},
};

/// What others undid is put right after this.
const AGAIN: Duration = Duration::from_secs(60);
/// After a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// Keeps the addresses. Cheap to clone.
#[derive(Clone)]
pub struct Sleepers {
    db: Db,
    cluster: Arc<dyn Addresses>,
    address: AddressArgs,
}

impl Sleepers {
    pub fn new(db: Db, cluster: Arc<dyn Addresses>, address: AddressArgs) -> Self {
        Self { db, cluster, address }
    }

    async fn hosts(&self) -> Result<Vec<String>, DbError> {
        let slugs = self.db.sleeping_slugs().await?;
        Ok(slugs.iter().map(|slug| format!("{slug}.{}", self.address.base_domain)).collect())
    }

    /// Leads what sleeps now to Souk, and nothing else, until the database says the same twice.
    ///
    /// # Errors
    /// A sentence for the log.
    async fn lead(&self, led: &mut Option<Vec<String>>) -> Result<(), String> {
        loop {
            let hosts = self.hosts().await.map_err(|error| error.to_string())?;
            if led.as_ref() == Some(&hosts) {
                return Ok(());
            }
            // Unknown until it is done.
            *led = None;
            self.cluster.lead_to_souk(&hosts).await?;
            tracing::debug!(shops = hosts.len(), "the addresses of shops that sleep lead to their page");
            *led = Some(hosts);
        }
    }

    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut changes = self.db.subscribe();
        let (mut led, mut failed) = (None, false);
        loop {
            let mut pause = AGAIN;
            match self.lead(&mut led).await {
                Ok(()) => failed = false,
                Err(error) => {
                    if !failed {
                        tracing::warn!(error, "visitors of shops that sleep do not find their page; trying again");
                    }
                    (failed, pause) = (true, PAUSE);
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => led = None,
                change = changes.recv() => {
                    if matches!(change, Err(RecvError::Closed)) {
                        return;
                    }
                    // A burst of changes is one look. Missed changes are changes.
                    while let Ok(_) | Err(TryRecvError::Lagged(_)) = changes.try_recv() {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use clap::Parser;
    use souk_domain::{DisplayName, PhaseEvent, Slug, Store, StoreId};
    use time::OffsetDateTime;

    use super::*;
    use crate::db::{Actor, Limits, NewStore, SlugChoice, Suspension};

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        serve: crate::config::ServeArgs,
    }

    #[derive(Default)]
    struct Led(Mutex<Vec<Vec<String>>>);

    #[async_trait]
    impl Addresses for Led {
        async fn lead_to_souk(&self, hosts: &[String]) -> Result<(), String> {
            self.0.lock().unwrap().push(hosts.to_vec());
            Ok(())
        }
    }

    #[tokio::test]
    async fn what_sleeps_leads_to_souk_until_it_is_at_the_door() {
        let db = Db::connect("sqlite::memory:").await.unwrap();
        let actor = Actor { name: "tester".into(), source: None };
        let id = StoreId::from_random([1; 10]);
        let soon = OffsetDateTime::now_utc() + Duration::from_secs(60);
        let new = NewStore {
            id: id.clone(),
            name: DisplayName::new("Mug").unwrap(),
            slug: SlugChoice::Chosen(Slug::new("mug").unwrap()),
            blueprint: "woocommerce".into(),
            plan: "small".into(),
            admin_username: "admin".into(),
            admin_email: "admin@example.com".into(),
            sealed_password: None,
            deadline_at: soon,
            owner: None,
        };
        db.create_store(new, None, Limits::default(), &actor).await.unwrap();
        let (claim, _) = db.claim(&id, "w", Duration::from_secs(60)).await.unwrap().unwrap();
        let becomes = async |step: Option<souk_domain::StepName>| {
            let change = move |store: &mut Store, _: &mut Vec<_>| {
                let Some(operation) = store.operation.as_mut() else { return Ok(()) };
                match step {
                    Some(step) => _ = operation.reach(step, OffsetDateTime::now_utc()),
                    None => {
                        operation.succeed(OffsetDateTime::now_utc());
                        let event = if store.suspended { PhaseEvent::Suspended } else { PhaseEvent::BecameReady };
                        store.apply(PhaseEvent::Start)?;
                        store.apply(event)?;
                    }
                }
                Ok(())
            };
            db.record(&claim, change).await.unwrap();
        };
        let led = Arc::new(Led::default());
        let address = Arguments::parse_from(["souk"]).serve.address;
        let (sleepers, mut known) = (Sleepers::new(db.clone(), led.clone(), address), None);
        let ask = |suspended| Suspension { suspended, if_revision: None, deadline_at: soon };
        let mug = vec!["mug.localhost".to_owned()];

        becomes(None).await;
        sleepers.lead(&mut known).await.unwrap();
        assert_eq!(known.as_ref(), Some(&Vec::new()));
        db.suspend_store(&id, ask(true), &actor).await.unwrap();
        sleepers.lead(&mut known).await.unwrap();
        assert_eq!(known.as_ref(), Some(&mug), "from the wish on");
        becomes(None).await;
        db.suspend_store(&id, ask(false), &actor).await.unwrap();
        becomes(Some(souk_domain::StepName::Storefront)).await;
        sleepers.lead(&mut known).await.unwrap();
        assert_eq!(known.as_ref(), Some(&mug), "while its pods start");
        becomes(Some(souk_domain::StepName::Route)).await;
        sleepers.lead(&mut known).await.unwrap();
        assert_eq!(known.as_ref(), Some(&Vec::new()));
        assert_eq!(*led.0.lock().unwrap(), [vec![], mug, vec![]], "only what is new is done");
    }
}
