"""Pages of the API from its OpenAPI document: one for each tag, one for all shapes, and an overview."""

from dataclasses import dataclass

METHODS = ("get", "post", "put", "patch", "delete")
SHAPES = "api/shapes.md"


@dataclass
class Page:
    title: str
    path: str
    text: str


def pages(document):
    tags = document.get("tags", [])
    made = [overview(document, tags)]
    made += [of_tag(document, tag) for tag in tags]
    made.append(shapes(document))
    return made


def operations(document, tag=None):
    for path, item in document["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation and (tag is None or tag in operation.get("tags", [])):
                shared = item.get("parameters", [])
                yield path, method, {**operation, "parameters": shared + operation.get("parameters", [])}


def overview(document, tags):
    info = document["info"]
    lines = [
        "# API",
        "",
        info.get("description", ""),
        "",
        f"This is version {info['version']}. A running platform serves the same document at `/api/openapi.json`, and a page to "
        "try it at `/api/docs`.",
        "",
        "```sh",
        "curl -H \"Authorization: Bearer $SOUK_TOKEN\" http://souk.localhost/api/stores",
        "```",
        "",
        "## Signing in",
        "",
        "| scheme | how |",
        "| --- | --- |",
    ]
    for name, scheme in document["components"].get("securitySchemes", {}).items():
        how = "header `Authorization: Bearer ...`" if scheme["type"] == "http" else f"{scheme['in']} `{scheme['name']}`"
        lines.append(f"| {name} | {how}. {cell(scheme.get('description', ''))} |")
    lines += ["", "## Everything", ""]
    for tag in tags:
        lines += [f"### {tag['name'].capitalize()}", "", cell(tag.get("description", "")), "", "| | |", "| --- | --- |"]
        for path, method, operation in operations(document, tag["name"]):
            link = f"{tag['name']}.md#{anchor(operation)}"
            lines.append(f"| [`{method.upper()} {path}`]({link}) | {cell(operation.get('summary', ''))} |")
        lines.append("")
    return Page("Overview", "api/index.md", "\n".join(lines))


def of_tag(document, tag):
    title = tag["name"].capitalize()
    lines = [f"# {title}", "", tag.get("description", ""), ""]
    for path, method, operation in operations(document, tag["name"]):
        lines += [f"## {operation.get('summary', path)} {{#{anchor(operation)}}}", "", "```http"]
        lines += [f"{method.upper()} {path}", "```", "", operation.get("description", ""), ""]
        if operation.get("security") == [{}]:
            lines += ["Needs no sign-in.", ""]
        lines += parameters(operation["parameters"])
        lines += body(operation.get("requestBody"))
        lines += answers(operation["responses"])
    return Page(title, f"api/{tag['name']}.md", "\n".join(lines))


def anchor(operation):
    return operation["operationId"].replace("_", "-")


def parameters(listed):
    if not listed:
        return []
    lines = ["| parameter | in | type | meaning |", "| --- | --- | --- | --- |"]
    for one in listed:
        needed = "" if one["in"] == "path" else ("required. " if one.get("required") else "")
        meaning = needed + cell(one.get("description", ""))
        lines.append(f"| `{one['name']}` | {one['in']} | {kind(one.get('schema', {}))} | {meaning} |")
    return lines + [""]


def body(request):
    if not request:
        return []
    kinds = [kind(media.get("schema", {})) for media in request["content"].values()]
    optional = "" if request.get("required") else ", optional"
    return [f"**Body:** {' or '.join(kinds)}{optional}", ""]


def answers(responses):
    lines = ["| answer | meaning | body |", "| --- | --- | --- |"]
    for status, response in responses.items():
        content = response.get("content", {})
        kinds = [f"{kind(media.get('schema', {}))} as `{name}`" for name, media in content.items()]
        meaning = cell(response.get("description", ""))
        headers = ", ".join(f"`{name}`" for name in response.get("headers", {}))
        if headers:
            meaning += f" (headers: {headers})"
        lines.append(f"| {status} | {meaning} | {' or '.join(kinds)} |")
    return lines + [""]


def shapes(document):
    lines = ["# Shapes", "", "What goes in and comes out, as JSON.", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += [f"## {name} {{#{name.lower()}}}", "", schema.get("description", ""), ""]
        lines += fields(schema)
    return Page("Shapes", SHAPES, "\n".join(lines))


def fields(schema):
    lines = []
    parts = [schema, *schema.get("allOf", [])]
    properties = {name: field for part in parts for name, field in part.get("properties", {}).items()}
    required = {name for part in parts for name in part.get("required", [])}
    if properties:
        lines += ["| field | type | meaning |", "| --- | --- | --- |"]
        for name, field in properties.items():
            optional = "" if name in required else "optional. "
            lines.append(f"| `{name}` | {kind(field, '')} | {optional}{cell(field.get('description', ''))} |")
        lines.append("")
        if schema.get("additionalProperties") is False:
            lines += ["Other fields are refused.", ""]
    else:
        lines += [f"Type: {kind({**schema, 'description': None}, '')}", ""]
    return lines


def kind(schema, to="shapes.md"):
    """A type in words, with a link where it has a name. `to` is the page of the shapes, empty on that page."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}]({to}#{name.lower()})"
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return " or ".join(kind(one, to) for one in schema[several])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    types = schema.get("type", "any")
    words = [one_kind(one, schema, to) for one in (types if isinstance(types, list) else [types])]
    return " or ".join(words) + limits(schema)


def one_kind(name, schema, to):
    if name == "array":
        return f"list of {kind(schema.get('items', {}), to)}"
    if name == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {kind(schema['additionalProperties'], to)}"
    if name == "string" and schema.get("format") == "date-time":
        return "time"
    return name


def limits(schema):
    words = {"minimum": "at least", "maximum": "at most", "minLength": "length at least", "maxLength": "length at most"}
    told = [f"{text} {schema[key]}" for key, text in words.items() if schema.get(key) not in (None, 0)]
    return f" ({', '.join(told)})" if told else ""


def cell(text):
    """Text for a cell of a table."""
    return " ".join((text or "").split()).replace("|", "\\|")
