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
        *("args", "asctime", "created", "exc_info", "exc_text", "filename", "funcName", "levelname", "levelno"),
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
_known: dict[str, str] = {}
_renamed: set[str] = set()


def field_name(name: str) -> str:
    """The name under which the field `name` of `extra` is written.

    The same name always gives the same answer, and two names of legal length never give one answer.
    """
    known = _known.get(name)
    if known is None:
        known = _resolve(name)
    if known in _renamed:
        tally.add("renamed")
    return known


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


def _resolve(name: str) -> str:
    taken = is_taken(name)
    known = cut_name(PREFIX + name if taken else name)
    if len(_known) >= _MAX_REMEMBERED:
        _known.clear()
        _renamed.clear()
    if len(name) <= MAX_NAME_LENGTH:
        _known[name] = known
        if taken:
            _renamed.add(known)
    elif taken:
        tally.add("renamed")
    return known
