//! The OpenAPI document: generated from the handlers, completed here with what all of them share.
//!
//! A copy lies in `crates/souk/openapi.json`; the dashboard's client is made from it, and a test fails
//! when it is out of date.

use std::io::Write;
use std::process::ExitCode;

use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, Object, Schema, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Content, Header, OpenApi, Ref, RefOr, ResponseBuilder, SecurityRequirement};

use super::problem::{PROBLEM_JSON, ProblemBody};
use super::router::documented;
use crate::auth::session;

/// Schemas of what callers send, and of messages of streams; their optional fields may be left out.
const INPUTS: [&str; 18] = [
    "CreateStore",
    "CreateStoreAdmin",
    "UpdateStore",
    "CancelOperation",
    "SignIn",
    "RemoveOrphans",
    "ChangePassword",
    "CreateUser",
    "UpdateUser",
    "AcceptInvite",
    "CreateToken",
    "CreateMachineToken",
    "CreateSignInCode",
    "UseSignInCode",
    "CreateTeam",
    "SetMember",
    "SetOwner",
    "StreamMessage",
];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Souk",
        description = "Self-service WooCommerce stores on Kubernetes. Times are RFC 3339 in UTC. Errors are RFC 9457 \
                       problem details that name the refused fields. Send a token as a bearer.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        super::operations::cancel_operation,
        super::operations::retry_operation,
        super::suspension::suspend_store,
        super::suspension::resume_store,
    ),
    components(schemas(ProblemBody, super::logs::LogComponent, super::logs::LogContainer, super::stores::SortOrder, souk_domain::usage::Window)),
    tags(
        (name = "stores", description = "Shops: create, list, read, change, suspend, resume, delete"),
        (name = "operations", description = "What was asked of a store, step by step"),
        (name = "events", description = "What happens, as lists and as server-sent events"),
        (name = "slugs", description = "Addresses of shops to come"),
        (name = "platform", description = "The platform itself"),
        (name = "session", description = "Signing in to the dashboard"),
        (name = "account", description = "One's own account: permissions, password, tokens"),
        (name = "users", description = "Accounts, and the tokens of machines"),
        (name = "teams", description = "People who own stores together"),
    ),
)]
struct Outline;

/// What the document holds beside the routes of the router.
pub(super) fn outline() -> OpenApi {
    Outline::openapi()
}

/// Adds what every operation shares: how callers are recognised, and the errors that may always come.
pub(super) fn finish(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_with(Components::new);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The admin token, a personal token (souk_pat_...) or a machine's (souk_mt_...)"))
        .build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let sign_in = ApiKey::Cookie(ApiKeyValue::with_description(session::NAME, "Made by POST /api/session"));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(sign_in));
    for (name, schema) in &mut components.schemas {
        match schema {
            // What Souk sends is always whole: what there is not is null.
            RefOr::T(Schema::Object(object)) if !INPUTS.contains(&name.as_str()) => {
                object.required = object.properties.keys().cloned().collect();
            }
            // One form of several knows no more fields than the others.
            RefOr::T(Schema::OneOf(forms)) if INPUTS.contains(&name.as_str()) => {
                for form in &mut forms.items {
                    if let RefOr::T(Schema::Object(object)) = form {
                        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
                    }
                }
            }
            _ => {}
        }
    }
    let none: [&str; 0] = [];
    document.security = Some(vec![SecurityRequirement::new("token", none), SecurityRequirement::new("cookie", none)]);
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete, &mut item.put];
        for operation in operations.into_iter().flatten() {
            refuse_null(operation);
            add_common_answers(operation);
        }
    }
    document
}

/// Parameters and bodies may be absent, which their `Option` says; `null` they cannot be.
fn refuse_null(operation: &mut Operation) {
    let parameters = operation.parameters.iter_mut().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => parameter.schema.as_mut(),
        RefOr::Ref(_) => None,
    });
    let contents = operation.request_body.iter_mut().flat_map(|body| match body {
        RefOr::T(body) => body.content.values_mut().collect(),
        RefOr::Ref(_) => Vec::new(),
    });
    let bodies = contents.filter_map(|content| match content {
        RefOr::T(content) => content.schema.as_mut(),
        RefOr::Ref(_) => None,
    });
    for schema in parameters.chain(bodies) {
        match schema {
            RefOr::T(Schema::Object(object)) => {
                if let SchemaType::Array(types) = &mut object.schema_type {
                    types.retain(|one| *one != Type::Null);
                    if let [only] = types.as_slice() {
                        object.schema_type = SchemaType::Type(only.clone());
                    }
                }
            }
            RefOr::T(Schema::OneOf(choice)) => {
                choice.items.retain(|one| !matches!(one, RefOr::T(Schema::Object(object)) if is_null(object)));
                if let [only] = choice.items.as_slice() {
                    let only = only.clone();
                    *schema = only;
                }
            }
            _ => {}
        }
    }
}

fn is_null(object: &Object) -> bool {
    matches!(object.schema_type, SchemaType::Type(Type::Null))
}

fn add_common_answers(operation: &mut Operation) {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let is_in_path =
        |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(one) if one.parameter_in == ParameterIn::Path);
    let in_path = parameters.iter().any(is_in_path);
    let in_request = !parameters.iter().all(is_in_path);
    let is_open = operation.security.as_ref().is_some_and(|needs| needs.contains(&SecurityRequirement::default()));
    let mut common = vec![
        ("429", "Too many requests"),
        ("500", "Something went wrong in Souk"),
        ("503", "Souk, its database or the cluster cannot answer at the moment"),
        ("default", "Any other problem"),
    ];
    if in_path {
        common.push(("404", "Nothing is there"));
    }
    match operation.request_body.is_some() {
        true => common.extend([
            ("400", "The body or a parameter cannot be read"),
            ("413", "The body is too large"),
            ("415", "The body has the wrong type"),
            ("422", "The input is not valid"),
        ]),
        false if in_request => common.push(("400", "A parameter is not valid")),
        false => {}
    }
    if !is_open {
        common.push(("401", "Nobody is signed in"));
        common.push(("403", "The role or the token's scope does not allow it"));
    }
    for (status, description) in common {
        let content = Content::new(Some(Ref::from_schema_name("Problem")));
        let mut response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build();
        response.headers.extend(header_of(status));
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| response.into());
    }
}

/// What comes with an answer of this status beside its body.
fn header_of(status: &str) -> Option<(String, RefOr<Header>)> {
    let (name, of, description) = match status {
        "401" => ("WWW-Authenticate", Type::String, "That a bearer is wanted"),
        "429" => ("Retry-After", Type::Integer, "Seconds to wait"),
        _ => return None,
    };
    let mut header = Header::new(Object::with_type(of));
    header.description = Some(description.to_owned());
    Some((name.to_owned(), header.into()))
}

/// The document as it is served and kept: indented, with a line break at the end.
///
/// # Errors
/// It cannot be written as JSON.
pub(super) fn text() -> Result<String, serde_json::Error> {
    let document = finish(documented(None).into_openapi());
    Ok(document.to_pretty_json()? + "\n")
}

/// Prints the document.
pub fn print_openapi() -> ExitCode {
    let result =
        text().map_err(std::io::Error::other).and_then(|text| std::io::stdout().lock().write_all(text.as_bytes()));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has seen enough: `souk openapi | head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("souk: the OpenAPI document cannot be printed: {error}");
            ExitCode::FAILURE
        }
    }
}
