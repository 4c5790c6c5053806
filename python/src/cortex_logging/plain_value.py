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

SCALARS = frozenset({str, int, float, bool, type(None)})
"""Types whose values JSON can say, save for some numbers, which the encoder refuses."""

_TEXT = frozenset({str})
_MAX_UNCHECKED = 1000
_MAX_INT_BITS = 4096


def is_plain(value: object) -> bool:
    """Whether JSON can say `value` as it is, by a look at its type and that of its items.

    It may answer no where yes were right (a nested list), and yes for a float or an integer that JSON cannot say: the
    encoder refuses those.
    """
    kind = type(value)
    if kind in SCALARS:
        return True
    if kind is dict and len(value) <= _MAX_UNCHECKED:  # type: ignore[arg-type]
        return _TEXT.issuperset(map(type, value)) and SCALARS.issuperset(map(type, value.values()))  # type: ignore
    return kind is list and len(value) <= _MAX_UNCHECKED and SCALARS.issuperset(map(type, value))  # type: ignore


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
        infinities, which JSON lacks, become text.

        Args:
            value: Anything, also an object with a cycle.
            depth: The level at which it stands.
        """
        kind = type(value)
        if kind in SCALARS:
            return _plain_scalar(value)
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
        for key, value in list(islice(items.items(), room)):  # At once: to read a value may change the dict.
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


def _plain_scalar(value: object) -> object:
    if type(value) is str and len(value) > MAX_TEXT:
        tally.add("cut")
        return cut_text(value, MAX_TEXT)
    if type(value) is float and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if type(value) is int and value.bit_length() > _MAX_INT_BITS:
        tally.add("cut")
        return f"[integer of {value.bit_length()} bits cut]"
    return value
