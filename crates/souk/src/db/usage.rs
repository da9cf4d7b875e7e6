//! The table `store_usage`: what stores used, gathered in intervals. A measurement is added to the rows of the
//! two intervals that it lies in (`souk_domain::usage`), so that nothing is held in memory and old rows need
//! no work but their removal.

use std::collections::HashSet;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect, entity::prelude::*};
use souk_domain::usage::{Grain, Usage, Window};
use souk_domain::{Phase, StoreId};
use time::OffsetDateTime;

use super::columns::{millis, moment};
use super::{Db, Result, stores};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "store_usage")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub store_id: String,
    pub minutes: i16,
    pub at: i64,
    pub samples: i32,
    pub cpu_sum: i64,
    pub cpu_max: i32,
    pub memory_sum: i64,
    pub memory_max: i32,
    pub last_at: i64,
    pub cpu_last: i32,
    pub memory_last: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Rows of one statement. Few sizes, since every connection keeps the statements that it was given.
const BATCHES: [usize; 3] = [64, 8, 1];

/// What a store used in one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Its beginning.
    pub at: OffsetDateTime,
    /// Thousandths of a core, on average and at most.
    pub cpu: u32,
    pub cpu_max: u32,
    /// MiB, on average and at most.
    pub memory: u32,
    pub memory_max: u32,
}

/// The newest measurement of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUsage {
    pub at: OffsetDateTime,
    pub cpu: u32,
    pub memory: u32,
}

fn column(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Both databases are given no negative numbers.
fn number(value: i64) -> u32 {
    value.clamp(0, u32::MAX.into()) as u32
}

fn mean(sum: i64, samples: i32) -> u32 {
    let samples = i64::from(samples).clamp(1, i64::MAX);
    number((sum + samples / 2) / samples)
}

impl Model {
    fn interval(&self) -> Result<Interval> {
        Ok(Interval {
            at: moment(self.at)?,
            cpu: mean(self.cpu_sum, self.samples),
            cpu_max: number(self.cpu_max.into()),
            memory: mean(self.memory_sum, self.samples),
            memory_max: number(self.memory_max.into()),
        })
    }

    fn last(&self) -> Result<LastUsage> {
        let (cpu, memory) = (number(self.cpu_last.into()), number(self.memory_last.into()));
        Ok(LastUsage { at: moment(self.last_at)?, cpu, memory })
    }
}

/// The row of the interval, if this is the first measurement in it.
fn row(usage: &Usage, grain: Grain, at: OffsetDateTime) -> ActiveModel {
    let (cpu, memory) = (column(usage.cpu), column(usage.memory));
    ActiveModel {
        store_id: Set(usage.store.to_string()),
        minutes: Set(grain.minutes().into()),
        at: Set(millis(grain.beginning(at))),
        samples: Set(1),
        cpu_sum: Set(cpu.into()),
        cpu_max: Set(cpu),
        memory_sum: Set(memory.into()),
        memory_max: Set(memory),
        last_at: Set(millis(at)),
        cpu_last: Set(cpu),
        memory_last: Set(memory),
        ..ActiveModel::new()
    }
}

/// Adds to the row that is there.
fn added() -> OnConflict {
    let there = |column: Column| Expr::col((Entity, column));
    let new = |column: Column| Expr::col(("excluded", column));
    let mut conflict = OnConflict::columns([Column::StoreId, Column::Minutes, Column::At]);
    for column in [Column::Samples, Column::CpuSum, Column::MemorySum] {
        conflict.value(column, there(column).add(new(column)));
    }
    for column in [Column::CpuMax, Column::MemoryMax] {
        let higher = Expr::case(new(column).gt(there(column)), new(column)).finally(there(column));
        conflict.value(column, higher);
    }
    conflict.update_columns([Column::LastAt, Column::CpuLast, Column::MemoryLast]).to_owned()
}

async fn insert(tx: &DatabaseTransaction, rows: Vec<ActiveModel>) -> Result<()> {
    let mut rows = rows.into_iter();
    for size in BATCHES {
        while rows.len() >= size {
            let batch = rows.by_ref().take(size);
            Entity::insert_many(batch).on_conflict(added()).exec_without_returning(tx).await?;
        }
    }
    Ok(())
}

/// Forgets what the store used.
pub(super) async fn forget<C: ConnectionTrait>(connection: &C, store: &StoreId) -> Result<()> {
    Entity::delete_many().filter(Column::StoreId.eq(store.as_str())).exec(connection).await?;
    Ok(())
}

impl Db {
    /// Adds what was measured at `at` of stores that are not deleted, and forgets what is too old by then.
    ///
    /// # Errors
    /// The database fails; nothing is noted then.
    pub async fn note_usage(&self, measured: &[Usage], at: OffsetDateTime) -> Result<()> {
        let tx = self.begin().await?;
        let living = stores::Entity::find().filter(stores::Column::Phase.ne(Phase::Deleted.as_str()));
        let living: Vec<String> = living.select_only().column(stores::Column::Id).into_tuple().all(&tx).await?;
        let living: HashSet<String> = living.into_iter().collect();
        let mut measured: Vec<&Usage> = measured.iter().filter(|usage| living.contains(usage.store.as_str())).collect();
        // Always in one order: two that write at once must not wait for each other.
        measured.sort_by(|one, other| one.store.cmp(&other.store));
        for grain in Grain::ALL {
            insert(&tx, measured.iter().map(|usage| row(usage, grain, at)).collect()).await?;
            let old = Column::Minutes.eq(i16::from(grain.minutes())).and(Column::At.lt(millis(grain.oldest(at))));
            Entity::delete_many().filter(old).exec(&tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// What the store used within the window that ends `now`, the oldest interval first, and its newest measurement
    /// of that time.
    ///
    /// # Errors
    /// The database fails.
    pub async fn usage(
        &self,
        store: &StoreId,
        window: Window,
        now: OffsetDateTime,
    ) -> Result<(Vec<Interval>, Option<LastUsage>)> {
        let grain = window.grain();
        let rows = Entity::find()
            .filter(Column::StoreId.eq(store.as_str()))
            .filter(Column::Minutes.eq(i16::from(grain.minutes())))
            .filter(Column::At.gte(millis(grain.beginning(now - window.span()))))
            .order_by_asc(Column::At)
            .all(&self.connection)
            .await?;
        let last = rows.last().map(Model::last).transpose()?;
        Ok((rows.iter().map(Model::interval).collect::<Result<_>>()?, last))
    }
}
