//! What follows an operation that has ended: the change that waited behind it.

use sea_orm::DatabaseTransaction;
use souk_domain::timeline::NewEvent;
use souk_domain::{OperationState, Phase, PhaseEvent, Store};

use super::columns::now;
use super::{Result, operations};

/// Makes the change that waits the store's operation, once the one before it is over. Behind one that left
/// no running store it ends too: there is nothing to change, and a retry makes the store as it is wanted now.
pub(super) async fn follow_up(tx: &DatabaseTransaction, store: &mut Store) -> Result<Option<NewEvent>> {
    let Some(ended) = store.operation.clone().filter(|operation| operation.state.is_over()) else {
        return Ok(None);
    };
    let Some(mut next) = operations::waiting(tx, &store.id, &ended.id).await? else { return Ok(None) };
    if matches!(store.phase, Phase::Ready | Phase::Degraded) {
        store.apply(PhaseEvent::Start)?;
        store.operation = Some(next);
        return Ok(None);
    }
    let noun = ended.kind.noun();
    let message = format!("The {noun} before it did not succeed; a retry of the {noun} works towards this change too.");
    next.stop(OperationState::Cancelled, "Overtaken", &message, now());
    operations::save(tx, &next).await?;
    let text = format!("The change that waited behind the {noun} is not made: a retry of the {noun} makes it too.");
    Ok(Some(NewEvent::normal("ChangeOvertaken", text)))
}
