//! `souk user`: accounts, written to the database directly. For the time when nobody can sign in; it needs
//! no server, and takes the database settings of `souk serve`.

use clap::{Args, Subcommand};
use secrecy::SecretString;
use souk_domain::Role;
use souk_domain::access::check_name;
use souk_domain::admin::check_password;

use super::context::Context;
use super::db::PlaceArgs;
use super::exit::{Exit, Failure, TABLE};
use super::output::{OutputArgs, table};
use crate::api::users::{INVITE_LIFETIME, UserView, invite_url};
use crate::auth::password::Passwords;
use crate::auth::token::Form;
use crate::config::AddressArgs;
use crate::db::{Actor, Db, DbError, NewUser, User, UserChange};

/// Accounts that a page is read of at once.
const PAGE: u64 = 200;

#[derive(Args, Debug)]
#[command(after_long_help = TABLE)]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Subcommand, Debug)]
enum UserCommand {
    /// Make an account, and print a link by which its owner chooses a password
    Add {
        #[command(flatten)]
        who: WhoArgs,
        /// What the account may: admin, operator, viewer or none
        #[arg(long, default_value = "none")]
        role: Role,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// List the accounts
    List {
        #[command(flatten)]
        place: PlaceArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Give an account another role
    Role {
        #[command(flatten)]
        who: WhoArgs,
        /// admin, operator, viewer or none
        role: Role,
    },
    /// Close an account: its sign-ins end at once, and its tokens are worth nothing
    Disable(WhoArgs),
    /// Open an account again
    Enable(WhoArgs),
    /// Set a new password from standard input, or print a link by which it is chosen; every sign-in ends
    ResetPassword {
        #[command(flatten)]
        who: WhoArgs,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Print a new link by which the password of an account is chosen
    Invite(WhoArgs),
}

/// Which account is meant, and where.
#[derive(Args, Debug)]
struct WhoArgs {
    /// Name of the account
    name: String,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    address: AddressArgs,
}

#[derive(Args, Debug)]
struct PasswordArgs {
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

pub async fn run(context: &Context, args: UserArgs) -> Result<(), Failure> {
    match args.command {
        UserCommand::Add { who, role, password } => add(context, who, role, &password).await,
        UserCommand::List { place, output } => list(context, &place, output).await,
        UserCommand::Role { who, role } => change(context, &who, UserChange::Role(role)).await,
        UserCommand::Disable(who) => change(context, &who, UserChange::Disable).await,
        UserCommand::Enable(who) => change(context, &who, UserChange::Enable).await,
        UserCommand::ResetPassword { who, password } => reset(context, &who, &password).await,
        UserCommand::Invite(who) => {
            let db = who.place.open(true).await?;
            let user = find(&db, &who.name).await?;
            invite(context, &db, &who.address, &user).await
        }
    }
}

/// The audit log says that it was done here.
fn actor() -> Actor {
    Actor { name: "admin".to_owned(), source: Some("souk user".to_owned()) }
}

fn failed(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Failure, error.to_string())
}

async fn find(db: &Db, name: &str) -> Result<User, Failure> {
    db.user_by_name(name).await.map_err(|error| match error {
        DbError::NoSuchUser => {
            Failure::new(Exit::NotFound, format!("there is no account {name}")).next("list them with `souk user list`")
        }
        error => failed(&error),
    })
}

async fn add(context: &Context, who: WhoArgs, role: Role, password: &PasswordArgs) -> Result<(), Failure> {
    check_name(&who.name).map_err(|error| Failure::new(Exit::Usage, format!("the name {error}")))?;
    let password_hash = password.hash(context, &who.name).await?;
    let invited = password_hash.is_none();
    let db = who.place.open(false).await?;
    let new = NewUser { name: who.name.clone(), role, password_hash };
    let user = db.create_user(new, &actor()).await.map_err(|error| match error {
        DbError::NameTaken => Failure::new(Exit::Failure, format!("there is an account {} already", who.name))
            .next("choose another name, or make a link with `souk user invite`"),
        error => failed(&error),
    })?;
    context.terminal.say(format!("Made the account {} with the role {role}.", user.name));
    if invited { invite(context, &db, &who.address, &user).await } else { Ok(()) }
}

async fn list(context: &Context, place: &PlaceArgs, output: OutputArgs) -> Result<(), Failure> {
    let db = place.open(true).await?;
    let (mut users, mut after) = (Vec::new(), None);
    loop {
        let page = db.list_users(after.as_deref(), PAGE).await.map_err(|error| failed(&error))?;
        users.extend(page.items);
        after = page.next_cursor;
        if after.is_none() {
            break;
        }
    }
    let rows = || users.iter().map(row).collect::<Vec<_>>();
    let names = || users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>().join("\n");
    let views: Vec<UserView> = users.iter().cloned().map(UserView::from).collect();
    let raw = serde_json::to_value(&views).map_err(|error| failed(&error))?;
    output.output.print(&context.terminal, &raw, names, || table(&["NAME", "ROLE", "STATE", "ID"], rows()))
}

fn row(user: &User) -> Vec<String> {
    let state = match (user.disabled_at, user.has_password) {
        (Some(_), _) => "disabled",
        (None, false) => "invited",
        (None, true) => "active",
    };
    vec![user.name.clone(), user.role.to_string(), state.to_owned(), user.id.clone()]
}

async fn change(context: &Context, who: &WhoArgs, change: UserChange) -> Result<(), Failure> {
    let db = who.place.open(true).await?;
    let user = find(&db, &who.name).await?;
    let user = db.change_user(&user.id, [change], &actor()).await.map_err(|error| failed(&error))?;
    let state = if user.disabled_at.is_some() { "disabled" } else { "enabled" };
    context.terminal.say(format!("The account {} is {state} and has the role {}.", user.name, user.role));
    Ok(())
}

async fn reset(context: &Context, who: &WhoArgs, password: &PasswordArgs) -> Result<(), Failure> {
    let db = who.place.open(true).await?;
    let user = find(&db, &who.name).await?;
    let Some(hash) = password.hash(context, &who.name).await? else {
        let (secret, hash) = Form::Invite.make();
        let reset = db.reset_password(&user.id, &hash, INVITE_LIFETIME, &actor()).await;
        reset.map_err(|error| failed(&error))?;
        return tell(context, &who.address, &user, &secret);
    };
    db.set_password(&user.id, &hash, None, &actor()).await.map_err(|error| failed(&error))?;
    context.terminal.say(format!("The account {} has the new password; every sign-in has ended.", user.name));
    Ok(())
}

async fn invite(context: &Context, db: &Db, address: &AddressArgs, user: &User) -> Result<(), Failure> {
    let (secret, hash) = Form::Invite.make();
    db.create_invite(&user.id, &hash, INVITE_LIFETIME, &actor()).await.map_err(|error| failed(&error))?;
    tell(context, address, user, &secret)
}

fn tell(context: &Context, address: &AddressArgs, user: &User, secret: &SecretString) -> Result<(), Failure> {
    context.terminal.say(format!("{} chooses a password here, once, within 3 days:", user.name));
    Ok(context.terminal.print(invite_url(address, secret))?)
}

impl PasswordArgs {
    async fn hash(&self, context: &Context, name: &str) -> Result<Option<String>, Failure> {
        if !self.password_stdin {
            return Ok(None);
        }
        let password = context.terminal.read_secret()?;
        check_password(&password, &[name, "souk"])
            .map_err(|refused| Failure::new(Exit::Usage, format!("the password {refused}")))?;
        let password: SecretString = password.as_str().into();
        Passwords::default().hash(&password).await.map(Some).map_err(|error| failed(&error))
    }
}
