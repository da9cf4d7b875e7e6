//! Requests that a store be suspended or resumed, and which stores sleep.
//!
//! The wish lies in the store's row from the moment on in which its operation becomes the store's; until
//! then the operation that waits is all there is of it, and taking it out of the queue leaves nothing.

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QuerySelect};
use souk_domain::timeline::NewEvent;
use souk_domain::{Operation, OperationKind, OperationState, Phase, PhaseEvent, Slug, Store};
use time::OffsetDateTime;

use super::audit::{Actor, NewAuditEntry};
use super::columns::now;
use super::stores::{self, Column, Entity};
use super::{Db, DbError, Result, operations};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Suspension {
    /// Suspended, or running again.
    pub suspended: bool,
    /// Refuse unless the store has this revision.
    pub if_revision: Option<i64>,
    /// When the resulting operation fails if it has not ended.
    pub deadline_at: OffsetDateTime,
}

impl Suspension {
    fn kind(self) -> OperationKind {
        if self.suspended { OperationKind::Suspend } else { OperationKind::Resume }
    }
}

impl Db {
    /// Asks that a store be suspended or resumed. What is so already, or is on its way to it, is answered as it is.
    ///
    /// # Errors
    /// `NoSuchStore`, `AlreadyDeleting`, `AlreadyDeleted`, `RevisionMismatch`, `OperationConflict` when the store
    /// was never ready, or the database fails.
    pub async fn suspend_store(&self, id: &souk_domain::StoreId, asked: Suspension, actor: &Actor) -> Result<Store> {
        let tx = self.begin().await?;
        let store = self.lock_living(&tx, id).await?;
        if asked.if_revision.is_some_and(|revision| revision != store.revision) {
            return Err(DbError::RevisionMismatch(store.revision));
        }
        self.suspend(tx, store, asked, None, actor).await
    }

    /// Resumes a store because somebody visits its shop: only one that is at rest. Says whether it did.
    ///
    /// # Errors
    /// As `suspend_store`.
    pub async fn wake_store(
        &self,
        id: &souk_domain::StoreId,
        deadline_at: OffsetDateTime,
        actor: &Actor,
    ) -> Result<bool> {
        let tx = self.begin().await?;
        let store = self.lock_living(&tx, id).await?;
        if store.phase != Phase::Suspended || store.open_operation().is_some() {
            return Ok(false);
        }
        let asked = Suspension { suspended: false, if_revision: None, deadline_at };
        let event = NewEvent::normal("WokenByVisit", "A visit to the shop woke it.");
        self.suspend(tx, store, asked, Some(event), actor).await?;
        Ok(true)
    }

    async fn suspend(
        &self,
        tx: DatabaseTransaction,
        mut store: Store,
        asked: Suspension,
        event: Option<NewEvent>,
        actor: &Actor,
    ) -> Result<Store> {
        let kind = asked.kind();
        let open = store.open_operation().cloned();
        let waiting = match &open {
            Some(open) => operations::waiting(&tx, &store.id, &open.id).await?,
            None => None,
        };
        let waits_for = waiting.as_ref().and_then(|waiting| waiting.kind.suspends());
        let after_this = after(&store, open.as_ref());
        let settled = store.phase != Phase::Failed && waits_for.unwrap_or(after_this) == asked.suspended;
        if settled {
            return Ok(store);
        }
        if let Some(mut waiting) = waiting {
            let message = match waits_for {
                Some(_) => format!("It was taken out of the queue: the {} was asked for after it.", kind.noun()),
                None => format!("The {} that was asked for after it makes this change too.", kind.noun()),
            };
            waiting.stop(OperationState::Cancelled, "Overtaken", &message, now());
            operations::save(&tx, &waiting).await?;
        }
        let operation = operations::queued(&store.id, kind, Some(asked.deadline_at));
        match open {
            // Taking the other one out of the queue was all that there is to do.
            Some(_) if after_this == asked.suspended => {}
            Some(_) => operations::insert(&tx, &operation).await?,
            None if store.phase == Phase::Failed && store.ready_at.is_none() => {
                return Err(DbError::OperationConflict("The store was never ready: retry its creation, or delete it."));
            }
            None => {
                operations::insert(&tx, &operation).await?;
                begin(&mut store, operation)?;
            }
        }
        stores::save(&tx, &mut store).await?;
        let (reason, action) = match kind {
            OperationKind::Suspend => ("SuspendRequested", "store.suspend"),
            _ => ("ResumeRequested", "store.resume"),
        };
        let by = || NewEvent::normal(reason, format!("The {} was asked for by {}.", kind.noun(), actor.name));
        let event = event.unwrap_or_else(by);
        let audit = NewAuditEntry::accepted(actor, action, &store);
        self.finish(tx, &store, Some(event), audit).await?;
        Ok(store)
    }

    /// Slugs of the stores whose address leads to the page of a shop that sleeps, in order.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sleeping_slugs(&self) -> Result<Vec<Slug>> {
        let suspended = || Entity::find().filter(Column::Suspended.eq(true));
        // Most of them, and there may be thousands: their rows say no more than that they sleep.
        let at_rest = Column::Phase.eq(Phase::Suspended.as_str());
        let at_rest: Vec<String> =
            suspended().filter(at_rest).select_only().column(Column::Slug).into_tuple().all(&self.connection).await?;
        let moving = Column::Phase.is_not_in([Phase::Suspended.as_str(), Phase::Deleted.as_str()]);
        let mut rows = suspended().filter(moving).find_also_related(operations::Entity).all(&self.connection).await?;
        let open = [OperationState::Queued.as_str(), OperationState::Running.as_str()];
        let waking: Vec<String> = operations::Entity::find()
            .select_only()
            .column(operations::Column::StoreId)
            .filter(operations::Column::State.is_in(open))
            .filter(operations::Column::Kind.eq(OperationKind::Resume.as_str()))
            .into_tuple()
            .all(&self.connection)
            .await?;
        if !waking.is_empty() {
            let waking = Entity::find().filter(Column::Id.is_in(waking)).find_also_related(operations::Entity);
            rows.extend(waking.all(&self.connection).await?);
        }
        let mut slugs = at_rest.iter().map(|slug| stores::slug(slug)).collect::<Result<Vec<_>>>()?;
        for row in &rows {
            let store = stores::join(row)?;
            if store.sleeps() && !store.is_at_door() {
                slugs.push(store.slug);
            }
        }
        slugs.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
        slugs.dedup();
        Ok(slugs)
    }

    /// The living store at the address.
    ///
    /// # Errors
    /// The database fails.
    pub async fn store_at(&self, slug: &str) -> Result<Option<Store>> {
        let rows = Entity::find()
            .find_also_related(operations::Entity)
            .filter(Column::LiveSlug.eq(slug))
            .limit(1)
            .all(&self.connection)
            .await?;
        rows.first().map(stores::join).transpose()
    }
}

/// Whether the store is suspended when the operation under way has ended; a cancelled one leaves it as before.
fn after(store: &Store, open: Option<&Operation>) -> bool {
    let undone = open.is_some_and(|open| open.cancel_requested && open.kind.suspends().is_some());
    store.suspended != undone
}

/// Makes the operation the store's: from now on its wish is the store's.
pub(super) fn begin(store: &mut Store, mut operation: Operation) -> Result<()> {
    store.suspended = operation.kind.suspends().unwrap_or(store.suspended);
    operation.fit(store.suspended);
    store.operation = Some(operation);
    store.apply(PhaseEvent::Start)?;
    Ok(())
}
