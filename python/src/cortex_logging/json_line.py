"""From fields to one line of JSON within the pipeline's limit."""

from __future__ import annotations

import re
from collections.abc import Callable
from json import encoder as _json
from typing import Any

from . import tally
from .safe_text import cut_text

MAX_LINE_BYTES = 900_000
"""Of a line in UTF-8. A log event holds 1,000,000 bytes; what is left is for the fields that the pipeline adds."""


def _make_encode() -> Callable[[object], str]:
    """The encoder of the standard library, made once: `JSONEncoder.encode` makes one for each call."""
    pure = _json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False)
    make: Any = getattr(_json, "c_make_encoder", None)
    try:
        chunks = make(None, pure.default, _json.encode_basestring, None, ": ", ", ", False, False, False)
    except TypeError:  # There is none in C (PyPy), or a later Python makes it in another way.
        return pure.encode
    return lambda value: "".join(chunks(value, 0))


encode = _make_encode()
"""JSON of plain values; text stays as it is, because a letter outside ASCII is up to four times longer escaped.

Raises ValueError for what JSON cannot say.
"""

_NEVER_RAW = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def format_line(fields: dict[str, object]) -> str:
    """One line that any UTF-8 stream can take, without a line break of any kind in it.

    Lone surrogates, which UTF-8 lacks, are written as the text of their escape. Control characters beyond ASCII and
    Unicode's own line ends are escaped.

    Args:
        fields: Plain values only, see `plain_value`.
    """
    line = encode(fields)
    if line.isascii():
        return line if len(line) <= MAX_LINE_BYTES else _shorten(fields)
    line = _NEVER_RAW.sub(_escape, line)
    if len(line) * 4 > MAX_LINE_BYTES and _size(line) > MAX_LINE_BYTES:
        return _shorten(fields)
    return line


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\\\u{code:04x}" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _encoded(value: object) -> str:
    return _NEVER_RAW.sub(_escape, encode(value))


def _shorten(fields: dict[str, object]) -> str:
    """The line with its largest values cut, all to the same share, so that small ones stay whole."""
    tally.add("cut")
    entries, room = _with_room_for_names(fields)
    sizes = {name: _size(text) for name, text in entries.items()}
    share = _fair_share(sorted(sizes.values()), room)
    cut = {name: text if sizes[name] <= share else _cut_to(fields[name], share) for name, text in entries.items()}
    return "{" + ", ".join(f"{_encoded(name)}: {text}" for name, text in cut.items()) + "}"


def _with_room_for_names(fields: dict[str, object]) -> tuple[dict[str, str], int]:
    """The encoded values of as many fields as fit with their names, and the bytes left for the values."""
    room = MAX_LINE_BYTES - 200
    entries: dict[str, str] = {}
    for name, value in fields.items():
        cost = _size(_encoded(name)) + 4
        if room - cost < MAX_LINE_BYTES // 2:
            entries["app.cut"] = encode(f"[{len(fields) - len(entries)} fields cut]")
            fields["app.cut"] = ""
            break
        entries[name] = _encoded(value)
        room -= cost
    return entries, room


def _fair_share(sizes: list[int], room: int) -> int:
    """The size that no value may exceed so that together they fit; `sizes` ascend."""
    for index, size in enumerate(sizes):
        share = room // (len(sizes) - index)
        if size > share:
            return share
        room -= size
    return room


def _cut_to(value: object, limit: int) -> str:
    """The JSON of a text of at most `limit` bytes: the value's beginning and end."""
    text = value if isinstance(value, str) else encode(value)
    keep = min(len(text), limit)
    while True:
        shortened = _encoded(cut_text(text, keep))
        size = _size(shortened)
        if size <= limit or keep == 0:
            return shortened
        keep = min(keep - 1, keep * limit // size - 40) if keep > 80 else 0
