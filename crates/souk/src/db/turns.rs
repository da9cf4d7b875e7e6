//! The table `turns`: what one replica does for all of them, now and then. Whoever asks first when it is due
//! does it; nobody is chosen, so that nobody is missed.

use std::time::Duration;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{QuerySelect, entity::prelude::*};

use super::{Db, Result};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "turns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub due_at: i64,
    pub failure: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The right to do something once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Why it did not succeed the last time.
    pub failure: Option<String>,
}

impl Db {
    /// Takes the turn to do what is called `name`, if it is due; it is due again after `pause`. Of several that ask
    /// at once, one has it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn take_turn(&self, name: &str, pause: Duration) -> Result<Option<Turn>> {
        let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        let next = || self.lease_clock().add(pause);
        let due = Expr::col((Entity, Column::DueAt));
        // Much later than anybody could have said: the clock was set back. Who asked at the same moment is a little earlier.
        let set_back = self.lease_clock().add(pause.saturating_mul(2));
        let is_due = due.clone().lte(self.lease_clock()).or(due.gt(set_back));
        let mut take = Query::insert();
        take.into_table(Entity)
            .columns([Column::Name, Column::DueAt])
            .values_panic([name.into(), next()])
            .on_conflict(
                OnConflict::column(Column::Name).update_column(Column::DueAt).action_and_where(is_due).to_owned(),
            )
            .returning_col(Column::Failure);
        let taken = self.connection.query_one(&take).await?;
        Ok(taken.map(|row| row.try_get("", "failure")).transpose()?.map(|failure| Turn { failure }))
    }

    /// Writes down how what was done ended.
    ///
    /// # Errors
    /// The database fails.
    pub async fn end_turn(&self, name: &str, failure: Option<&str>) -> Result<()> {
        let ended = Entity::update_many().col_expr(Column::Failure, Expr::value(failure.map(str::to_owned)));
        ended.filter(Column::Name.eq(name)).exec(&self.connection).await?;
        Ok(())
    }

    /// Why it did not succeed the last time, if it did not.
    ///
    /// # Errors
    /// The database fails.
    pub async fn failure_of(&self, name: &str) -> Result<Option<String>> {
        let failure: Option<Option<String>> =
            Entity::find_by_id(name).select_only().column(Column::Failure).into_tuple().one(&self.connection).await?;
        Ok(failure.flatten())
    }
}
