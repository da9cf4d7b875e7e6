//! Settings that are maps: `key=value` pairs separated by commas.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::str::FromStr;

/// Labels or annotations as given in a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(pub BTreeMap<String, String>);

/// Why a setting is not a list of pairs.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not of the form key=value")]
pub struct NotAPair(String);

impl FromStr for Labels {
    type Err = NotAPair;

    fn from_str(text: &str) -> Result<Self, NotAPair> {
        text.split(',')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
            .map(|pair| match pair.split_once('=') {
                Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
                _ => Err(NotAPair(pair.to_owned())),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Deref for Labels {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_pairs_and_refuses_the_rest() {
        let labels: Labels = "a.b/c=d, e=,".parse().unwrap();
        assert_eq!(labels["a.b/c"], "d");
        assert_eq!(labels["e"], "");
        assert_eq!(labels.len(), 2);
        assert!("".parse::<Labels>().unwrap().is_empty());
        assert_eq!("=x".parse::<Labels>(), Err(NotAPair("=x".into())));
        assert_eq!("x".parse::<Labels>(), Err(NotAPair("x".into())));
    }
}
