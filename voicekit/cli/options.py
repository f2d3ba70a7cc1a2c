"""What options are checked for before a command begins."""

import math
import re
from typing import Any

import click


class Name(click.ParamType):
    """What a folder can be called, and nothing that leads out of where it is to lie."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"\w[\w .-]*", value):
            self.fail(f"{value!r} is no name; use letters, digits, spaces, '-', '_' and '.'", param, ctx)
        return value


class Number(click.FloatRange):
    """A range of numbers, of which "nan" and "inf" are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number
