//! What follows an operation that has ended: the change, the suspension or the resumption that waited behind it.

use sea_orm::DatabaseTransaction;
use souk_domain::timeline::NewEvent;
use souk_domain::{OperationState, Phase, Store};

use super::columns::now;
use super::{Result, operations, suspension};

/// Makes the change that waits the store's operation, once the one before it is over. Behind one that left
/// no running store it ends too: there is nothing to change, and a retry makes the store as it is wanted now.
pub(super) async fn follow_up(tx: &DatabaseTransaction, store: &mut Store) -> Result<Option<NewEvent>> {
    let Some(ended) = store.operation.clone().filter(|operation| operation.state.is_over()) else {
        return Ok(None);
    };
    let Some(mut next) = operations::waiting(tx, &store.id, &ended.id).await? else { return Ok(None) };
    if matches!(store.phase, Phase::Ready | Phase::Degraded | Phase::Suspended) {
        suspension::begin(store, next)?;
        if let Some(begun) = &store.operation {
            // A change of a store that is suspended by now has fewer steps.
            operations::save(tx, begun).await?;
        }
        return Ok(None);
    }
    let noun = ended.kind.noun();
    if next.kind.suspends().is_some() {
        let what = next.kind.noun();
        let message = format!("The {noun} before it did not succeed; ask for the {what} again once it has.");
        next.stop(OperationState::Cancelled, "Overtaken", &message, now());
        operations::save(tx, &next).await?;
        let text = format!("The {what} that waited behind the {noun} is not begun: the {noun} did not succeed.");
        return Ok(Some(NewEvent::normal("ChangeOvertaken", text)));
    }
    let message = format!("The {noun} before it did not succeed; a retry of the {noun} works towards this change too.");
    next.stop(OperationState::Cancelled, "Overtaken", &message, now());
    operations::save(tx, &next).await?;
    let text = format!("The change that waited behind the {noun} is not made: a retry of the {noun} makes it too.");
    Ok(Some(NewEvent::normal("ChangeOvertaken", text)))
}
