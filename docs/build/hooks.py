"""What the site takes from the code while it is built: pages of the API, of the command line and of the
chart's values, the diagram of the phases, the list of decisions.

Owns which page comes from where; the form of the pages is in openapi_pages.py and help_pages.py. It also holds the pages
against the code: every reason that the code can give has its line, and what people are told to type exists (claims.py).
Under --strict a warning ends the build.
"""

import json
import logging
import os
import re
import sys
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs/build"))

import claims  # noqa: E402
import help_pages  # noqa: E402
import openapi_pages  # noqa: E402

log = logging.getLogger("mkdocs.souk")

REASONS_PAGE = "operate/reasons.md"
# Where a reason is named in the code.
REASON = re.compile(r'(?:Problem::(?:waiting|permanent)|\bis_false)\(\s*"([A-Z]\w+)"')


def on_config(config):
    """Puts the pages that are made, and all decisions, into the navigation."""
    document = json.loads((ROOT / "crates/souk/openapi.json").read_text())
    api = [{page.title: page.path} for page in openapi_pages.pages(document)]
    decisions = [decision.relative_to(ROOT / "docs").as_posix() for decision in decision_files()]
    fill(config.nav, "API", api)
    fill(config.nav, "Decisions", ["decisions/index.md", *decisions])
    return config


def fill(nav, title, pages):
    for entry in nav:
        if title in entry:
            entry[title] = pages


def decision_files():
    return sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))


def on_files(files, config):
    """Adds the pages that are made."""
    document = json.loads((ROOT / "crates/souk/openapi.json").read_text())
    binary = os.environ.get("SOUK_DOCS_BINARY")
    if not binary:
        raise PluginError("SOUK_DOCS_BINARY names no souk binary; `make docs` builds one and sets it.")
    made = {page.path: page.text for page in openapi_pages.pages(document)}
    made["cli.md"] = help_pages.commands(binary)
    made["operate/settings.md"] = help_pages.settings(binary)
    made["operate/values.md"] = values()
    made["decisions/index.md"] = decisions()
    for path, text in made.items():
        files.append(File.generated(config, path, content=text))
    return files


def values():
    text = (ROOT / "charts/souk/values.yaml").read_text()
    return (
        "# Values of the chart\n\nThe file `charts/souk/values.yaml` as it is, with every default. "
        "`charts/souk/values-local.yaml` and `charts/souk/values-production.yaml` are complete examples. "
        "A typo is refused: the chart has a schema.\n\n```yaml\n" + text.rstrip() + "\n```\n"
    )


def decisions():
    lines = ["# Decisions", "", "What a reader of the code would question, and why it is so.", ""]
    for file in decision_files():
        title = file.read_text().split("\n", 1)[0].lstrip("# ")
        lines.append(f"- [{title}]({file.name})")
    return "\n".join(lines) + "\n"


def on_page_markdown(markdown, page, config, files):
    """Fills in the diagram of the phases, and looks for what the code has otherwise."""
    if page.file.abs_src_path:  # not a page that was made
        for what in sorted(set(claims.wrong(markdown, os.environ["SOUK_DOCS_BINARY"]))):
            log.warning(f"docs/{page.file.src_uri}: {what}")
    if page.file.src_uri == REASONS_PAGE:
        for reason in sorted(reasons() - set(re.findall(r"`([A-Z]\w+)`", markdown))):
            log.warning(f"docs/{REASONS_PAGE} does not name the reason {reason} that the code can give")
    return markdown.replace("<!-- the diagram of the phases -->", phases())


def phases():
    source = (ROOT / "crates/domain/src/phase.rs").read_text()
    lines = [line.removeprefix("//!").removeprefix(" ") for line in source.splitlines() if line.startswith("//!")]
    diagram = re.search(r"```text\n.*?\n```", "\n".join(lines), re.S)
    if diagram is None:
        raise PluginError("crates/domain/src/phase.rs holds no diagram of the phases in its first comment.")
    return diagram.group()


def reasons():
    found = set()
    for folder in ("crates/domain/src", "crates/souk/src"):
        for file in (ROOT / folder).rglob("*.rs"):
            if {"scenarios", "tests"} & set(file.parts):
                continue
            # Unit tests stand at the end of a file.
            found.update(REASON.findall(file.read_text().split("#[cfg(test)]")[0]))
    return found
