"""Looks through a built site: links.py FOLDER [PAGE-TO-LEAVE-OUT...]

Every link inside of it leads to a file that is there, and its anchor to an element of that name; nothing that a browser
loads by itself comes from elsewhere. Prints what is wrong and ends with 1.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser follows by itself, by element and attribute.
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Reader(HTMLParser):
    """Notes links, and names that links can lead to."""

    def __init__(self):
        super().__init__()
        self.links, self.names = [], set()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.names.update(found[key] for key in ("id", "name") if found.get(key))
        for key in ("href", "src"):
            if found.get(key):
                relation = found.get("rel", "")
                self.links.append((tag, key, found[key], relation))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)


def read(page):
    reader = Reader()
    reader.feed(page.read_text())
    return reader


def trouble(page, reader, pages, folder):
    for tag, key, link, relation in reader.links:
        parts = urlsplit(link)
        if parts.scheme == "data":
            continue
        if parts.scheme or parts.netloc:
            if (tag, key) in LOADED and relation != "canonical":
                yield f"loads {link} from elsewhere"
            continue
        path = unquote(parts.path)
        target = (folder / path.lstrip("/") if path.startswith("/") else page.parent / path).resolve() if path else page
        if target.is_dir():
            target = target / "index.html"
        if not target.is_file():
            yield f"leads to {link}, which is not there"
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].names:
            yield f"leads to {link}, and there is no such anchor"


def main(folder, left_out):
    folder = Path(folder).resolve()
    # The page for what is not found has addresses of a server's root.
    pages = {page: read(page) for page in sorted(folder.rglob("*.html")) if page.name not in left_out}
    if not pages:
        print(f"{folder} holds no page")
        return 1
    wrong = [f"{page.relative_to(folder)} {what}" for page, reader in pages.items() for what in trouble(page, reader, pages, folder)]
    print("\n".join(sorted(set(wrong))) or f"{len(pages)} pages, every link leads somewhere")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
