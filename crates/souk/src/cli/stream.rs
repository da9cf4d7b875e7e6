//! Server-sent events of the platform, over as many connections as it takes.
//!
//! Owns connecting again and noticing a connection that is silently dead. It says when it (re)connected,
//! so that whoever follows reads again what it may have missed.

use std::time::Duration;

use eventsource_stream::{Event as Message, Eventsource};
use futures::StreamExt;
use futures::stream::BoxStream;

use super::answer::{Event, Store};
use super::client::{Answer, Client, causes};
use super::problem::RequestError;

/// The platform sends something every 15 s; after three times as long nobody is there.
const SILENCE: Duration = Duration::from_secs(45);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What comes out of a stream.
#[derive(Debug)]
pub enum News {
    /// Connected, for the first time or again: what happened before may have been missed.
    Connected,
    /// The connection is gone, and the next one is being tried.
    Lost(String),
    Store(Box<Answer<Store>>),
    Event(Box<Answer<Event>>),
}

/// The events of one store.
pub struct Stream {
    client: Client,
    store: String,
    last_id: Option<String>,
    open: Option<Connection>,
    pause: Duration,
}

struct Connection {
    messages: BoxStream<'static, Result<Message, String>>,
    greeted: bool,
}

impl Stream {
    pub fn of_store(client: &Client, store: &str) -> Self {
        Self { client: client.clone(), store: store.to_owned(), last_id: None, open: None, pause: Duration::ZERO }
    }

    /// The next news. Errors are final: the store or the right to see it is gone.
    pub async fn next(&mut self) -> Result<News, RequestError> {
        loop {
            let Some(connection) = &mut self.open else {
                match self.connect().await {
                    Ok(connection) => self.open = Some(connection),
                    Err(error) if error.is_passing() => return Ok(self.lost(error.to_string())),
                    Err(error) => return Err(error),
                }
                continue;
            };
            let message = match connection.messages.next().await {
                Some(Ok(message)) => message,
                Some(Err(why)) => return Ok(self.lost(why)),
                None => return Ok(self.lost("the platform closed the connection".into())),
            };
            if !message.id.is_empty() {
                self.last_id = Some(message.id.clone());
            }
            // A greeting in the middle says that this side was too slow and has missed something.
            if !connection.greeted || message.event == "hello" {
                connection.greeted = true;
                self.pause = Duration::ZERO;
                return Ok(News::Connected);
            }
            if let Some(news) = understand(&message) {
                return Ok(news);
            }
        }
    }

    /// Drops the connection, as after an answer that says that the platform is going away.
    pub fn lost(&mut self, why: String) -> News {
        self.open = None;
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        News::Lost(why)
    }

    async fn connect(&self) -> Result<Connection, RequestError> {
        tokio::time::sleep(self.pause).await;
        let headers: Vec<(&str, &str)> = self.last_id.iter().map(|id| ("Last-Event-ID", id.as_str())).collect();
        let path = ["api", "stores", &self.store, "events"];
        let response = self.client.open(&path, &[], "text/event-stream", &headers).await?;
        let bytes = tokio_stream::StreamExt::timeout(response.bytes_stream(), SILENCE).map(|chunk| match chunk {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) => Err(causes(&error)),
            Err(_) => Err("the platform has gone silent".to_owned()),
        });
        let messages = bytes.eventsource().map(|message| message.map_err(|error| error.to_string()));
        Ok(Connection { messages: messages.boxed(), greeted: false })
    }
}

/// News that this version does not know, or that does not parse, is passed over.
fn understand(message: &Message) -> Option<News> {
    let raw = || serde_json::from_str::<serde_json::Value>(&message.data).ok();
    match message.event.as_str() {
        "store" => Some(News::Store(Box::new(Answer::try_from(raw()?).ok()?))),
        "timeline" => Some(News::Event(Box::new(Answer::try_from(raw()?).ok()?))),
        _ => None,
    }
}
