"""What the OpenAPI document cannot say, each with its reason; everything else that Schemathesis finds is a failure.

Loaded by Schemathesis (schemathesis.toml). It leaves the findings alone but for refusals whose every refused field is
in the table below.
"""

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

# (operation, refused field): why a value that fits the schema may be refused. "*" is any operation.
BEYOND_THE_SCHEMA = {
    ("*", "cursor"): "a cursor is opaque and good for one list only",
    ("*", "name"): "names of shops are judged by Unicode's categories, which regular expressions of schemas lack",
    ("*", "team"): "only the database knows which teams there are",
    ("PUT /api/stores/{id}/owner", "user"): "only the database knows which accounts there are",
    ("PATCH /api/stores/{id}", "If-Match"): "Schemathesis offers the revision of an earlier answer, without the quotes",
    ("POST /api/stores/{id}:suspend", "If-Match"): "the same",
    ("POST /api/stores/{id}:resume", "If-Match"): "the same",
    ("POST /api/stores", "Idempotency-Key"): "an earlier request of the run had the same key and another body",
    ("POST /api/stores", "blueprint"): "GET /api/platform lists them",
    ("POST /api/stores", "plan"): "GET /api/platform lists them",
    ("*", "slug"): "the platform keeps some words for itself",
    ("POST /api/stores", "admin.email"): "the part before the @ is limited to 64 characters, and the whole to 100",
    ("POST /api/stores", "admin.password"): "passwords are judged by how hard they are to guess",
    ("POST /api/invite", "password"): "passwords are judged by how hard they are to guess",
    ("POST /api/me/password", "new"): "passwords are judged by how hard they are to guess",
    ("POST /api/me/password", "current"): "it is not the password of the account",
    ("GET /api/stores/{id}/logs", "container"): "each component has containers of its own",
}
# (operation, status): why a request that fits the schema may be answered with it.
OF_THE_MOMENT = {
    ("*", 410): "the store was deleted by an earlier request, or the link of an invitation or the code is made up",
    ("PATCH /api/stores/{id}", 412): "the store has another revision than a made-up If-Match",
    ("POST /api/stores/{id}:suspend", 412): "the same",
    ("POST /api/stores/{id}:resume", 412): "the same",
}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """The catch-all answer is for clients that are older than the server: here every status has to be named."""
    for item in raw_schema["paths"].values():
        for operation in item.values():
            operation["responses"].pop("default", None)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, AcceptedNegativeData):
        # HTTP lets every request carry headers that the server does not know.
        return failure.message.rpartition("Invalid component: ")[2] != "in header - object with unexpected properties"
    if isinstance(failure, UseAfterFree):
        # A store goes in the background: the delete answers 202, and a deleted one can still be read, as its document
        # says. Whatever else is deleted has to be gone.
        return failure.operation != "DELETE /api/stores/{id}"
    if not isinstance(failure, RejectedPositiveData):
        return True
    label = case.operation.label
    if {(label, response.status_code), ("*", response.status_code)} & OF_THE_MOMENT.keys():
        return False
    refused = [error["field"] for error in response.json().get("errors", [])]
    known = [(label, field) in BEYOND_THE_SCHEMA or ("*", field) in BEYOND_THE_SCHEMA for field in refused]
    return not (known and all(known))
