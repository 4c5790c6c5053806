"""What values that JSON has no word for are converted to, one conversion a kind of value.

A conversion makes one step, such as a set into a list; what it returns is looked at again. Nothing is imported to
recognise a type: a numpy array is whatever has `.tolist()`, a pydantic model whatever has `.model_dump()`. The type is
asked, never the object, because an object may answer to every name (a mock) or run code when asked.
"""

from __future__ import annotations

import enum
from binascii import b2a_base64
from collections.abc import Callable, Mapping, Sequence, Set
from itertools import islice
from typing import Any

from .safe_text import text_of

Conversion = Callable[[Any], object]

MAX_BYTES = 65_536
"""Of a bytes-like value; the rest is cut."""

MAX_ARRAY_ITEMS = 10_000
"""Larger arrays are written as their own `str`, which numpy and its like abridge."""

_MAX_REMEMBERED = 1024
_conversions: dict[type, Conversion] = {}


def conversion_for(kind: type) -> Conversion:
    """The conversion for values of the type `kind`; `str` when there is no better."""
    conversion = _conversions.get(kind)
    if conversion is None:
        if len(_conversions) >= _MAX_REMEMBERED:
            _conversions.clear()
        conversion = _conversions[kind] = _find(kind)
    return conversion


def _find(kind: type) -> Conversion:
    for parent, conversion in _by_parent:
        if issubclass(kind, parent):
            return conversion
    for attribute, conversion in _by_attribute:
        if hasattr(kind, attribute):
            return conversion
    for interface, conversion in _by_interface:
        if issubclass(kind, interface):
            return conversion
    return text_of


def _from_bytes(value: bytes | bytearray | memoryview) -> str:
    raw = bytes(value[:MAX_BYTES])
    rest = len(value) - len(raw)
    note = f"...[{rest} bytes cut]" if rest else ""
    try:
        return raw.decode() + note
    except UnicodeDecodeError:
        return "base64:" + b2a_base64(raw, newline=False).decode("ascii") + note


def _from_error(value: BaseException) -> str:
    return f"{type(value).__name__}: {text_of(value)}"


def _from_class(value: type) -> str:
    return f"{value.__module__}.{value.__qualname__}"


def _from_enum(value: enum.Enum) -> object:
    return value.value


def _from_array(value: Any) -> object:
    size = value.numel() if hasattr(type(value), "numel") else getattr(value, "size", None)
    if size is None:
        size = len(value)
    return text_of(value) if size > MAX_ARRAY_ITEMS else value.tolist()


def _from_set(value: Set[object]) -> list[object]:
    """In a fixed order, so that two runs write one line; a set too large to be sorted is cut anyway."""
    if len(value) > MAX_ARRAY_ITEMS:
        return list(islice(value, MAX_ARRAY_ITEMS + 1))
    return sorted(value, key=lambda item: (type(item).__name__, text_of(item)))


def _from_fields(names: str) -> Conversion:
    """A conversion that reads the attributes whose names stand in the attribute `names` of the type."""

    def convert(value: Any) -> dict[str, object]:
        return {name: getattr(value, name) for name in getattr(type(value), names) if hasattr(value, name)}

    return convert


def _from_attrs(value: Any) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in type(value).__attrs_attrs__}


_by_parent: Sequence[tuple[type | tuple[type, ...], Conversion]] = (
    (enum.Enum, _from_enum),
    (str, str.__str__),
    (float, float.__float__),
    (int, int.__int__),
    ((bytes, bytearray, memoryview), _from_bytes),
    (BaseException, _from_error),
    (type, _from_class),
)

_by_attribute: Sequence[tuple[str, Conversion]] = (
    ("model_dump", lambda value: value.model_dump()),
    ("__dataclass_fields__", _from_fields("__dataclass_fields__")),
    ("__attrs_attrs__", _from_attrs),
    ("__struct_fields__", _from_fields("__struct_fields__")),
    ("_asdict", lambda value: value._asdict()),
    ("tolist", _from_array),
    ("isoformat", lambda value: value.isoformat()),
    ("total_seconds", lambda value: value.total_seconds()),
)

_by_interface: Sequence[tuple[type, Conversion]] = (
    (Mapping, lambda value: dict(value.items())),
    (Set, _from_set),
    (Sequence, lambda value: list(islice(value, MAX_ARRAY_ITEMS + 1))),
)
