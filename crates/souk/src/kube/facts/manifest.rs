//! What a release says that it makes: Helm's manifest, as Helm keeps it in its Secret of each revision.
//!
//! Owns the reading of that record (base64 of gzip of JSON, whose field `manifest` is YAML documents), and what the
//! cluster's objects are held against when a release is noted.

use std::io::Read;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::read::GzDecoder;
use k8s_openapi::{api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Baseline, OwnedKind,
    fields::{self, Shares},
};

/// A fingerprint that no object has: it was not as Helm made it when that was noted.
const NEVER: u64 = 1;

/// The largest record that is read, unpacked: a hundred times what a store's release has.
const MOST: u64 = 16 << 20;

#[derive(Deserialize)]
struct Record {
    manifest: String,
}

/// The objects of the kinds that are watched, as Helm applied them.
#[derive(Debug, Clone, Default)]
pub struct Manifest(Vec<(OwnedKind, String, Value)>);

impl Manifest {
    /// Reads Helm's record of one revision; the error says what of it cannot be read.
    pub fn of_release(secret: &Secret) -> Result<Self, String> {
        let packed = secret.data.as_ref().and_then(|data| data.get("release")).ok_or("it has no key release")?;
        let packed = BASE64_STANDARD.decode(&packed.0).map_err(|error| error.to_string())?;
        let mut text = String::new();
        GzDecoder::new(&packed[..]).take(MOST).read_to_string(&mut text).map_err(|error| error.to_string())?;
        let record: Record = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Self::parse(&record.manifest)
    }

    fn parse(yaml: &str) -> Result<Self, String> {
        let mut objects = Vec::new();
        for document in serde_yaml_ng::Deserializer::from_str(yaml) {
            let object = Value::deserialize(document).map_err(|error| error.to_string())?;
            let kind = object["kind"].as_str().and_then(OwnedKind::parse);
            if let (Some(kind), Some(name)) = (kind, object["metadata"]["name"].as_str()) {
                objects.push((kind, name.to_owned(), object));
            }
        }
        Ok(Self(objects))
    }

    /// What the release made, of the objects as they are now. One that is gone already, or of which somebody took a field
    /// before this was noted, differs from its baseline from the beginning.
    pub fn baseline<'a>(&self, now: impl Fn(OwnedKind, &str) -> Option<&'a ObjectMeta>) -> Baseline {
        let fingerprint = |(kind, name, applied): &(OwnedKind, String, Value)| {
            let shares = Shares::of(now(*kind, name)?);
            fields::owns_object(&shares.own, applied).then(|| shares.fingerprint())
        };
        let noted = self.0.iter().map(|object| ((object.0, object.1.clone()), fingerprint(object).unwrap_or(NEVER)));
        noted.collect()
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, io::Write};

    use flate2::{Compression, write::GzEncoder};
    use k8s_openapi::ByteString;
    use serde_json::json;

    use super::*;

    const YAML: &str = "---\n# Source: a\nkind: Service\nmetadata: {name: shop}\nspec: {type: ClusterIP}\n---\n\
                        kind: PersistentVolumeClaim\nmetadata: {name: data}\n---\n# nothing\n";

    fn record(release: &[u8]) -> Secret {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(release).unwrap();
        let text = BASE64_STANDARD.encode(gzip.finish().unwrap());
        let data = BTreeMap::from([("release".to_owned(), ByteString(text.into_bytes()))]);
        Secret { data: Some(data), ..Secret::default() }
    }

    #[test]
    fn helms_record_is_read() {
        let manifest = Manifest::of_release(&record(json!({"manifest": YAML}).to_string().as_bytes())).unwrap();
        let owning = |fields: Value| -> ObjectMeta {
            let entry = json!({"manager": "helm", "operation": "Apply", "fieldsV1": fields});
            serde_json::from_value(json!({"managedFields": [entry]})).unwrap()
        };
        let (whole, less) = (owning(json!({"f:spec": {"f:type": {}}})), owning(json!({"f:spec": {"f:ports": {}}})));
        let noted = |now: Option<&ObjectMeta>| manifest.baseline(|_, name| now.filter(|_| name == "shop")).to_string();
        assert_eq!(noted(Some(&whole)), format!("Service/shop={:016x}", Shares::of(&whole).fingerprint()));
        for now in [None, Some(&less)] {
            assert_eq!(noted(now), "Service/shop=0000000000000001");
        }
    }

    #[test]
    fn a_record_that_cannot_be_read_says_why() {
        for (secret, why) in [
            (Secret::default(), "it has no key release"),
            (record(b"{}"), "missing field `manifest`"),
            (record(br#"{"manifest": "a: [b"}"#), "did not find"),
        ] {
            let error = Manifest::of_release(&secret).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
