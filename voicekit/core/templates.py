"""Pages are Jinja2 templates that lie beside the code that fills them. What is filled in is escaped."""

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def templates(package: str, **filters: Callable[..., str]) -> Environment:
    """The templates in the folder of a package; a value that one asks for and nobody gives is an error."""
    pages = Environment(
        loader=PackageLoader(package, ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters |= filters
    return pages
