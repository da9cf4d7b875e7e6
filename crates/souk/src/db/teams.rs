//! The table `teams`: people who own stores together. Who they are is in `team_members.rs`.

use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};
use souk_domain::StoreRole;
use time::OffsetDateTime;

use super::audit::{self, Actor, NewAuditEntry};
use super::columns::{millis, moment, now, parse};
use super::store_members::Member;
use super::{Db, DbError, Result, stores, team_members, users};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "teams")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// People who own stores together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    pub id: String,
    pub name: String,
    pub created_at: OffsetDateTime,
}

fn to_team(row: Model) -> Result<Team> {
    Ok(Team { id: row.id, name: row.name, created_at: moment(row.created_at)? })
}

async fn lock(tx: &DatabaseTransaction, id: &str) -> Result<Model> {
    Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(DbError::NoSuchTeam)
}

/// The role of somebody in a team.
pub(super) async fn role_in<C: ConnectionTrait>(connection: &C, user: &str, team: &str) -> Result<Option<StoreRole>> {
    use team_members::{Column, Entity};
    let row = Entity::find().filter(Column::UserId.eq(user)).filter(Column::TeamId.eq(team)).one(connection).await?;
    row.map(|row| parse("team_members.role", &row.role)).transpose()
}

impl Db {
    /// # Errors
    /// `NameTaken`, or the database fails.
    pub async fn create_team(&self, name: &str, actor: &Actor) -> Result<Team> {
        let row = Model { id: users::new_id('t'), name: name.to_owned(), created_at: millis(now()) };
        let tx = self.begin().await?;
        let inserted = Entity::insert(ActiveModel::from(row.clone())).exec_without_returning(&tx).await;
        inserted.map_err(users::name_taken)?;
        audit::insert(&tx, NewAuditEntry::about(actor, "team.create").detail(name)).await?;
        tx.commit().await?;
        to_team(row)
    }

    /// # Errors
    /// `NoSuchTeam`, or the database fails.
    pub async fn get_team(&self, id: &str) -> Result<Team> {
        to_team(Entity::find_by_id(id).one(&self.connection).await?.ok_or(DbError::NoSuchTeam)?)
    }

    /// # Errors
    /// `NoSuchTeam`, or the database fails.
    pub async fn team_by_name(&self, name: &str) -> Result<Team> {
        let row = Entity::find().filter(Column::Name.eq(name)).one(&self.connection).await?;
        to_team(row.ok_or(DbError::NoSuchTeam)?)
    }

    /// Teams by name; with `user`, only those that this one belongs to.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_teams(&self, user: Option<&str>) -> Result<Vec<Team>> {
        let mut query = Entity::find().order_by_asc(Column::Name);
        if let Some(user) = user {
            query = query.filter(Column::Id.in_subquery(super::sight::teams_of(user)));
        }
        query.all(&self.connection).await?.into_iter().map(to_team).collect()
    }

    /// The role of somebody in a team.
    ///
    /// # Errors
    /// The database fails.
    pub async fn team_role(&self, user: &str, team: &str) -> Result<Option<StoreRole>> {
        role_in(&self.connection, user, team).await
    }

    /// The roles of somebody in teams, by the team's id.
    ///
    /// # Errors
    /// The database fails.
    pub async fn team_roles(&self, user: &str) -> Result<HashMap<String, StoreRole>> {
        use team_members::{Column, Entity};
        let rows = Entity::find().filter(Column::UserId.eq(user)).all(&self.connection).await?;
        rows.into_iter().map(|row| Ok((row.team_id, parse("team_members.role", &row.role)?))).collect()
    }

    /// Who belongs to the team.
    ///
    /// # Errors
    /// The database fails.
    pub async fn team_members(&self, team: &str) -> Result<Vec<Member>> {
        use team_members::{Column, Entity};
        let rows = Entity::find().filter(Column::TeamId.eq(team)).order_by_asc(Column::Id);
        let rows = rows.find_also_related(users::Entity).all(&self.connection).await?;
        rows.into_iter().map(|(row, user)| Member::of(&row.role, user)).collect()
    }

    /// Takes somebody into the team, or gives them another role in it.
    ///
    /// # Errors
    /// `NoSuchTeam`, `NoSuchUser`, or the database fails.
    pub async fn set_team_member(&self, team: &str, name: &str, role: StoreRole, actor: &Actor) -> Result<Member> {
        use team_members::{ActiveModel, Column, Entity};
        let tx = self.begin().await?;
        let row = lock(&tx, team).await?;
        let user = users::by_name(&tx, name).await?;
        let member = ActiveModel {
            team_id: Set(team.to_owned()),
            user_id: Set(user.id.clone()),
            role: Set(role.to_string()),
            ..ActiveModel::new()
        };
        let over = OnConflict::columns([Column::TeamId, Column::UserId]).update_column(Column::Role).to_owned();
        Entity::insert(member).on_conflict(over).exec_without_returning(&tx).await?;
        let entry = NewAuditEntry::about(actor, "team.member").detail(format!("{}: {name}: {role}", row.name));
        audit::insert(&tx, entry).await?;
        tx.commit().await?;
        Member::of(role.as_str(), Some(user))
    }

    /// Takes somebody out of the team.
    ///
    /// # Errors
    /// `NoSuchTeam`, `NoSuchUser`, or the database fails.
    pub async fn remove_team_member(&self, team: &str, name: &str, actor: &Actor) -> Result<()> {
        use team_members::{Column, Entity};
        let tx = self.begin().await?;
        let row = lock(&tx, team).await?;
        let user = users::by_name(&tx, name).await?;
        Entity::delete_many().filter(Column::TeamId.eq(team)).filter(Column::UserId.eq(user.id)).exec(&tx).await?;
        let entry = NewAuditEntry::about(actor, "team.member").detail(format!("{}: {name}: none", row.name));
        audit::insert(&tx, entry).await?;
        self.commit_access(tx).await
    }

    /// Removes a team that owns nothing.
    ///
    /// # Errors
    /// `NoSuchTeam`, `StillOwns`, or the database fails.
    pub async fn delete_team(&self, id: &str, actor: &Actor) -> Result<()> {
        let tx = self.begin().await?;
        let row = lock(&tx, id).await?;
        let owned = stores::count_living(&tx, stores::Column::OwnerTeamId, id).await?;
        if owned > 0 {
            return Err(DbError::StillOwns(owned));
        }
        team_members::Entity::delete_many().filter(team_members::Column::TeamId.eq(id)).exec(&tx).await?;
        Entity::delete_by_id(id).exec(&tx).await?;
        audit::insert(&tx, NewAuditEntry::about(actor, "team.delete").detail(row.name)).await?;
        Ok(tx.commit().await?)
    }
}
