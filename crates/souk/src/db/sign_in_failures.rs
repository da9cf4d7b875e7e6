//! The table `sign_in_failures`: how often signing in was tried in vain, and when it may be tried again.
//!
//! Three counts: of one account from one address, of one address, and of one account from anywhere. The
//! first two refuse for a growing time. The third refuses nobody: else whoever knows a name could keep
//! its owner out. It only has the answer held back.

use std::time::Duration as Wait;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use time::{Duration, OffsetDateTime};

use super::audit::{self, NewAuditEntry};
use super::columns::{millis, moment, now};
use super::locks::{self, Lock};
use super::{Db, DbError, Result};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_failures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub count: i32,
    pub last_at: i64,
    pub until: i64,
    pub told: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Tries in vain that cost nothing: of an account from one address, of an address, of an account.
const FREE: [i32; 3] = [5, 20, 50];
/// The longest that trying again is refused.
const LONGEST: Duration = Duration::minutes(15);
/// After so long without a try all is forgotten.
const FORGOTTEN: Duration = Duration::hours(1);
/// How long an answer is held back while an account is tried from many addresses.
const HELD: Wait = Wait::from_secs(2);

/// A try that is let through. It counts as one in vain until it is said to have succeeded.
#[derive(Debug)]
pub struct Attempt {
    keys: [String; 3],
    /// Hold the answer back for this long.
    pub held: Wait,
}

/// 1 s after the first try that is not free, doubled with each one more.
fn pause(count: i32, free: i32) -> Duration {
    match u32::try_from(count - free) {
        Ok(0) | Err(_) => Duration::ZERO,
        Ok(over) => Duration::seconds(1i64 << (over - 1).min(20)).min(LONGEST),
    }
}

async fn count(tx: &DatabaseTransaction, row: Option<Model>, key: &str, free: i32, now: OffsetDateTime) -> Result<()> {
    let (count, told) = row.map_or((0, 0), |row| (row.count, row.told));
    let count = count.saturating_add(1);
    let row = ActiveModel {
        key: Set(key.to_owned()),
        count: Set(count),
        last_at: Set(millis(now)),
        until: Set(millis(now + pause(count, free))),
        told: Set(told),
    };
    let over =
        OnConflict::column(Column::Key).update_columns([Column::Count, Column::LastAt, Column::Until]).to_owned();
    Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
    Ok(())
}

impl Db {
    /// Counts a try to sign in to `account` from `address` before the password is looked at, so that many
    /// at once count as many. The first that is refused within a pause is written to the audit log as `entry`;
    /// the others say nothing new.
    ///
    /// # Errors
    /// `SignInsTooFast`, or the database fails.
    pub async fn begin_sign_in(&self, account: &str, address: &str, entry: NewAuditEntry<'_>) -> Result<Attempt> {
        let keys = [format!("both:{account} {address}"), format!("address:{address}"), format!("account:{account}")];
        let tx = self.begin().await?;
        locks::take(&tx, Lock::SignIns).await?;
        let now = now();
        Entity::delete_many().filter(Column::LastAt.lt(millis(now - FORGOTTEN))).exec(&tx).await?;
        let mut rows = Vec::with_capacity(keys.len());
        for key in &keys {
            rows.push(Entity::find_by_id(key.as_str()).one(&tx).await?);
        }
        let slowest = rows.iter().take(2).flatten().max_by_key(|row| row.until);
        if let Some(row) = slowest
            && moment(row.until)? > now
        {
            let wait = moment(row.until)? - now;
            if row.told < row.until {
                let told = Entity::update_many().col_expr(Column::Told, Expr::value(row.until));
                told.filter(Column::Key.eq(row.key.as_str())).exec(&tx).await?;
                let detail = format!("too many tries; none is let through for {} s", wait.whole_seconds() + 1);
                audit::insert(&tx, entry.refused().detail(detail)).await?;
                tx.commit().await?;
            }
            return Err(DbError::SignInsTooFast(wait));
        }
        let many = rows[2].as_ref().is_some_and(|row| row.count >= FREE[2]);
        for ((key, row), free) in keys.iter().zip(rows).zip(FREE) {
            count(&tx, row, key, free, now).await?;
        }
        tx.commit().await?;
        Ok(Attempt { keys, held: if many { HELD } else { Wait::ZERO } })
    }

    /// The try succeeded: it was none in vain, and the account is forgiven what came from this address.
    ///
    /// # Errors
    /// The database fails.
    pub async fn end_sign_in(&self, attempt: Attempt) -> Result<()> {
        let tx = self.begin().await?;
        locks::take(&tx, Lock::SignIns).await?;
        let [both, others @ ..] = &attempt.keys;
        Entity::delete_by_id(both.as_str()).exec(&tx).await?;
        let less = sea_orm::ExprTrait::sub(Expr::col(Column::Count), 1);
        let given_back = Entity::update_many().col_expr(Column::Count, less).col_expr(Column::Until, Expr::value(0i64));
        given_back.filter(Column::Key.is_in(others.iter().map(String::as_str))).exec(&tx).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let seconds = |count| pause(count, 5).whole_seconds();
        assert_eq!([0, 5, 6, 7, 8, 15, 16, 1000].map(seconds), [0, 0, 1, 2, 4, 512, 900, 900]);
    }
}
