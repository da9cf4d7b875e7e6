//! Finds a store by its id or slug, exactly as written.

use serde_json::Value;

use super::StoreName;
use crate::cli::answer::{Page, Store};
use crate::cli::client::{Answer, Client};
use crate::cli::exit::{Exit, Failure};
use crate::cli::problem::RequestError;

/// Most items that the platform hands out at once.
const PAGE: &str = "100";

/// The store with this id, else the one with this slug.
pub async fn find(client: &Client, name: &StoreName) -> Result<Answer<Store>, Failure> {
    let wanted = name.store.as_str();
    if looks_like_an_id(wanted) {
        match client.get(&["api", "stores", wanted], &[]).await {
            Err(error) if error.status() == Some(404) => {}
            found => return Ok(found?),
        }
    }
    let mut namesake = None;
    let matching = all(client, &[("search", wanted)]).await?;
    for raw in matching {
        let Ok(store) = Answer::<Store>::try_from(raw) else { continue };
        if store.typed.slug == wanted {
            return Ok(store);
        }
        if store.typed.name == wanted {
            namesake = Some(store.typed.slug);
        }
    }
    let next = match namesake {
        Some(slug) => format!("`{wanted}` is the name of the store `{slug}`; use that"),
        None => "`souk store list` shows slugs and ids".to_owned(),
    };
    Err(Failure::new(Exit::NotFound, format!("there is no store `{wanted}`")).next(next))
}

/// Every store that matches, over as many pages as it takes.
pub async fn all(client: &Client, query: &[(&str, &str)]) -> Result<Vec<Value>, RequestError> {
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = query.to_vec();
        query.push(("limit", PAGE));
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let page = client.get::<Page>(&["api", "stores"], &query).await?.typed;
        items.extend(page.items);
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return Ok(items),
        }
    }
}

fn looks_like_an_id(text: &str) -> bool {
    text.len() == 11 && text.starts_with('s') && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

#[cfg(test)]
mod tests {
    use super::looks_like_an_id;

    #[test]
    fn ids_have_their_own_form() {
        assert!(looks_like_an_id("sabcdefgh27"));
        for text in ["sabcdefgh2", "sabcdefgh270", "xabcdefgh27", "sabcdefgh21", "blue-mug-shop"] {
            assert!(!looks_like_an_id(text), "{text}");
        }
    }
}
