//! What others changed of the objects that a store's release made, and the words for it.

use std::fmt;

/// Changed fields that one sentence names.
const MOST: usize = 4;

/// One object that is not as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Kind and name, such as `Deployment shop`.
    pub object: String,
    pub what: WhatChanged,
}

/// What became of the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhatChanged {
    /// It is gone, or no longer carries the store's label.
    Missing,
    /// Fields of it were set, added or taken away.
    Edited {
        /// Such as `spec.replicas`; empty when fields were only taken away.
        fields: Vec<String>,
        /// Who did it, as the cluster knows them, such as `kubectl-edit`.
        by: Vec<String>,
    },
}

/// What is known of changes by others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Everything is as it was made, or there is no release to hold it against.
    None,
    /// Nobody has noted yet what the release made.
    Unnoted,
    /// Changed, and to be set back.
    Changed(Vec<Change>),
    /// Changed, and left so for now; the problem says why.
    Left(Vec<Change>, crate::Problem),
}

impl Drift {
    /// Everything that is changed.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        match self {
            Self::None | Self::Unnoted => &[],
            Self::Changed(changes) | Self::Left(changes, _) => changes,
        }
    }
}

impl Change {
    /// What changed and what was done about it, as a sentence.
    #[must_use]
    pub fn and(&self, done: &str) -> String {
        let text = format!("{self}; {done}.");
        match text.strip_prefix("fields") {
            Some(rest) => format!("Fields{rest}"),
            // A field keeps its own spelling.
            None => text,
        }
    }
}

/// A part of a sentence: `spec.replicas of Deployment shop was changed by kubectl`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = &self.object;
        match &self.what {
            WhatChanged::Missing => write!(f, "{object} was deleted"),
            WhatChanged::Edited { fields, by } => {
                match fields.as_slice() {
                    [] if by.is_empty() => write!(f, "fields of {object} were changed or taken away")?,
                    [] => write!(f, "{object} was changed")?,
                    [field] => write!(f, "{field} of {object} was changed")?,
                    many => {
                        let named = &many[..many.len().min(MOST)];
                        write!(f, "{} ", named.join(", "))?;
                        if many.len() > MOST {
                            write!(f, "and {} more ", many.len() - MOST)?;
                        }
                        write!(f, "of {object} were changed")?;
                    }
                }
                if by.is_empty() { Ok(()) } else { write!(f, " by {}", by.join(", ")) }
            }
        }
    }
}

/// All changes in one sentence, with a full stop.
#[must_use]
pub fn sentence(changes: &[Change]) -> String {
    let mut parts: Vec<_> = changes.iter().take(MOST).map(ToString::to_string).collect();
    if changes.len() > MOST {
        parts.push(format!("{} more objects were changed", changes.len() - MOST));
    }
    format!("{}.", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(fields: &[&str], by: &[&str]) -> Change {
        let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Change { object: "Deployment shop".into(), what: WhatChanged::Edited { fields: texts(fields), by: texts(by) } }
    }

    #[test]
    fn says_what_changed() {
        let missing = Change { object: "Service shop".into(), what: WhatChanged::Missing };
        for (change, expected) in [
            (missing, "Service shop was deleted"),
            (edited(&["spec.replicas"], &["kubectl"]), "spec.replicas of Deployment shop was changed by kubectl"),
            (edited(&["a", "b"], &["x", "y"]), "a, b of Deployment shop were changed by x, y"),
            (edited(&["a", "b", "c", "d", "e"], &[]), "a, b, c, d and 1 more of Deployment shop were changed"),
            (edited(&[], &[]), "fields of Deployment shop were changed or taken away"),
            (edited(&[], &["kubectl-create"]), "Deployment shop was changed by kubectl-create"),
        ] {
            assert_eq!(change.to_string(), expected);
        }
        let many = vec![edited(&["a"], &[]); 6];
        assert!(sentence(&many).ends_with("; 2 more objects were changed."));
    }
}
