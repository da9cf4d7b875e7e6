//! What people ask of stores: each request is one transaction that writes the store, its operation, the
//! timeline and the audit entry, or nothing.

use sea_orm::ActiveValue::Set;
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, prelude::*};
use souk_domain::timeline::NewEvent;
use souk_domain::{
    Conditions, DisplayName, Operation, OperationId, OperationKind, OperationState, Phase, PhaseEvent, Slug, Store,
    StoreId,
};
use time::OffsetDateTime;

use super::audit::{self, Actor, NewAuditEntry};
use super::changes::Notice;
use super::columns::{millis, now};
use super::locks::{self, Lock};
use super::owners::{Limits, Owner};
use super::stores::{self, Column, Entity};
use super::{Db, DbError, Result, events, idempotency, operations, suspension};

/// The slug of a new store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlugChoice {
    /// Chosen by a person: taken means refused.
    Chosen(Slug),
    /// Derived from the name: taken means numbered.
    Suggested(Slug),
}

/// A store that is asked for.
#[derive(Clone, Debug)]
pub struct NewStore {
    pub id: StoreId,
    pub name: DisplayName,
    pub slug: SlugChoice,
    pub blueprint: String,
    pub plan: String,
    pub admin_username: String,
    pub admin_email: String,
    /// A chosen password, encrypted; none to have one generated.
    pub sealed_password: Option<String>,
    pub deadline_at: OffsetDateTime,
    /// Whoever asks, by name, when it is nobody with an account.
    pub owner: Option<Owner>,
}

/// What came of a request to create a store.
#[derive(Clone, Debug)]
pub enum Created {
    New(Store),
    /// The idempotency key made this store before.
    Before(Store),
}

/// A change of a store's name, address or repairs; `None` leaves it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    pub name: Option<DisplayName>,
    pub slug: Option<Slug>,
    /// Whether what others change on the cluster is set back.
    pub repair: Option<bool>,
    /// Refuse unless the store has this revision.
    pub if_revision: Option<i64>,
    /// When the resulting operation fails if it has not ended.
    pub deadline_at: Option<OffsetDateTime>,
}

impl Db {
    /// Accepts a new store. `key` is an idempotency key with the hash of the request; one that comes
    /// again is no further store, and no limit counts it.
    ///
    /// # Errors
    /// `SlugTaken`, `TooManyStores`, `TooManyCreates`, `IdempotencyMismatch`, or the database fails.
    pub async fn create_store(
        &self,
        new: NewStore,
        key: Option<(&str, &str)>,
        limits: Limits,
        actor: &Actor,
    ) -> Result<Created> {
        let tx = self.begin().await?;
        // Requests that want the same slug, key or last place come one after the other.
        locks::take(&tx, Lock::Names).await?;
        if let Some((key, hash)) = key
            && let Some(id) = idempotency::find(&tx, key, hash).await?
        {
            drop(tx);
            return Ok(Created::Before(self.get_store(&id).await?));
        }
        let owner = new.owner.unwrap_or_else(|| Owner::Named(actor.name.clone()));
        limits.check(&tx, &owner.text()).await?;
        let slug = free_slug(&tx, new.slug).await?;
        let operation = operations::queued(&new.id, OperationKind::Create, Some(new.deadline_at));
        let store = Store {
            id: new.id,
            owner: owner.text(),
            name: new.name,
            slug,
            phase: Phase::Pending,
            conditions: Conditions::default(),
            orders_possible: false,
            blueprint: new.blueprint,
            plan: new.plan,
            admin_username: new.admin_username,
            admin_email: new.admin_email,
            repair: true,
            suspended: false,
            namespace_uid: None,
            secrets_kept: false,
            revision: 1,
            created_at: operation.created_at,
            updated_at: operation.created_at,
            ready_at: None,
            deleted_at: None,
            operation: Some(operation.clone()),
            next: None,
        };
        insert(&tx, &store, &owner, new.sealed_password).await?;
        operations::insert(&tx, &operation).await?;
        if let Some((key, hash)) = key {
            idempotency::insert(&tx, key, hash, &store.id).await?;
        }
        let event = NewEvent::normal("StoreRequested", format!("The store was asked for by {}.", actor.name));
        let audit = NewAuditEntry::accepted(actor, "store.create", &store);
        self.finish(tx, &store, Some(event), audit).await?;
        Ok(Created::New(store))
    }

    /// Gives a store to another owner. Whoever is a member of it stays one.
    ///
    /// # Errors
    /// `NoSuchStore`, `AlreadyDeleting`, `AlreadyDeleted`, or the database fails.
    pub async fn give_store(&self, id: &StoreId, owner: &Owner, actor: &Actor) -> Result<Store> {
        let tx = self.begin().await?;
        let mut store = self.lock_living(&tx, id).await?;
        let (owner_user_id, owner_team_id) = owner.ids();
        let detail = format!("owner: {} -> {}", store.owner, owner.text());
        store.owner = owner.text();
        let given = Entity::update_many()
            .col_expr(Column::Owner, Expr::value(owner.text()))
            .col_expr(Column::OwnerUserId, Expr::value(owner_user_id))
            .col_expr(Column::OwnerTeamId, Expr::value(owner_team_id));
        given.filter(Column::Id.eq(id.as_str())).exec(&tx).await?;
        stores::save(&tx, &mut store).await?;
        let event = NewEvent::normal("StoreGiven", format!("Changed by {}: {detail}.", actor.name));
        let audit = NewAuditEntry::accepted(actor, "store.give", &store).detail(detail);
        self.finish(tx, &store, Some(event), audit).await?;
        Ok(store)
    }

    /// Renames a store, moves it to another address, or switches its repairs.
    ///
    /// # Errors
    /// `NoSuchStore`, `AlreadyDeleting`, `AlreadyDeleted`, `RevisionMismatch`, `SlugTaken`, or the database
    /// fails.
    pub async fn edit_store(&self, id: &StoreId, edit: Edit, actor: &Actor) -> Result<Store> {
        let tx = self.begin().await?;
        if edit.slug.is_some() {
            locks::take(&tx, Lock::Names).await?;
        }
        let mut store = self.lock_living(&tx, id).await?;
        if edit.if_revision.is_some_and(|revision| revision != store.revision) {
            return Err(DbError::RevisionMismatch(store.revision));
        }
        let before = store.clone();
        let mut changes = Vec::new();
        if let Some(name) = edit.name.filter(|name| *name != store.name) {
            changes.push(format!("name: {} -> {name}", store.name));
            store.name = name;
        }
        if let Some(slug) = edit.slug.filter(|slug| *slug != store.slug) {
            changes.push(format!("slug: {} -> {slug}", store.slug));
            store.slug = slug;
        }
        let moved = store != before;
        if let Some(repair) = edit.repair.filter(|repair| *repair != store.repair) {
            changes.push(format!("repairs: {}", if repair { "on" } else { "off" }));
            store.repair = repair;
        }
        if store == before {
            return Ok(store);
        }
        match store.open_operation() {
            _ if !moved => {}
            None if matches!(store.phase, Phase::Ready | Phase::Degraded | Phase::Suspended) => {
                suspension::begin(&mut store, operations::queued(id, OperationKind::Update, edit.deadline_at))?;
                if let Some(operation) = &store.operation {
                    operations::insert(&tx, operation).await?;
                }
            }
            // One that has begun is followed by a change of its own, in which all that come meanwhile are merged.
            Some(open) if open.state == OperationState::Running || open.cancel_requested => {
                let none_waits = operations::waiting(&tx, id, &open.id).await?.is_none();
                if none_waits {
                    operations::insert(&tx, &operations::queued(id, OperationKind::Update, edit.deadline_at)).await?;
                }
            }
            // One that has not begun, or a retry to come, works towards the new values by itself.
            _ => {}
        }
        stores::save(&tx, &mut store).await?;
        let detail = changes.join(", ");
        let event = NewEvent::normal("StoreChanged", format!("Changed by {}: {detail}.", actor.name));
        let audit = NewAuditEntry::accepted(actor, "store.update", &store).detail(detail);
        self.finish(tx, &store, Some(event), audit).await?;
        Ok(store)
    }

    /// Asks for the deletion of a store; whatever else was under way ends.
    ///
    /// # Errors
    /// `NoSuchStore`, `AlreadyDeleting`, `AlreadyDeleted`, or the database fails.
    pub async fn delete_store(&self, id: &StoreId, actor: &Actor) -> Result<Store> {
        let tx = self.begin().await?;
        let store = self.lock_living(&tx, id).await?;
        self.remove(tx, store, actor).await
    }

    async fn remove(&self, tx: DatabaseTransaction, mut store: Store, actor: &Actor) -> Result<Store> {
        if let Some(current) = store.operation.clone() {
            let waiting = operations::waiting(&tx, &store.id, &current.id).await?;
            for mut open in [Some(current), waiting].into_iter().flatten().filter(|open| !open.state.is_over()) {
                open.stop(OperationState::Cancelled, "Deleted", "The store is being deleted.", now());
                operations::save(&tx, &open).await?;
            }
        }
        let operation = operations::queued(&store.id, OperationKind::Delete, None);
        operations::insert(&tx, &operation).await?;
        store.operation = Some(operation);
        store.apply(PhaseEvent::DeleteRequested)?;
        store.orders_possible = false;
        stores::save(&tx, &mut store).await?;
        let event = NewEvent::normal("DeleteRequested", format!("The deletion was asked for by {}.", actor.name));
        let audit = NewAuditEntry::accepted(actor, "store.delete", &store);
        self.finish(tx, &store, Some(event), audit).await?;
        Ok(store)
    }

    /// Asks a queued or running operation to stop. What it made so far is kept. One that waits behind
    /// another ends at once.
    ///
    /// # Errors
    /// `NoSuchOperation`, `OperationConflict` when it is over or a delete, or the database fails.
    pub async fn cancel_operation(&self, id: &OperationId, actor: &Actor) -> Result<Store> {
        let (tx, mut store, mut operation) = self.lock_operation(id).await?;
        check_cancel(&operation)?;
        operation.cancel_requested = true;
        let current = store.operation.as_ref().is_some_and(|current| current.id == *id);
        if !current {
            let message = match operation.kind {
                OperationKind::Update => {
                    "It was taken out of the queue. The name and the address that were asked for stay wanted."
                }
                _ => "It was taken out of the queue.",
            };
            operation.stop(OperationState::Cancelled, "Cancelled", message, now());
        }
        operations::save(&tx, &operation).await?;
        if current {
            store.operation = Some(operation);
        }
        stores::save(&tx, &mut store).await?;
        let event = NewEvent::normal("CancelRequested", format!("Cancelling was asked for by {}.", actor.name));
        let audit = NewAuditEntry::accepted(actor, "operation.cancel", &store).detail(id.to_string());
        self.finish(tx, &store, Some(event), audit).await?;
        Ok(store)
    }

    /// Ends a create as cancelled and asks for the deletion of what it made, both or neither.
    ///
    /// # Errors
    /// `NoSuchOperation`, `OperationConflict` when it is over or no create, or the database fails.
    pub async fn cancel_and_remove(&self, id: &OperationId, actor: &Actor) -> Result<Store> {
        let (tx, store, mut operation) = self.lock_operation(id).await?;
        check_cancel(&operation)?;
        if operation.kind != OperationKind::Create {
            return Err(DbError::OperationConflict("Only what a creation made can be removed with it."));
        }
        operation.cancel_requested = true;
        let message = "It was cancelled, and what it had made is removed.";
        operation.stop(OperationState::Cancelled, "Cancelled", message, now());
        operations::save(&tx, &operation).await?;
        let audit = NewAuditEntry::accepted(actor, "operation.cancel", &store).detail(format!("{id}, removed"));
        audit::insert(&tx, audit).await?;
        self.remove(tx, Store { operation: Some(operation), ..store }, actor).await
    }

    /// Puts a failed or cancelled operation back in the queue.
    ///
    /// # Errors
    /// `NoSuchOperation`, `OperationConflict` when it is not over or not the newest, or the database fails.
    pub async fn retry_operation(
        &self,
        id: &OperationId,
        deadline_at: Option<OffsetDateTime>,
        actor: &Actor,
    ) -> Result<Store> {
        let (tx, mut store, mut operation) = self.lock_operation(id).await?;
        if store.operation.as_ref().is_none_or(|current| current.id != *id) {
            return Err(DbError::OperationConflict("A newer operation of the store has taken its place."));
        }
        if !matches!(operation.state, OperationState::Failed | OperationState::Cancelled) {
            return Err(DbError::OperationConflict("Only a failed or cancelled operation can be retried."));
        }
        operation.requeue(deadline_at, now());
        operations::save(&tx, &operation).await?;
        suspension::begin(&mut store, operation)?;
        stores::save(&tx, &mut store).await?;
        let event = NewEvent::normal("RetryRequested", format!("A retry was asked for by {}.", actor.name));
        let audit = NewAuditEntry::accepted(actor, "operation.retry", &store).detail(id.to_string());
        self.finish(tx, &store, Some(event), audit).await?;
        Ok(store)
    }

    /// Writes down that somebody is given the link `link`, which signs in to the shop's admin pages.
    ///
    /// # Errors
    /// `NoSuchStore`, `AlreadyDeleting`, `AlreadyDeleted`, or the database fails.
    pub async fn record_login_link(&self, id: &StoreId, link: &str, actor: &Actor) -> Result<()> {
        let tx = self.begin().await?;
        let store = self.lock_living(&tx, id).await?;
        let message = format!("{} was given a link that signs in to wp-admin.", actor.name);
        let event = NewEvent::normal("LoginLinkCreated", message);
        let written = events::insert_all(&tx, id, None, vec![event]).await?;
        let entry = NewAuditEntry {
            actor,
            action: "login-link.create",
            store: Some((&store.id, store.name.as_str())),
            result: "allowed",
            detail: Some(format!("link {link}")),
        };
        audit::insert(&tx, entry).await?;
        self.commit(tx, Notice::Store { store: store.id.clone(), due: false }, written).await
    }

    pub(super) async fn lock_living(&self, tx: &DatabaseTransaction, id: &StoreId) -> Result<Store> {
        let row = stores::lock(tx, id).await?;
        let store = stores::load(tx, &row).await?;
        match store.phase {
            Phase::Deleting => Err(DbError::AlreadyDeleting),
            Phase::Deleted => Err(DbError::AlreadyDeleted),
            _ => Ok(store),
        }
    }

    /// The operation as it is while its store is locked.
    async fn lock_operation(&self, id: &OperationId) -> Result<(DatabaseTransaction, Store, Operation)> {
        let tx = self.begin().await?;
        let found = operations::find(&tx, &id.0).await?.ok_or(DbError::NoSuchOperation)?;
        let row = stores::lock(&tx, &found.store_id).await?;
        let store = stores::load(&tx, &row).await?;
        let operation = operations::find(&tx, &id.0).await?.ok_or(DbError::NoSuchOperation)?;
        Ok((tx, store, operation))
    }

    pub(super) async fn finish(
        &self,
        tx: DatabaseTransaction,
        store: &Store,
        event: Option<NewEvent>,
        audit: NewAuditEntry<'_>,
    ) -> Result<()> {
        let operation = store.operation.as_ref().map(|operation| &operation.id);
        let written = events::insert_all(&tx, &store.id, operation, event.into_iter().collect()).await?;
        audit::insert(&tx, audit).await?;
        self.commit(tx, Notice::Store { store: store.id.clone(), due: true }, written).await
    }
}

fn check_cancel(operation: &Operation) -> Result<()> {
    if operation.kind == OperationKind::Delete {
        return Err(DbError::OperationConflict("A deletion cannot be cancelled."));
    }
    if operation.state.is_over() {
        return Err(DbError::OperationConflict("The operation is already over."));
    }
    Ok(())
}

async fn free_slug(tx: &DatabaseTransaction, choice: SlugChoice) -> Result<Slug> {
    let (slug, numbered) = match choice {
        SlugChoice::Chosen(slug) => (slug, false),
        SlugChoice::Suggested(slug) => (slug, true),
    };
    if !stores::slug_is_live(tx, &slug).await? {
        return Ok(slug);
    }
    if !numbered {
        return Err(DbError::SlugTaken);
    }
    for number in 2..10_000 {
        let candidate = slug.numbered(number);
        if !stores::slug_is_live(tx, &candidate).await? {
            return Ok(candidate);
        }
    }
    Err(DbError::SlugTaken)
}

async fn insert(tx: &DatabaseTransaction, store: &Store, owner: &Owner, sealed_password: Option<String>) -> Result<()> {
    let (owner_user_id, owner_team_id) = owner.ids();
    let columns = stores::ActiveModel {
        id: Set(store.id.to_string()),
        owner: Set(store.owner.clone()),
        owner_user_id: Set(owner_user_id),
        owner_team_id: Set(owner_team_id),
        blueprint: Set(store.blueprint.clone()),
        plan: Set(store.plan.clone()),
        admin_username: Set(store.admin_username.clone()),
        admin_email: Set(store.admin_email.clone()),
        sealed_password: Set(sealed_password),
        sealed_secrets: Set(None),
        lease_owner: Set(None),
        lease_fence: Set(0),
        lease_expires_at: Set(None),
        created_at: Set(millis(store.created_at)),
        ..stores::changed(store)?
    };
    let inserted = Entity::insert(columns.into_active_model()).exec_without_returning(tx).await;
    inserted.map_err(stores::slug_taken)?;
    Ok(())
}
