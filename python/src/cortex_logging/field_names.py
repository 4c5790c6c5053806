"""Which names of `extra` are taken, and under which name such a field is kept.

A name is taken when the standard library has an attribute of that name on each record, or when the pipeline writes a
field of that name. The second list is the one of the record contract (`reservedFields` in the shipper's sources). A
dotted name is taken when the part before its first dot is one of the pipeline's: Logs Insights reads the flat key
`labels.apiName` as it reads a member of `labels`.
"""

from __future__ import annotations

from collections.abc import Container

from . import tally

PIPELINE_FIELDS = frozenset(
    {"time", "message", "level", "labels", "namespace", "pod", "container", "node", "stream", "app"}
)
"""Fields that the pipeline writes."""

RECORD_ATTRIBUTES = frozenset(
    {
        *(
            "args",
            "asctime",
            "created",
            "exc_info",
            "exc_text",
            "filename",
            "funcName",
            "levelname",
            "levelno",
        ),
        *("lineno", "message", "module", "msecs", "msg", "name", "pathname", "process", "processName"),
        *("relativeCreated", "stack_info", "taskName", "thread", "threadName"),
    }
)
"""Attributes of each `logging.LogRecord`, of all versions of Python that are supported."""

PREFIX = "app."
"""Stands before the name of a field whose own name is taken."""

MAX_NAME_LENGTH = 256
"""In characters; a longer name is cut."""

_MAX_REMEMBERED = 4096

known_free: set[str] = set()
"""Names that were found not to be taken, so that the usual ones are looked up once."""


def field_name(name: str) -> str:
    """The name under which the field `name` of `extra` is written: the same name always gives the same answer."""
    if is_taken(name):
        tally.add("renamed")
        return cut_name(PREFIX + name)
    if len(name) > MAX_NAME_LENGTH:
        return cut_name(name)
    if len(known_free) >= _MAX_REMEMBERED:
        known_free.clear()
    known_free.add(name)
    return name


def is_taken(name: str) -> bool:
    """Whether a field of this name would be taken for one of the library's or the pipeline's."""
    return name in RECORD_ATTRIBUTES or name.split(".", 1)[0] in PIPELINE_FIELDS


def cut_name(name: str) -> str:
    """The name itself, or its beginning when it is too long."""
    return name if len(name) <= MAX_NAME_LENGTH else name[: MAX_NAME_LENGTH - 3] + "..."


def free_name(name: str, used: Container[str]) -> str:
    """`name`, or the first of `name~2`, `name~3`, … that is not used."""
    free, number = name, 1
    while free in used:
        number += 1
        free = f"{name}~{number}"
    return free
