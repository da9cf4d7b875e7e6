//! Do volumes get made: the storage class that stores will use.

use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::ListParams;
use kube::{Api, Client, ResourceExt};

use super::cluster::ask;
use super::finding::Finding;
use super::settings::Settings;

const CHECK: &str = "storage class";
const DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";

pub async fn class(client: &Client, settings: &Settings) -> Finding {
    match ask(Api::<StorageClass>::all(client.clone()).list(&ListParams::default())).await {
        Ok(classes) => judge(&classes.items, settings.get("SOUK_STORAGE_CLASS")),
        Err(why) => Finding::skipped(CHECK, why),
    }
}

fn judge(classes: &[StorageClass], wanted: Option<&str>) -> Finding {
    let names: Vec<String> = classes.iter().map(ResourceExt::name_any).collect();
    if let Some(wanted) = wanted {
        return match classes.iter().find(|class| class.name_any() == wanted) {
            Some(class) => Finding::ok(CHECK, format!("{wanted}, by {}", class.provisioner)),
            None => Finding::failed(
                CHECK,
                format!("the platform wants {wanted}, which does not exist"),
                format!("set stores.storageClass to one of: {}", listed(&names)),
            ),
        };
    }
    let is_default = |class: &&StorageClass| class.annotations().get(DEFAULT).is_some_and(|value| value == "true");
    let defaults: Vec<&StorageClass> = classes.iter().filter(is_default).collect();
    match (defaults.as_slice(), names.first()) {
        ([], None) => Finding::failed(
            CHECK,
            "there is none: no volume can be made",
            "install one, such as local-path-provisioner or the one of your cloud",
        ),
        ([], Some(first)) => Finding::failed(
            CHECK,
            format!("none is the default (there are: {})", listed(&names)),
            format!("mark one: kubectl annotate storageclass {first} {DEFAULT}=true, or set stores.storageClass"),
        ),
        ([class], _) => Finding::ok(CHECK, format!("{} is the default, by {}", class.name_any(), class.provisioner)),
        (several, _) => {
            let names: Vec<String> = several.iter().map(|class| class.name_any()).collect();
            Finding::warning(
                CHECK,
                format!("several are the default: {}", listed(&names)),
                "the newest is used; keep one default, or set stores.storageClass",
            )
        }
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::finding::Verdict;
    use super::*;

    fn class(name: &str, default: bool) -> StorageClass {
        serde_json::from_value(json!({
            "metadata": {"name": name, "annotations": {DEFAULT: default.to_string()}}, "provisioner": "example.org/p",
        }))
        .unwrap()
    }

    #[test]
    fn tells_what_is_missing() {
        let both = [class("fast", true), class("slow", true)];
        for (classes, wanted, verdict) in [
            (&both[..1], None, Verdict::Ok),
            (&both[..], None, Verdict::Warning),
            (&both[..], Some("slow"), Verdict::Ok),
            (&both[..], Some("gone"), Verdict::Failed),
            (&[class("fast", false)][..], None, Verdict::Failed),
            (&[][..], None, Verdict::Failed),
        ] {
            assert_eq!(judge(classes, wanted).verdict, verdict, "{wanted:?}");
        }
        assert!(judge(&[class("fast", false)], None).remedy.unwrap().contains("annotate storageclass fast"));
    }
}
