"""What the pages tell people to type must exist: commands of souk with their flags, settings, metrics, values of the
chart.

Owns the reading of a page's code; what there is comes from the binary's help, the sources and the chart.
"""

import re
from functools import cache
from pathlib import Path

import yaml

import help_pages

ROOT = Path(__file__).resolve().parents[2]
# Where settings and metrics are named.
READERS = ("crates/souk/src", "dev", "images", "docs/build", "tests/run")

FENCE = re.compile(r"^( *)```.*?\n(.*?)^\1```", re.S | re.M)
INLINE = re.compile(r"`([^`\n]+)`")
CALL = re.compile(r"(?:^|\| |; |-- |\()souk ([a-z][a-z-]*(?: [a-z][a-z-]*)?)([^|;)#\n]*)")
NAME = re.compile(r"\bSOUK_[A-Z_]*[A-Z]\b|\bsouk_[a-z_]*[a-z]\b")
VALUE = re.compile(r"[a-z]\w*(?:\.[a-zA-Z]\w*)+")


def wrong(markdown, binary):
    """Sentences about what a page names and nobody has."""
    blocks = [line.strip() for _, text in FENCE.findall(markdown) for line in text.splitlines()]
    inline = INLINE.findall(FENCE.sub("", markdown))
    for code in [*blocks, *inline]:
        for words, rest in CALL.findall(code):
            yield from wrong_call(words.split(), rest, binary)
        for name in NAME.findall(code):
            if name not in names():
                yield f"there is no setting or metric {name}"
    for code in inline:
        if VALUE.fullmatch(code) and not is_value(code.split(".")):
            yield f"the chart has no value {code}"


def wrong_call(words, rest, binary):
    known = helps(binary)
    name = " ".join(words) if " ".join(words) in known else words[0]
    if name not in known or (words[1:] and " ".join(words) not in known and help_pages.subcommands(known[name])):
        yield f"there is no command souk {' '.join(words)}"
        return
    for flag in re.findall(r"(?<=\s)--[a-z][\w-]*", rest):
        if not re.search(re.escape(flag) + r"\b", known[name]):
            yield f"souk {name} has no flag {flag}"


@cache
def helps(binary):
    return {" ".join(words): help_pages.help_of(binary, tuple(words)) for words in help_pages.walk(binary, [])}


@cache
def names():
    found = set()
    for reader in READERS:
        path = ROOT / reader
        for file in [path] if path.is_file() else path.rglob("*"):
            if file.is_file():
                found.update(NAME.findall(file.read_text(errors="ignore")))
    return found


@cache
def values():
    return yaml.safe_load((ROOT / "charts/souk/values.yaml").read_text())


def is_value(keys):
    """Whether the chart has it; a name that begins with none of its values is something else."""
    if keys[0] not in values():
        return True
    at = values()
    for key in keys:
        # What is empty by default, such as labels, takes any key.
        if not isinstance(at, dict) or (at and key not in at):
            return False
        at = at.get(key, {})
    return True
