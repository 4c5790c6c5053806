"""Text of anything, of bounded length, without ever raising."""

from __future__ import annotations

from . import tally


def text_of(value: object) -> str:
    """What `str` says, else what `repr` says, else a note that neither can be had."""
    for read in (str, repr):
        try:
            return str.__str__(read(value))
        except Exception:
            continue
    return unreadable(value)


def unreadable(value: object) -> str:
    """The note that stands for a value that raises when it is read."""
    tally.add("unreadable")
    return f"[unreadable {type(value).__name__}]"


def cut_text(text: str, limit: int) -> str:
    """`text`, or its beginning and end with a marker between them when it has more than `limit` characters.

    Both ends are kept because a traceback says at its end what happened. The result may be longer than `limit` by
    the marker.
    """
    if len(text) <= limit:
        return text
    tail = limit // 2
    head = limit - tail
    return f"{text[:head]}...[{len(text) - limit} characters cut]...{text[len(text) - tail :] if tail else ''}"
