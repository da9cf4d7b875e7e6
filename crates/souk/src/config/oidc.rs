//! Settings of single sign-on: the provider, and which of its groups may do what.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use souk_domain::Role;

/// Sign-in with the accounts that a company has already, by OpenID Connect. Without an issuer there is none.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Single sign-on")]
pub struct OidcArgs {
    /// Issuer of the OpenID Connect provider, exactly as its discovery document writes it, such as https://login.example.com/realms/shops
    #[arg(long, env = "SOUK_OIDC_ISSUER", value_parser = parse_issuer)]
    pub oidc_issuer: Option<String>,

    /// Souk's id at the provider
    #[arg(long, env = "SOUK_OIDC_CLIENT_ID", default_value = "souk")]
    pub oidc_client_id: String,

    /// File that holds Souk's secret at the provider; none for a public client
    #[arg(long, env = "SOUK_OIDC_CLIENT_SECRET_FILE")]
    pub oidc_client_secret_file: Option<PathBuf>,

    /// What the dashboard calls it: "Sign in with ..."
    #[arg(long, env = "SOUK_OIDC_NAME", default_value = "single sign-on")]
    pub oidc_name: String,

    /// Scopes that are asked for besides openid, separated by commas
    #[arg(long, env = "SOUK_OIDC_SCOPES", value_delimiter = ',', default_value = "profile,email,groups")]
    pub oidc_scopes: Vec<String>,

    /// Claim that lists somebody's groups
    #[arg(long, env = "SOUK_OIDC_GROUPS_CLAIM", default_value = "groups")]
    pub oidc_groups_claim: String,

    /// Platform role of each group, as group=role separated by commas; who is in none of them is refused
    #[arg(long, env = "SOUK_OIDC_ROLES", default_value = "")]
    pub oidc_roles: GroupRoles,
}

impl OidcArgs {
    /// # Errors
    /// There is a provider, and nobody could sign in by it.
    pub fn check(&self) -> anyhow::Result<()> {
        if self.oidc_issuer.is_some() && self.oidc_roles.0.is_empty() {
            anyhow::bail!(
                "SOUK_OIDC_ROLES says which groups may sign in, and is empty: set it, such as souk-admins=admin,staff=viewer"
            );
        }
        Ok(())
    }
}

/// An address that nobody on the way can change what it answers: TLS, or this very machine.
fn parse_issuer(text: &str) -> Result<String, String> {
    let url = url::Url::parse(text).map_err(|error| format!("it is no address: {error}"))?;
    let local = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(url::Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        _ => return Err("it must begin with https://".to_owned()),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it must have neither ? nor #".to_owned());
    }
    Ok(text.to_owned())
}

/// The role of each group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupRoles(Vec<(String, Role)>);

/// Why a setting is not a list of groups with roles.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoGroupRole {
    #[error("`{0}` is not of the form group=role")]
    NotAPair(String),
    #[error("the role of the group `{group}` {error}")]
    Role { group: String, error: souk_domain::access::UnknownName },
}

impl GroupRoles {
    /// The highest role that one of the groups gives.
    pub fn of<'a>(&self, groups: impl IntoIterator<Item = &'a String>) -> Option<Role> {
        let groups: Vec<_> = groups.into_iter().collect();
        let given = self.0.iter().filter(|(group, _)| groups.contains(&group)).map(|(_, role)| *role);
        given.min_by_key(|role| Role::ALL.iter().position(|known| known == role))
    }
}

impl FromStr for GroupRoles {
    type Err = NoGroupRole;

    fn from_str(text: &str) -> Result<Self, NoGroupRole> {
        let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let read = |pair: &str| {
            let (group, role) = pair
                .rsplit_once('=')
                .filter(|(group, _)| !group.trim().is_empty())
                .ok_or_else(|| NoGroupRole::NotAPair(pair.to_owned()))?;
            let group = group.trim().to_owned();
            match role.trim().parse() {
                Ok(role) => Ok((group, role)),
                Err(error) => Err(NoGroupRole::Role { group, error }),
            }
        };
        pairs.map(read).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_role_of_ones_groups_counts() {
        let roles: GroupRoles = "/shops/staff=viewer, cn=root=admin,ops=operator".parse().unwrap();
        let of = |groups: &[&str]| roles.of(&groups.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(of(&["ops", "/shops/staff"]), Some(Role::Operator));
        assert_eq!(of(&["cn=root", "ops"]), Some(Role::Admin));
        assert_eq!(of(&["Ops", ""]), None);
        assert_eq!(of(&[]), None);
        let error = |text: &str| text.parse::<GroupRoles>().unwrap_err().to_string();
        assert_eq!(error("ops"), "`ops` is not of the form group=role");
        assert!(error("ops=boss").contains("`ops` must be one of: admin"));
    }

    #[test]
    fn an_issuer_is_reached_safely() {
        for good in ["https://login.example.com/realms/shops", "http://127.0.0.1:5556/dex", "http://localhost:1"] {
            assert_eq!(parse_issuer(good).as_deref(), Ok(good));
        }
        for bad in ["login.example.com", "http://login.example.com", "https://x?y", "https://x#y", "file:///x"] {
            assert!(parse_issuer(bad).is_err(), "{bad}");
        }
    }
}
