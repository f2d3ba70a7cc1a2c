"""Pages are Jinja2 templates beside the code that fills them. All values are escaped."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@cache
def template(package: str, name: str) -> Template:
    """The template `name` in the folder of `package`; a value that it asks for and nobody gives is an error."""
    pages = Environment(
        loader=PackageLoader(package, ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return pages.get_template(name)
