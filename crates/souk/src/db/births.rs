//! Which stores are being made, and which wait for their turn: the queue of all replicas, and the one
//! place that gives a place in it.
//!
//! A create holds a place from its beginning until its store is ready, it ends, or it waits for a known
//! problem. The order of those that wait is the domain's (`souk_domain::fair_order`).

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, FromQueryResult, JoinType, QueryOrder, QuerySelect};
use souk_domain::{
    NextOperation, Operation, OperationId, OperationKind, OperationState, QueuePlace, Store, StoreId, fair_order,
};

use super::columns::{moment, parse};
use super::locks::{self, Lock};
use super::operations::{self, Column, Entity};
use super::{Claim, Db, Result, leases, stores};

#[derive(FromQueryResult)]
struct Row {
    id: String,
    store_id: String,
    kind: String,
    state: String,
    cancel_requested: bool,
    holds_place: bool,
    created_at: i64,
    owner: String,
    /// The operation of the store that is under way, or was last.
    current: Option<String>,
}

/// Everything that waits, as it was at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    making: u64,
    waiting: Vec<StoreId>,
    ahead: HashMap<StoreId, u64>,
    next: HashMap<StoreId, NextOperation>,
}

impl Line {
    fn of(rows: Vec<Row>) -> Result<Self> {
        let (mut served, mut waiting, mut next) = (Vec::new(), Vec::new(), HashMap::new());
        for row in rows {
            let store: StoreId = parse("operations.store_id", &row.store_id)?;
            if row.current.as_deref() != Some(&row.id) {
                let waits = NextOperation {
                    id: OperationId(row.id),
                    kind: parse("operations.kind", &row.kind)?,
                    created_at: moment(row.created_at)?,
                    message: String::new(),
                };
                next.insert(store, waits);
            } else if row.kind != OperationKind::Create.as_str() {
                // Changes and deletions wait for nobody.
            } else if row.holds_place {
                served.push(row.owner);
            } else if row.state == OperationState::Queued.as_str() && !row.cancel_requested {
                waiting.push((row.owner, store));
            }
        }
        let making = served.len() as u64;
        let waiting = fair_order(served, waiting);
        let ahead = waiting.iter().cloned().zip(0..).collect();
        Ok(Self { making, waiting, ahead, next })
    }

    /// Those whose turn it is, while at most `most` are made at once.
    #[must_use]
    pub fn due(&self, most: u64) -> &[StoreId] {
        let free = usize::try_from(most.saturating_sub(self.making)).unwrap_or(usize::MAX);
        &self.waiting[..free.min(self.waiting.len())]
    }

    /// Those that wait, the next one first.
    #[must_use]
    pub fn waiting(&self) -> &[StoreId] {
        &self.waiting
    }

    /// Where the store waits, if it does.
    #[must_use]
    pub fn place(&self, store: &StoreId, most: u64) -> Option<QueuePlace> {
        self.ahead.get(store).map(|ahead| QueuePlace::in_line(*ahead, self.making, most))
    }

    /// Writes into the store what people are told of its waiting.
    pub fn show(&self, store: &mut Store, most: u64) {
        let place = self.place(&store.id, most);
        let Some(operation) = store.operation.as_mut().filter(|operation| !operation.state.is_over()) else { return };
        if operation.kind == OperationKind::Create && operation.state == OperationState::Queued {
            operation.queue = place;
        }
        let behind = QueuePlace::behind(operation.kind);
        store.next = self.next.get(&store.id).map(|next| NextOperation { message: behind.message, ..next.clone() });
    }
}

async fn line<C: ConnectionTrait>(connection: &C) -> Result<Line> {
    let store = Entity::belongs_to(stores::Entity).from(Column::StoreId).to(stores::Column::Id);
    let open = [OperationState::Queued.as_str(), OperationState::Running.as_str()];
    let counts =
        Condition::any().add(Column::State.eq(OperationState::Queued.as_str())).add(Column::HoldsPlace.eq(true));
    let rows = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::StoreId,
            Column::Kind,
            Column::State,
            Column::CancelRequested,
            Column::HoldsPlace,
            Column::CreatedAt,
        ])
        .column(stores::Column::Owner)
        .column_as(stores::Column::OperationId, "current")
        .join(JoinType::InnerJoin, store.into())
        .filter(Column::State.is_in(open))
        .filter(counts)
        .order_by_asc(Column::QueuedAt)
        .order_by_asc(Column::Id)
        .into_model::<Row>()
        .all(connection)
        .await?;
    Line::of(rows)
}

impl Db {
    /// Everything that waits now.
    ///
    /// # Errors
    /// The database fails.
    pub async fn line(&self) -> Result<Line> {
        line(&self.connection).await
    }

    /// Asks for a place for the create of the claimed store, while at most `most` are made at once. Says
    /// whether the store may be worked on; what is no create that has yet to begin may always.
    ///
    /// # Errors
    /// `LeaseLost`, or the database fails.
    pub async fn begin_birth(&self, claim: &Claim, most: u64) -> Result<bool> {
        let tx = self.begin().await?;
        locks::take(&tx, Lock::Births).await?;
        let row = leases::lock_claimed(&tx, claim).await?;
        let store = stores::load(&tx, &row).await?;
        let queued = store.open_operation().filter(|operation| {
            operation.kind == OperationKind::Create
                && operation.state == OperationState::Queued
                && !operation.holds_place
        });
        let Some(mut create) = queued.cloned() else { return Ok(true) };
        if !line(&tx).await?.due(most).contains(&store.id) {
            return Ok(false);
        }
        create.holds_place = true;
        operations::save(&tx, &create).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Writes into operations of this store what people are told of their waiting.
    ///
    /// # Errors
    /// The database fails.
    pub async fn place_operations(&self, store: &Store, operations: &mut [Operation], most: u64) -> Result<()> {
        let mut store = store.clone();
        self.show_queue(std::slice::from_mut(&mut store), most).await?;
        let Some(current) = &store.operation else { return Ok(()) };
        for operation in operations.iter_mut().filter(|operation| operation.state == OperationState::Queued) {
            operation.queue =
                if operation.id == current.id { current.queue.clone() } else { Some(QueuePlace::behind(current.kind)) };
        }
        Ok(())
    }

    /// Writes into the stores what people are told of their waiting: one question for all of them, and none
    /// when nothing is under way.
    ///
    /// # Errors
    /// The database fails.
    pub async fn show_queue(&self, stores: &mut [Store], most: u64) -> Result<()> {
        if stores.iter().all(|store| store.open_operation().is_none()) {
            return Ok(());
        }
        let line = self.line().await?;
        stores.iter_mut().for_each(|store| line.show(store, most));
        Ok(())
    }
}
