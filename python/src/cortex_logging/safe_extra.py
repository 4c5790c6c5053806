"""Lets the standard library take any `extra`.

`logging.Logger.makeRecord` raises KeyError for an `extra` that holds one of some 25 names. The replacement hands it
what it takes and puts the rest beside it on the record, for `JsonFormatter` to write. All else goes on as before:
the replaced method is called, so that other libraries that replace it too keep working.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from .context import current_context
from .field_names import RECORD_ATTRIBUTES

KEPT = "_cortex_kept"
"""Attribute of a record: the fields of `extra` that the standard library refused, by their own names."""

CONTEXT = "_cortex_context"
"""Attribute of a record: the fields of `log_context` where the record was made."""

_REFUSED = RECORD_ATTRIBUTES | {KEPT, CONTEXT}


def install() -> None:
    """Makes all loggers of the process take any `extra`; a second call changes nothing."""
    if not getattr(logging.Logger.makeRecord, "_takes_any_extra", False):
        logging.Logger.makeRecord = _replacement_of(logging.Logger.makeRecord)  # type: ignore[method-assign]


def _replacement_of(original: Any) -> Any:
    def makeRecord(  # noqa: N802
        self: logging.Logger,
        name: str,
        level: int,
        fn: str,
        lno: int,
        msg: object,
        args: Any,
        exc_info: Any,
        func: str | None = None,
        extra: object = None,
        sinfo: str | None = None,
    ) -> logging.LogRecord:
        context = current_context()
        if context or not (extra is None or (type(extra) is dict and _REFUSED.isdisjoint(extra))):
            extra = _acceptable(extra, context)
        try:
            return original(self, name, level, fn, lno, msg, args, exc_info, func, extra, sinfo)  # type: ignore
        except KeyError:  # A record factory of the application has set an attribute that `extra` has too.
            everything = {KEPT: dict(extra)} if isinstance(extra, dict) else None
            return original(self, name, level, fn, lno, msg, args, exc_info, func, everything, sinfo)  # type: ignore

    makeRecord._takes_any_extra = True  # type: ignore[attr-defined]
    return makeRecord


def _acceptable(extra: object, context: Mapping[str, object]) -> dict[object, object]:
    fields = _fields_of(extra)
    acceptable = {key: value for key, value in fields.items() if key not in _REFUSED}
    if len(acceptable) < len(fields):
        acceptable[KEPT] = {key: value for key, value in fields.items() if key in _REFUSED}
    if context:
        acceptable[CONTEXT] = context
    return acceptable


def _fields_of(extra: object) -> Mapping[object, object]:
    """The fields of an `extra` of any kind; what has no fields is kept whole, as the field `extra`."""
    try:
        if isinstance(extra, Mapping):
            return dict(extra.items())
        return {} if extra is None else dict(extra)  # type: ignore[call-overload,no-any-return]
    except Exception:
        return {"extra": extra}
