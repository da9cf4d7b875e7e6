//! Who may do what: platform roles, roles in a store or a team, scopes of tokens, and the one table
//! that answers.
//!
//! | need | admin | operator | viewer | none | owner | member | scope |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | read oneself, list what one sees, the platform's offer | yes | yes | yes | yes | | | read |
//! | `stores.create` | yes | yes | no | yes | | | write |
//! | `platform.read` | yes | yes | yes | no | | | read |
//! | `platform.sweep` | yes | yes | no | no | | | write |
//! | `store.read`, `store.logs` | yes | yes | yes | no | yes | yes | read |
//! | `store.change`, `store.cancel`, `store.credentials` | yes | yes | no | no | yes | yes | write |
//! | `store.delete`, `store.share` | yes | yes | no | no | yes | no | write |
//! | `team.read` | yes | no | no | no | yes | yes | read |
//! | `team.stores` | yes | yes | no | no | yes | yes | write |
//! | `team.change` | yes | no | no | no | yes | no | write |
//! | `users.manage`, `teams.manage`, `tokens.manage` | yes | no | no | no | | | admin |
//! | `own.account`, `own.tokens` | yes | yes | yes | yes | | | admin |
//!
//! A role of the platform and one in the store add up. A token's scope takes away and never adds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that names no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of: {known}")]
pub struct UnknownName {
    known: String,
}

macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in the API and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| UnknownName {
                    known: Self::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

/// What somebody is to the whole platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May do everything.
    Admin,
    /// Runs all stores and the platform; knows nothing of accounts.
    Operator,
    /// Reads everything but credentials.
    Viewer,
    /// Has only the stores of their own and of their teams.
    None,
}

names!(Role { Admin = "admin", Operator = "operator", Viewer = "viewer", None = "none" });

/// What somebody is to one store or one team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum StoreRole {
    /// Everything but deleting it and giving it away.
    Member,
    /// Everything about it.
    Owner,
}

names!(StoreRole { Member = "member", Owner = "owner" });

/// How much a token may be used for, at most. Each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Reading.
    Read,
    /// Changing stores too.
    Write,
    /// Accounts too, as far as the role goes.
    Admin,
}

names!(Scope { Read = "read", Write = "write", Admin = "admin" });

/// What a request needs its caller to be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Need {
    /// Read who one is, what one may and how much is left.
    #[serde(rename = "own.read")]
    OwnRead,
    /// Change one's password, end one's sign-ins.
    #[serde(rename = "own.account")]
    OwnAccount,
    /// List, make and revoke one's tokens.
    #[serde(rename = "own.tokens")]
    OwnTokens,
    /// Read which plans and blueprints there are.
    #[serde(rename = "platform.offer")]
    PlatformOffer,
    /// Read how the platform does.
    #[serde(rename = "platform.read")]
    PlatformRead,
    /// Remove what belongs to no store.
    #[serde(rename = "platform.sweep")]
    PlatformSweep,
    /// List the audit entries of what one sees.
    #[serde(rename = "audit.read")]
    AuditRead,
    /// List the stores that one sees.
    #[serde(rename = "stores.list")]
    StoresList,
    #[serde(rename = "stores.create")]
    StoresCreate,
    #[serde(rename = "store.read")]
    StoreRead,
    #[serde(rename = "store.logs")]
    StoreLogs,
    #[serde(rename = "store.change")]
    StoreChange,
    /// Cancel and retry its operations.
    #[serde(rename = "store.cancel")]
    StoreCancel,
    #[serde(rename = "store.credentials")]
    StoreCredentials,
    #[serde(rename = "store.delete")]
    StoreDelete,
    /// Choose its members, give it away.
    #[serde(rename = "store.share")]
    StoreShare,
    /// List the teams that one sees.
    #[serde(rename = "teams.list")]
    TeamsList,
    #[serde(rename = "team.read")]
    TeamRead,
    /// Make stores that belong to it.
    #[serde(rename = "team.stores")]
    TeamStores,
    /// Choose its members.
    #[serde(rename = "team.change")]
    TeamChange,
    /// Make and delete teams.
    #[serde(rename = "teams.manage")]
    TeamsManage,
    #[serde(rename = "users.manage")]
    UsersManage,
    /// Make and revoke the tokens of machines.
    #[serde(rename = "tokens.manage")]
    TokensManage,
}

names!(Need {
    OwnRead = "own.read",
    OwnAccount = "own.account",
    OwnTokens = "own.tokens",
    PlatformOffer = "platform.offer",
    PlatformRead = "platform.read",
    PlatformSweep = "platform.sweep",
    AuditRead = "audit.read",
    StoresList = "stores.list",
    StoresCreate = "stores.create",
    StoreRead = "store.read",
    StoreLogs = "store.logs",
    StoreChange = "store.change",
    StoreCancel = "store.cancel",
    StoreCredentials = "store.credentials",
    StoreDelete = "store.delete",
    StoreShare = "store.share",
    TeamsList = "teams.list",
    TeamRead = "team.read",
    TeamStores = "team.stores",
    TeamChange = "team.change",
    TeamsManage = "teams.manage",
    UsersManage = "users.manage",
    TokensManage = "tokens.manage",
});

/// One line of the table: which roles have it by themselves, the least role in the store or team that
/// gives it too, and the least scope of a token.
struct Rule(&'static [Role], Option<StoreRole>, Scope);

const EVERYBODY: &[Role] = Role::ALL;
const ADMIN: &[Role] = &[Role::Admin];
const OPERATORS: &[Role] = &[Role::Admin, Role::Operator];
const READERS: &[Role] = &[Role::Admin, Role::Operator, Role::Viewer];
const MAKERS: &[Role] = &[Role::Admin, Role::Operator, Role::None];

impl Need {
    const fn rule(self) -> Rule {
        use StoreRole::{Member, Owner};
        match self {
            Self::OwnRead | Self::PlatformOffer | Self::AuditRead | Self::StoresList | Self::TeamsList => {
                Rule(EVERYBODY, None, Scope::Read)
            }
            Self::StoresCreate => Rule(MAKERS, None, Scope::Write),
            Self::PlatformRead => Rule(READERS, None, Scope::Read),
            Self::PlatformSweep => Rule(OPERATORS, None, Scope::Write),
            Self::StoreRead | Self::StoreLogs => Rule(READERS, Some(Member), Scope::Read),
            // Credentials open the shop's administration: who may only read does not get them.
            Self::StoreChange | Self::StoreCancel | Self::StoreCredentials | Self::TeamStores => {
                Rule(OPERATORS, Some(Member), Scope::Write)
            }
            Self::StoreDelete | Self::StoreShare => Rule(OPERATORS, Some(Owner), Scope::Write),
            Self::TeamRead => Rule(ADMIN, Some(Member), Scope::Read),
            Self::TeamChange => Rule(ADMIN, Some(Owner), Scope::Write),
            Self::TeamsManage | Self::UsersManage | Self::TokensManage => Rule(ADMIN, None, Scope::Admin),
            // A token that could make tokens would make its own scope and end meaningless.
            Self::OwnAccount | Self::OwnTokens => Rule(EVERYBODY, None, Scope::Admin),
        }
    }

    /// Whether it is about one store, and the caller's role in that store counts.
    #[must_use]
    pub const fn is_about_a_store(self) -> bool {
        matches!(
            self,
            Self::StoreRead
                | Self::StoreLogs
                | Self::StoreChange
                | Self::StoreCancel
                | Self::StoreCredentials
                | Self::StoreDelete
                | Self::StoreShare
        )
    }
}

/// What a caller is, as far as the platform goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    pub role: Role,
    /// `Admin` for who did not come with a token of less.
    pub scope: Scope,
}

impl Access {
    /// Everything.
    pub const FULL: Self = Self { role: Role::Admin, scope: Scope::Admin };

    /// Whether every store is seen, without a role in it.
    #[must_use]
    pub fn sees_every_store(self) -> bool {
        allows(self, Need::StoreRead, None)
    }

    /// What is allowed without a role in a store or team.
    #[must_use]
    pub fn needs(self) -> Vec<Need> {
        Need::ALL.iter().copied().filter(|need| allows(self, *need, None)).collect()
    }
}

/// Whether the caller may. `relation` is the caller's role in the store or the team that it is about.
#[must_use]
pub fn allows(caller: Access, need: Need, relation: Option<StoreRole>) -> bool {
    let Rule(roles, least, scope) = need.rule();
    let by_role = roles.contains(&caller.role);
    let by_relation = least.is_some_and(|least| relation.is_some_and(|relation| relation >= least));
    (by_role || by_relation) && caller.scope >= scope
}

/// Longest name of a user, a team or a token, in characters.
pub const NAME_MAX: usize = 64;

/// Checks the name of a user or a team: it is signed in with, and stands in the audit log.
///
/// # Errors
/// Says what a name looks like.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._@-".contains(c);
    let first = name.chars().next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    match first && name.len() <= NAME_MAX && name.chars().all(inner) {
        true => Ok(()),
        false => {
            Err("must have 1 to 64 of the characters a-z, 0-9, '.', '_', '@' and '-', and begin with a letter or digit")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const RELATIONS: &[Option<StoreRole>] = &[None, Some(StoreRole::Member), Some(StoreRole::Owner)];

    fn full(role: Role) -> Access {
        Access { role, scope: Scope::Admin }
    }

    /// Who of admin, operator, viewer, none, and of owner and member without a platform role.
    fn row(need: Need) -> String {
        let by_role = Role::ALL.iter().map(|role| (full(*role), None));
        let by_relation = [StoreRole::Owner, StoreRole::Member].map(|role| (full(Role::None), Some(role)));
        by_role.chain(by_relation).map(|(caller, role)| if allows(caller, need, role) { 'y' } else { '-' }).collect()
    }

    #[test]
    fn the_table() {
        let table = [
            (Need::OwnRead, "yyyyyy"),
            (Need::OwnAccount, "yyyyyy"),
            (Need::OwnTokens, "yyyyyy"),
            (Need::PlatformOffer, "yyyyyy"),
            (Need::PlatformRead, "yyy---"),
            (Need::PlatformSweep, "yy----"),
            (Need::AuditRead, "yyyyyy"),
            (Need::StoresList, "yyyyyy"),
            (Need::StoresCreate, "yy-yyy"),
            (Need::StoreRead, "yyy-yy"),
            (Need::StoreLogs, "yyy-yy"),
            (Need::StoreChange, "yy--yy"),
            (Need::StoreCancel, "yy--yy"),
            (Need::StoreCredentials, "yy--yy"),
            (Need::StoreDelete, "yy--y-"),
            (Need::StoreShare, "yy--y-"),
            (Need::TeamsList, "yyyyyy"),
            (Need::TeamRead, "y---yy"),
            (Need::TeamStores, "yy--yy"),
            (Need::TeamChange, "y---y-"),
            (Need::TeamsManage, "y-----"),
            (Need::UsersManage, "y-----"),
            (Need::TokensManage, "y-----"),
        ];
        assert_eq!(table.len(), Need::ALL.len(), "a need is missing in the table");
        for (need, expected) in table {
            assert_eq!(row(need), expected, "{need}");
        }
    }

    #[test]
    fn names_read_back() {
        for need in Need::ALL {
            assert_eq!(serde_json::to_value(need).unwrap(), need.as_str());
        }
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>(), Ok(*role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        let error = "root".parse::<Role>().unwrap_err().to_string();
        assert_eq!(error, "must be one of: admin, operator, viewer, none");
    }

    #[test]
    fn names_of_people() {
        for name in ["anna", "a", "anna.b@example.com", "7up"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in ["", "Anna", ".a", "team:a", "a b", "ä", &"a".repeat(65)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn more_of_anything_never_takes_away(
            role in select(Role::ALL), need in select(Need::ALL), scope in select(Scope::ALL),
            wider in select(Scope::ALL), relation in select(RELATIONS), closer in select(RELATIONS),
        ) {
            let caller = Access { role, scope };
            if allows(caller, need, relation) {
                let wide = Access { role, scope: scope.max(wider) };
                let admin = Access { role: Role::Admin, scope };
                prop_assert!(allows(wide, need, relation));
                prop_assert!(allows(caller, need, relation.max(closer)));
                prop_assert!(allows(admin, need, relation));
            }
        }

        #[test]
        fn a_read_token_changes_nothing(role in select(Role::ALL), need in select(Need::ALL), relation in select(RELATIONS)) {
            let reads = [
                Need::OwnRead, Need::PlatformOffer, Need::PlatformRead, Need::AuditRead, Need::StoresList,
                Need::StoreRead, Need::StoreLogs, Need::TeamsList, Need::TeamRead,
            ];
            let allowed = allows(Access { role, scope: Scope::Read }, need, relation);
            prop_assert!(!allowed || reads.contains(&need), "{need}");
        }

        #[test]
        fn a_stranger_without_a_role_reaches_no_store(need in select(Need::ALL), scope in select(Scope::ALL)) {
            let caller = Access { role: Role::None, scope };
            prop_assert!(!need.is_about_a_store() || !allows(caller, need, None));
        }
    }
}
