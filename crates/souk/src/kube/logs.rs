//! Log lines of a store's containers, as a stream.

use std::io;

use bytes::Bytes;
use futures::{AsyncBufRead, AsyncBufReadExt, StreamExt, stream};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, api::LogParams};
use souk_domain::StoreId;

use super::{Facts, KubeCluster};
use crate::cluster::{ClusterError, LogRequest, LogStream};

impl KubeCluster {
    pub(super) async fn open_log(&self, store: &StoreId, request: LogRequest) -> Result<LogStream, ClusterError> {
        let component = request.component.name();
        let pod = pod_of(&self.cache.of(store), component)
            .ok_or_else(|| ClusterError::NotFound { what: format!("a pod of the {component}") })?;
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), &store.namespace());
        let parameters = LogParams {
            container: Some(request.container.to_owned()),
            tail_lines: Some(request.tail.into()),
            follow: request.follow,
            ..LogParams::default()
        };
        let reader = self.call("log", pods.log_stream(&pod, &parameters)).await?;
        Ok(chunks(reader).boxed())
    }
}

/// The pod to read: one that is ready, else one that stays, else any.
fn pod_of(facts: &Facts, component: &str) -> Option<String> {
    let pods = facts.pods.iter().filter(|(_, pod)| pod.component.as_deref() == Some(component));
    pods.max_by_key(|(_, pod)| (pod.ready, !pod.leaving)).map(|(name, _)| name.to_owned())
}

fn chunks(
    reader: impl AsyncBufRead + Send + 'static,
) -> impl futures::Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::try_unfold(Box::pin(reader), |mut reader| async move {
        let chunk = Bytes::copy_from_slice(reader.fill_buf().await?);
        reader.consume_unpin(chunk.len());
        Ok((!chunk.is_empty()).then_some((chunk, reader)))
    })
}
