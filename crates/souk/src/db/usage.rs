//! The table `store_usage`: what stores used, gathered in intervals. A measurement is added to the rows of the
//! two intervals that it lies in (`souk_domain::usage`), so that nothing is held in memory and old rows need
//! no work but their removal.

use sea_orm::sea_query::ExprTrait;
use sea_orm::{QueryOrder, Statement, Value, entity::prelude::*};
use souk_domain::usage::{Grain, Usage, Window};
use souk_domain::{Phase, StoreId};
use time::OffsetDateTime;

use super::columns::{millis, moment, to_json};
use super::{Db, Result};

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

/// Adds measurements to their rows of one interval: `$1` lists them as [store, thousandths of a core, MiB]. Written out,
/// and one statement however many there are: made of rows, it took more of the processor than all else that an idle
/// server does. Always in one order, so that two that write at once do not wait for each other.
const ADD: &str = "
    INSERT INTO store_usage (store_id, minutes, at, samples,
        cpu_sum, cpu_max, memory_sum, memory_max, last_at, cpu_last, memory_last)
    SELECT stores.id, $2, $3, 1,
        measured.cpu, measured.cpu, measured.memory, measured.memory, $4, measured.cpu, measured.memory
    FROM (SELECT value ->> 0 AS store, CAST(value ->> 1 AS INTEGER) AS cpu, CAST(value ->> 2 AS INTEGER) AS memory
        FROM {list}) AS measured
    JOIN stores ON stores.id = measured.store AND stores.phase <> $5
    WHERE TRUE
    ORDER BY stores.id
    ON CONFLICT (store_id, minutes, at) DO UPDATE SET
        samples = store_usage.samples + excluded.samples,
        cpu_sum = store_usage.cpu_sum + excluded.cpu_sum,
        cpu_max = CASE WHEN excluded.cpu_max > store_usage.cpu_max THEN excluded.cpu_max ELSE store_usage.cpu_max END,
        memory_sum = store_usage.memory_sum + excluded.memory_sum,
        memory_max = CASE WHEN excluded.memory_max > store_usage.memory_max
            THEN excluded.memory_max ELSE store_usage.memory_max END,
        last_at = excluded.last_at, cpu_last = excluded.cpu_last, memory_last = excluded.memory_last";

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
        let fits = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
        let list: Vec<_> =
            measured.iter().map(|usage| (usage.store.as_str(), fits(usage.cpu), fits(usage.memory))).collect();
        let list = to_json(&list)?;
        let postgres = "json_array_elements(CAST($1 AS JSON)) AS list(value)";
        let add = ADD.replace("{list}", if self.is_postgres() { postgres } else { "json_each($1)" });
        for grain in Grain::ALL {
            let minutes = i16::from(grain.minutes());
            let values: [Value; 5] = [
                list.as_str().into(),
                minutes.into(),
                millis(grain.beginning(at)).into(),
                millis(at).into(),
                Phase::Deleted.as_str().into(),
            ];
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), &add, values)).await?;
            let old = Column::Minutes.eq(minutes).and(Column::At.lt(millis(grain.oldest(at))));
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
