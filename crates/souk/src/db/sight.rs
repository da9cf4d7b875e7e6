//! Which stores somebody sees: their own, those of their teams, and those that they are members of. The
//! same rule as a filter of lists and as the answer about one store.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement, UnionType};
use sea_orm::{Condition, QuerySelect};
use souk_domain::{StoreId, StoreRole};

use super::columns::parse;
use super::stores::{self, Column};
use super::{Db, DbError, Result, store_members, team_members, teams};

/// How far somebody sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sight {
    #[default]
    Everything,
    /// What the account with this id has a role in.
    Of(String),
}

/// The ids of the teams that somebody belongs to.
pub(super) fn teams_of(user: &str) -> SelectStatement {
    use team_members::{Column, Entity};
    Query::select().column(Column::TeamId).from(Entity).and_where(Column::UserId.eq(user)).to_owned()
}

fn shared_with(user: &str) -> SelectStatement {
    use store_members::{Column, Entity};
    Query::select().column(Column::StoreId).from(Entity).and_where(Column::UserId.eq(user)).to_owned()
}

impl Sight {
    /// The condition on rows of `stores`; `None` where all are seen.
    pub(super) fn of_stores(&self) -> Option<Condition> {
        Some(Condition::all().add(Column::Id.in_subquery(self.store_ids()?)))
    }

    /// The ids of the stores that are seen, each found by an index; `None` where all are. One query a way to see
    /// them: no database has an index for "this or that".
    pub(super) fn store_ids(&self) -> Option<SelectStatement> {
        let Self::Of(user) = self else { return None };
        let ids = || Query::select().column((stores::Entity, Column::Id)).from(stores::Entity).to_owned();
        let own = ids().and_where(Column::OwnerUserId.eq(user.as_str())).to_owned();
        let of_teams = ids().and_where(Column::OwnerTeamId.in_subquery(teams_of(user))).to_owned();
        Some(own.to_owned().union(UnionType::All, of_teams).union(UnionType::All, shared_with(user)).to_owned())
    }
}

impl Db {
    /// The role of somebody in a store, the greatest that they have.
    ///
    /// # Errors
    /// `NoSuchStore`, or the database fails.
    pub async fn store_role(&self, user: &str, store: &StoreId) -> Result<Option<StoreRole>> {
        let owner = stores::Entity::find_by_id(store.as_str())
            .select_only()
            .columns([Column::OwnerUserId, Column::OwnerTeamId])
            .into_tuple::<(Option<String>, Option<String>)>();
        let (owner, team) = owner.one(&self.connection).await?.ok_or(DbError::NoSuchStore)?;
        if owner.as_deref() == Some(user) {
            return Ok(Some(StoreRole::Owner));
        }
        let by_team = match team {
            Some(team) => teams::role_in(&self.connection, user, &team).await?,
            None => None,
        };
        let member = store_members::Entity::find()
            .filter(store_members::Column::StoreId.eq(store.as_str()))
            .filter(store_members::Column::UserId.eq(user))
            .one(&self.connection)
            .await?;
        let by_store = member.map(|row| parse("store_members.role", &row.role)).transpose()?;
        Ok(by_team.max(by_store))
    }
}
