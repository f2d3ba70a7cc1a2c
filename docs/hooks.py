"""Pages may link to files of the repository outside of docs/, as they do when they are read in a checkout.

Such a file becomes a part of the site, below repository/: Markdown as a page, pictures as they are, all else as text.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
OUTSIDE = "repository/"
AS_THEY_ARE = (".md", ".png")
LINK = re.compile(r"(?<=\]\()([^)\s#:]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds what the pages link to, and what that links to."""
    pages = [file for file in files if file.is_documentation_page()]
    for page in pages:  # grows as it goes
        for uri, path in _linked(page.content_string, page.src_uri).values():
            if uri not in files.src_uris:
                text = None if path.suffix in AS_THEY_ARE[1:] else path.read_text(encoding="utf-8")
                source = {"content": text} if text is not None else {"abs_src_path": str(path)}
                files.append(File.generated(config, uri, **source))
                if uri.endswith(".md"):
                    pages.append(files.src_uris[uri])
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lets the links lead to where the files lie on the site."""
    linked = _linked(markdown, page.file.src_uri)
    folder = posixpath.dirname(page.file.src_uri) or "."
    return LINK.sub(lambda link: posixpath.relpath(linked[link[0]][0], folder) if link[0] in linked else link[0], markdown)


def _linked(markdown: str, uri: str) -> dict[str, tuple[str, Path]]:
    """Each link to a file outside of docs/ → the file's place on the site, and on the disk."""
    here = posixpath.dirname(uri.removeprefix(OUTSIDE) if uri.startswith(OUTSIDE) else f"docs/{uri}")
    found = {}
    for link in set(LINK.findall(markdown)):
        path = posixpath.normpath(posixpath.join(here, link))
        if not (ROOT / path).is_file():
            continue
        if path.startswith("docs/"):
            found[link] = path.removeprefix("docs/"), ROOT / path
        else:
            found[link] = OUTSIDE + path + ("" if Path(path).suffix in AS_THEY_ARE else ".txt"), ROOT / path
    return found
