"""Turns any value into one that JSON can say, within bounds."""

from __future__ import annotations

import math
from itertools import islice

from . import tally
from .conversions import conversion_for
from .field_names import cut_name, free_name
from .json_line import encode
from .safe_text import cut_text, unreadable

MAX_DEPTH = 20
"""Levels of nesting, conversions included; what is deeper is replaced by a marker."""

MAX_ITEMS = 10_000
"""Of one container."""

MAX_VALUES = 50_000
"""In one record, all containers together."""

MAX_TEXT = 900_000
"""Characters of one text."""

_SMALLEST_INT = -(2**63)
_LARGEST_INT = 2**64 - 1
_MAX_INT_BITS = 4096


class PlainValues:
    """The values of one record, with what is left of its bounds.

    Attributes:
        left: How many more values the record may hold.
    """

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_VALUES

    def plain(self, value: object, depth: int = 0) -> object:
        """A copy of `value` made of dict, list, str, int, float, bool and None only.

        Never raises, save for what is no `Exception` (such as a KeyboardInterrupt while it works). NaN and the
        infinities, which JSON lacks, become text, as do integers over 64 bits.

        Args:
            value: Anything, also an object with a cycle.
            depth: The level at which it stands.
        """
        kind = type(value)
        if kind is str:
            return value if len(value) <= MAX_TEXT else _cut(value)  # type: ignore[arg-type]
        if kind is bool or value is None:
            return value
        if kind is int:
            return value if _SMALLEST_INT <= value <= _LARGEST_INT else _large_int(value)  # type: ignore
        if kind is float:
            return value if math.isfinite(value) else _unreal(value)  # type: ignore[arg-type]
        if depth >= MAX_DEPTH:
            tally.add("cut")
            return f"[{kind.__name__} deeper than {MAX_DEPTH} levels cut]"
        try:
            return self._compound(value, depth + 1)
        except Exception:
            return unreadable(value)

    def _compound(self, value: object, depth: int) -> object:
        if isinstance(value, dict):
            return self._mapping(value, depth)
        if type(value) is list or type(value) is tuple:
            return self._sequence(value, depth)
        return self.plain(conversion_for(type(value))(value), depth)

    def _mapping(self, items: dict[object, object], depth: int) -> dict[str, object]:
        room = self._take(len(items))
        plain: dict[str, object] = {}
        for key, value in islice(items.items(), room):
            name = key if type(key) is str and len(key) <= 256 else name_of(key)
            if name in plain:
                name = free_name(name, plain)
            plain[name] = self.plain(value, depth)
        if room < len(items):
            tally.add("cut")
            plain[free_name("...", plain)] = f"[{len(items) - room} items cut]"
        return plain

    def _sequence(self, items: list[object] | tuple[object, ...], depth: int) -> list[object]:
        room = self._take(len(items))
        plain = [self.plain(item, depth) for item in (items if room == len(items) else items[:room])]
        if room < len(items):
            tally.add("cut")
            plain.append(f"[{len(items) - room} items cut]")
        return plain

    def _take(self, wanted: int) -> int:
        """How many of `wanted` items there is room for; they are taken from what is left."""
        room = min(wanted, MAX_ITEMS, self.left)
        self.left -= room
        return room


def name_of(key: object) -> str:
    """A field's name from any key: text as it is, all else as JSON writes it."""
    plain = PlainValues().plain(key)
    return cut_name(plain if isinstance(plain, str) else encode(plain))


def _cut(text: str) -> str:
    tally.add("cut")
    return cut_text(text, MAX_TEXT)


def _unreal(value: float) -> str:
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def _large_int(value: int) -> str:
    if value.bit_length() <= _MAX_INT_BITS:
        return str(value)
    tally.add("cut")
    return f"[integer of {value.bit_length()} bits cut]"
