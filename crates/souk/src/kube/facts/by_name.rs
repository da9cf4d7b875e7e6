//! Facts of one kind, by the objects' names.
//!
//! A store has few objects of each kind, and there are many stores: a sorted list without room to spare
//! takes a tenth of what a map takes. Most names are the same in every store, and are kept once.

use internment::ArcIntern;

/// The facts, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByName<F>(Vec<(ArcIntern<String>, F)>);

impl<F> Default for ByName<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<F> ByName<F> {
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(key, _)| key.as_str().cmp(name))
    }

    pub fn get(&self, name: &str) -> Option<&F> {
        self.find(name).ok().map(|at| &self.0[at].1)
    }

    /// Takes the fact up in place of an older one.
    pub fn insert(&mut self, name: impl AsRef<str>, fact: F) {
        let name = name.as_ref();
        match self.find(name) {
            Ok(at) => self.0[at].1 = fact,
            Err(at) => {
                self.0.reserve_exact(1);
                self.0.insert(at, (ArcIntern::from_ref(name), fact));
            }
        }
    }

    pub fn remove(&mut self, name: &str) -> Option<F> {
        let at = self.find(name).ok()?;
        let (_, fact) = self.0.remove(at);
        self.0.shrink_to_fit();
        Some(fact)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &F)> {
        self.0.iter().map(|(name, fact)| (name.as_str(), fact))
    }

    pub fn values(&self) -> impl Iterator<Item = &F> {
        self.0.iter().map(|(_, fact)| fact)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What scenarios change.
#[cfg(test)]
impl<F> ByName<F> {
    pub fn get_mut(&mut self, name: &str) -> Option<&mut F> {
        let at = self.find(name).ok()?;
        Some(&mut self.0[at].1)
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    pub fn first_mut(&mut self) -> Option<&mut F> {
        self.0.first_mut().map(|(_, fact)| fact)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut F> {
        self.0.iter_mut().map(|(_, fact)| fact)
    }

    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn pop_first(&mut self) -> Option<(String, F)> {
        (!self.0.is_empty()).then(|| self.0.remove(0)).map(|(name, fact)| (name.to_string(), fact))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_a_map(changes in prop::collection::vec(("[a-d]{1,2}", any::<Option<u8>>()), 0..40)) {
            let (mut map, mut list) = (BTreeMap::new(), ByName::default());
            for (name, fact) in changes {
                match fact {
                    Some(fact) => {
                        map.insert(name.clone(), fact);
                        list.insert(&name, fact);
                    }
                    None => prop_assert_eq!(map.remove(&name), list.remove(&name)),
                }
                prop_assert_eq!(list.get(&name), map.get(&name));
                prop_assert!(list.iter().eq(map.iter().map(|(name, fact)| (name.as_str(), fact))));
            }
        }
    }
}
