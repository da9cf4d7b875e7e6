//! One store as the database keeps it: what was asked for, and the phase.

use time::OffsetDateTime;

use crate::{
    ConditionType, Conditions, DisplayName, IllegalTransition, NextOperation, Operation, OperationKind, OperationState,
    Phase, PhaseEvent, Slug, StepName, StoreId,
};

/// What a store's owner wants of it in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Running,
    /// Nothing runs; everything is kept.
    Suspended,
    Gone,
}

/// One shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    pub id: StoreId,
    /// Who asked for it.
    pub owner: String,
    pub name: DisplayName,
    pub slug: Slug,
    pub phase: Phase,
    pub conditions: Conditions,
    /// The shop's own check said that an order can be placed.
    pub orders_possible: bool,
    pub blueprint: String,
    pub plan: String,
    pub admin_username: String,
    pub admin_email: String,
    /// What others change on the cluster is set back. Off: it is told, and left alone.
    pub repair: bool,
    /// It is to be stopped, and stay so until it is resumed. What waits behind the operation under way is no part of it.
    pub suspended: bool,
    /// The namespace that was made for this store; another one of its name is not ours.
    pub namespace_uid: Option<String>,
    /// A sealed copy of its secrets is kept.
    pub secrets_kept: bool,
    /// Grows with every change; the entity tag of the API.
    pub revision: i64,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    /// When it first became ready.
    pub ready_at: Option<OffsetDateTime>,
    pub deleted_at: Option<OffsetDateTime>,
    /// The operation that is under way, or was last.
    pub operation: Option<Operation>,
    /// The change that waits behind it. Told to people when they read the store, and no part of its row.
    pub next: Option<NextOperation>,
}

impl Store {
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        match self.phase {
            Phase::Deleting | Phase::Deleted => Wanted::Gone,
            _ if self.suspended => Wanted::Suspended,
            _ => Wanted::Running,
        }
    }

    /// Moves the phase; an event that the phase does not know is an error and changes nothing.
    ///
    /// # Errors
    /// The event cannot happen in the store's phase.
    pub fn apply(&mut self, event: PhaseEvent) -> Result<(), IllegalTransition> {
        self.phase = self.phase.apply(event)?;
        Ok(())
    }

    /// The operation that is queued or running, if one is.
    #[must_use]
    pub fn open_operation(&self) -> Option<&Operation> {
        self.operation.as_ref().filter(|operation| !operation.state.is_over())
    }

    /// Whether its shop and its database run, as far as the last look knows: ready, or degraded by something else.
    #[must_use]
    pub fn shop_runs(&self) -> bool {
        use ConditionType::{DatabaseReady, RouteReady, StorefrontReady};
        match self.phase {
            Phase::Ready => true,
            Phase::Degraded => {
                [DatabaseReady, StorefrontReady, RouteReady].iter().all(|part| self.conditions.is_true(*part))
            }
            _ => false,
        }
    }

    /// Whether it goes back to how it was before a suspension or a resumption that was cancelled.
    #[must_use]
    pub fn goes_back(&self) -> bool {
        let cancelled = |last: &Operation| last.state == OperationState::Cancelled && last.kind.suspends().is_some();
        self.phase == Phase::Degraded && self.operation.as_ref().is_some_and(cancelled)
    }

    /// Whether its address leads to the page of a shop that sleeps: it is suspended, or on its way to being so, or
    /// it is being resumed.
    #[must_use]
    pub fn sleeps(&self) -> bool {
        let wakes = || self.open_operation().is_some_and(|operation| operation.kind == OperationKind::Resume);
        match self.wanted() {
            Wanted::Suspended => true,
            Wanted::Running => wakes(),
            Wanted::Gone => false,
        }
    }

    /// Whether its shop may be opened to the world in place of that page, as far as the last look knows.
    #[must_use]
    pub fn is_at_door(&self) -> bool {
        let step = self.open_operation().and_then(Operation::current_step);
        step.is_some_and(|step| matches!(step.name, StepName::Route | StepName::Shop))
    }

    /// One sentence about how it is, for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        let cause = || self.conditions.first_false().map(|condition| condition.message.clone());
        let waiting = || {
            let unreachable = self
                .conditions
                .get(ConditionType::ClusterReachable)
                .filter(|condition| condition.status == crate::ConditionStatus::False);
            if let Some(condition) = unreachable {
                return Some(condition.message.clone());
            }
            let operation = self.open_operation()?;
            if let Some(place) = &operation.queue {
                return Some(place.message.clone());
            }
            let step = operation.current_step()?;
            Some(
                step.message
                    .clone()
                    .map_or_else(|| format!("{}.", step.title), |message| format!("{}: {message}", step.title)),
            )
        };
        match self.phase {
            Phase::Pending => waiting().unwrap_or_else(|| "Waiting for its turn.".into()),
            Phase::Provisioning => waiting().unwrap_or_else(|| "Being prepared.".into()),
            Phase::Ready if self.change_was_cancelled() => {
                "Ready, but the last change was cancelled before it was done; retry it to finish it.".into()
            }
            Phase::Ready if self.orders_possible => "Ready: the shop takes orders.".into(),
            Phase::Ready => {
                "Ready as a plain WordPress site: WooCommerce is not in the image, so no order can be placed.".into()
            }
            Phase::Degraded if self.goes_back() => {
                let how = if self.suspended { "it is being stopped again" } else { "it is being started again" };
                format!("What was asked was cancelled: {how}.")
            }
            Phase::Degraded if self.change_was_cancelled() => {
                let why = cause().unwrap_or_else(|| "How the shop is now is being looked at.".into());
                format!("The last change was cancelled before it was done; retry it to finish it. {why}")
            }
            Phase::Degraded => cause().unwrap_or_else(|| "Something is broken; it is being repaired.".into()),
            Phase::Suspended => "Suspended: stopped on purpose; everything is kept, and it can be resumed.".into(),
            Phase::Deleting => waiting().unwrap_or_else(|| "Being deleted.".into()),
            Phase::Deleted => "Deleted: nothing of it is left.".into(),
            Phase::Failed => self.failure(),
        }
    }

    fn change_was_cancelled(&self) -> bool {
        let last = self.operation.as_ref().map(|operation| (operation.kind, operation.state));
        last == Some((OperationKind::Update, OperationState::Cancelled))
    }

    fn failure(&self) -> String {
        let operation = self.operation.as_ref();
        let what = operation.map_or(OperationKind::Create, |operation| operation.kind).noun();
        let cancelled = operation.is_some_and(|operation| operation.state == OperationState::Cancelled);
        let what = format!("The {what} {}", if cancelled { "was cancelled" } else { "failed" });
        let why = operation.and_then(|operation| operation.message.as_deref()).unwrap_or("");
        let end = "Nothing was removed; retry it or delete it.";
        if why.is_empty() { format!("{what}. {end}") } else { format!("{what}: {why} {end}") }
    }
}
