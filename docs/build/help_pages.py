"""Pages of the command line and of the server's settings, from the binary's own help."""

import os
import re
import subprocess
from functools import cache

# Columns in which no line is broken.
UNWRAPPED = 10_000

COMMAND = re.compile(r"^  (?P<name>[a-z][a-z-]*)\s{2,}\S", re.M)
OPTION = re.compile(r"^ {2,6}(?:-\w, )?(--[\w-]+)")


@cache
def help_of(binary, words, width=100):
    # Only what the help needs: a setting of the caller's would be printed with its value.
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": "/", "COLUMNS": str(width), "NO_COLOR": "1"}
    run = subprocess.run([binary, *words, "--help"], env=environment, capture_output=True, text=True, check=True, timeout=60)
    return run.stdout.rstrip()


def subcommands(text):
    section = re.search(r"^Commands:\n(.*?)(?:\n\n|\Z)", text, re.S | re.M)
    names = COMMAND.findall(section.group(1)) if section else []
    return [name for name in names if name != "help"]


def commands(binary):
    whole = help_of(binary, ())
    ending = whole[whole.index("Exit codes:") :]
    lines = ["# Command line", "", "One binary, `souk`: the commands of people and scripts, and the server itself.", ""]
    lines += ["Completions and manual pages:", "", "```sh", "souk completions bash > /etc/bash_completion.d/souk"]
    lines += ["souk man /usr/local/share/man/man1", "```", ""]
    lines += ["`make docs` packs both into `dist/souk-completions.tar.gz` and `dist/souk-man.tar.gz`.", ""]
    lines += ["## Exit codes and environment", "", "```text", ending, "```", ""]
    for words in walk(binary, []):
        lines += of_command(binary, words, ending)
    return "\n".join(lines)


def walk(binary, words):
    for name in subcommands(help_of(binary, tuple(words))):
        yield [*words, name]
        yield from walk(binary, [*words, name])


def of_command(binary, words, ending):
    name = " ".join(["souk", *words])
    text = help_of(binary, tuple(words)).replace(ending, "").rstrip()
    about, usage = text.split("\n\n", 1) if not text.startswith("Usage:") else ("", text)
    lines = [f"## {name} {{#{name.replace(' ', '-')}}}", "", about, ""]
    if words == ["serve"]:
        return lines + ["Its settings have [a page of their own](operate/settings.md).", ""]
    return lines + ["```text", usage.strip("\n"), "```", ""]


def settings(binary):
    text = help_of(binary, ("serve",), UNWRAPPED)
    lines = [
        "# Settings of the server",
        "",
        "Each is a flag of `souk serve` and an environment variable; the flag goes first. Durations are such as `30s`, `15m` or `6h`. "
        "The chart sets most of them from its [values](values.md); `settings` in the values takes the rest. Secrets are "
        "read from files only. `RUST_LOG` is the filter of the log, such as `info` or `souk=debug`.",
        "",
    ]
    rows = 0
    for heading, section in re.findall(r"^([A-Z]\w+):\n(.*?)(?=^[A-Z]\w+:\n|\Z)", text, re.S | re.M):
        entries = list(options(section))
        entries = [entry for entry in entries if "[env:" in entry[1]]
        if not entries:
            continue
        lines += [f"## {heading}", "", "| variable | flag | default | meaning |", "| --- | --- | --- | --- |"]
        for flag, words in entries:
            rows += 1
            lines.append(setting(flag, words))
        lines.append("")
    told = text.count("[env:")
    if rows != told:
        raise ValueError(f"the help of souk serve has {told} settings, and {rows} of them were understood")
    return "\n".join(lines)


def setting(flag, words):
    """One row. What a machine made of the setting stands behind its sentence, in brackets."""
    sentence, variable, rest = re.fullmatch(r"(.*?)\s*\[env: (\w+)=[^\]]*\](.*)", words).groups()
    default = ""
    # A default that is worked out is told in the sentence.
    if told := re.search(r"\s*\[default: ([^\]]*)\]", sentence):
        default, sentence = told.group(1), sentence.replace(told.group(), "")
    elif (given := re.search(r"\[default: ([^\]]*)\]", rest)) and given.group(1) != '""':
        default = f"`{given.group(1)}`"
    if values := re.search(r"\[possible values: ([^\]]*)\]", rest):
        sentence += f" (one of {values.group(1)})"
    return f"| `{variable}` | `{flag}` | {cell(default)} | {cell(sentence)} |"


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def options(section):
    """Each flag with all that is said of it, in one line."""
    flag, words = None, []
    for line in section.splitlines():
        begins = OPTION.match(line)
        if begins:
            if flag:
                yield flag, " ".join(words)
            flag = begins.group(1)
            # In the short form of the help the words stand on the same line.
            words = line[begins.end() :].split("  ", 1)[1:]
            words = [word.strip() for word in words]
        elif flag and line.strip():
            words.append(line.strip())
    if flag:
        yield flag, " ".join(words)
