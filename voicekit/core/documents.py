"""TOML, JSON, YAML and XML that anybody may have written, as plain data: within limits, or refused in one line.

Whatever is wrong with a document is a ValueError that says where in it; who asked for the document names the file and says
what to do.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from voicekit.core.patterns import lazy_pattern

#: Of a file of settings; ours have less than 10 kB.
MOST_BYTES = 1 << 20
#: Of a line of a file of JSON lines.
MOST_LINE_BYTES = 1 << 20
#: Of tables and lists within each other; ours have 4.
MOST_DEPTH = 20
#: Of elements within each other; tables of Word within tables have 60.
_MOST_XML_DEPTH = 500
#: Of a whole number; a float holds more.
_MOST_DIGITS = 300
_LARGEST = 10**_MOST_DIGITS
#: PyYAML takes half a minute for a megabyte.
_MOST_YAML_CHARACTERS = 1 << 16
_KEY = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
#: A key with so many dots takes tomllib time as the square of them.
_DEEP_KEY = lazy_pattern(rf"(?<![\w\\-]){_KEY}(?:[ \t]*+\.[ \t]*+{_KEY}){{{MOST_DEPTH}}}")
_TOO_DEEP = f"tables and lists lie more than {MOST_DEPTH} deep in each other"


def read_document(path: Path, parse: Callable[[str], Any], most_bytes: int = MOST_BYTES) -> Any:
    """What `parse` makes of the file at `path`, in UTF-8.

    Raises:
        OSError: it cannot be read.
        ValueError: it is larger than `most_bytes`, no UTF-8, or `parse` refuses it.
    """
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"it is larger than {most_bytes >> 10} kB")
    return parse(data.decode("utf-8-sig"))


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file of JSON lines, each with its number, from 1; one that is too long comes in pieces, which are no
    JSON. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        yield from enumerate(iter(partial(file.readline, MOST_LINE_BYTES), b""), start=1)


def parse_toml(text: str) -> dict[str, Any]:
    """Raises ValueError; see above."""
    if deep := _DEEP_KEY.search(text):
        raise ValueError(f"{_TOO_DEEP} (line {_line_at(text, deep.start())})")
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:
        found = re.search(r"\d[\d_]{4000}", text)  # more than Python turns into a number
        if not found:
            raise
        raise ValueError(f"a number has thousands of digits (line {_line_at(text, found.start())})") from error
    return _within_limits(document)


def parse_json(text: str | bytes) -> Any:
    """Raises ValueError; see above."""
    try:
        return _within_limits(json.loads(text, parse_int=_whole))
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error


def parse_yaml(text: str) -> Any:
    """Raises ValueError; see above. A part that is there again by an alias is refused: a few make a document endless."""
    import yaml

    class Loader(yaml.SafeLoader):
        def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                raise ValueError("a part is there again by an alias")
            return super().compose_node(parent, index)

    if len(text) > _MOST_YAML_CHARACTERS:
        raise ValueError(f"it is larger than {_MOST_YAML_CHARACTERS >> 10} kB")
    try:
        return _within_limits(yaml.load(text, Loader))  # a SafeLoader
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    except (LookupError, TypeError, AttributeError) as error:  # of values that look like others: "a: !!timestamp x"
        raise ValueError(f"a value is damaged ({type(error).__name__})") from error


class XmlReader(Protocol):
    """Takes an XML document from its beginning to its end; names come without their namespaces."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...


def read_xml(data: bytes, reader: XmlReader) -> None:
    """Reads XML. Entities of its own are refused: a few make a document endless, or read other files.

    Raises:
        ValueError: see above.
    """
    from xml.parsers import expat

    parser, within = expat.ParserCreate(namespace_separator=" "), _XmlWithin(reader)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = within.start, within.end
    parser.CharacterDataHandler, parser.EntityDeclHandler = reader.data, within.refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


@dataclass
class _XmlWithin:
    """Passes a document on to its reader, within limits."""

    reader: XmlReader
    depth: int = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > _MOST_XML_DEPTH:
            raise ValueError(f"elements lie more than {_MOST_XML_DEPTH} deep in each other")
        self.reader.start(_local(tag), {_local(name): value for name, value in attributes.items()})

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.reader.end(_local(tag))

    def refuse(self, *_: object) -> None:
        raise ValueError("it declares entities of its own")


def _local(name: str) -> str:
    return name.rsplit(" ", 1)[-1]


def shown(value: object) -> str:
    """A value as a message quotes it; a stranger's may be longer than anybody reads."""
    if isinstance(value, int) and abs(value) > _LARGEST:
        return f"a number of about {round(value.bit_length() * 0.30103)} digits"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(digits)} digits")
    return int(digits)


def _within_limits(document: Any) -> Any:
    """The document itself. It is looked through without recursion, which a deep one would exhaust."""
    waiting: list[tuple[Any, str, int]] = [(document, "", 0)]
    while waiting:
        value, key, depth = waiting.pop()
        if isinstance(value, str):
            if "\0" in value or "\x1b" in value or not (value.isascii() or _is_unicode(value)):
                raise ValueError(f"{key} holds signs that no text has".strip())
        elif isinstance(value, int):
            if abs(value) > _LARGEST:
                raise ValueError(f"{key} is {shown(value)}".strip())
        elif isinstance(value, dict | list):
            if depth == MOST_DEPTH:
                raise ValueError(_TOO_DEEP)
            if isinstance(value, dict):
                waiting += [(name, "a key", depth) for name in value]
                waiting += [(inner, shown(name), depth + 1) for name, inner in value.items()]
            else:
                waiting += [(inner, key, depth + 1) for inner in value]
    return document


def _is_unicode(text: str) -> bool:
    """Whether it can be written: half of a pair of surrogates, which JSON allows, cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
