"""Lets the standard library take any `extra`.

`logging.Logger.makeRecord` raises KeyError for an `extra` that holds one of some 25 names. The replacement sets the
others on the record as ever and keeps those beside them, for `JsonFormatter` to write. A method that another library
has put in its place before is called as before. So is that of a subclass of `logging.Logger`; when it raises, as a copy
of the standard library's does, it is called again with what that would take, and when it still raises the standard
library makes the record.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from types import FunctionType
from typing import Any

from .context import current_context
from .field_names import RECORD_ATTRIBUTES

KEPT = "_cortex_kept"
"""Attribute of a record: the fields of `extra` that the standard library refused, by their own names."""

CONTEXT = "_cortex_context"
"""Attribute of a record: the fields of `log_context` where the record was made."""

_REFUSED = RECORD_ATTRIBUTES | {KEPT, CONTEXT}

_EXTRA = 8
"""The place of `extra` among the arguments of `makeRecord`, without `self`."""

_installed: list[bool] = []


class Kept(dict[object, object]):
    """The fields under KEPT, in a class of its own, so that no field of `extra` is taken for them."""


def install() -> None:
    """Makes all loggers of the process take any `extra`; a second call changes nothing."""
    if not _installed:
        _installed.append(True)
        logging.Logger.makeRecord = _replacement_of(logging.Logger.makeRecord)  # type: ignore[method-assign]
        _guard_all_below(logging.Logger)
        logging.Logger.__init_subclass__ = classmethod(_guard_new)  # type: ignore[assignment, arg-type]


def _guard_new(kind: type[logging.Logger], **options: Any) -> None:
    super(logging.Logger, kind).__init_subclass__(**options)
    _guard(kind)


def _guard_all_below(parent: type[logging.Logger]) -> None:
    for kind in parent.__subclasses__():
        _guard(kind)
        _guard_all_below(kind)


def _guard(kind: type[logging.Logger]) -> None:
    """Guards the `makeRecord` that a subclass of `logging.Logger` brings, itself or from a class beside."""
    owner = next(each for each in kind.__mro__ if "makeRecord" in vars(each))
    method = vars(owner)["makeRecord"]
    if type(method) is FunctionType and (owner is kind or not issubclass(owner, logging.Logger)):
        kind.makeRecord = _guarded(method)  # type: ignore[method-assign]


def _guarded(own: Any) -> Any:
    @functools.wraps(own)
    def makeRecord(self: logging.Logger, *args: Any, **keywords: Any) -> Any:
        try:
            return own(self, *args, **keywords)
        except Exception:
            return again(self, *args, **keywords)

    def again(self: logging.Logger, *args: Any, **keywords: Any) -> Any:
        try:
            if "extra" in keywords:
                return own(self, *args, **{**keywords, "extra": _acceptable(keywords["extra"], {})})
            return own(self, *args[:_EXTRA], _acceptable(args[_EXTRA], {}), *args[_EXTRA + 1 :], **keywords)
        except Exception:
            return logging.Logger.makeRecord(self, *args, **keywords)

    return makeRecord


def _is_standard(method: Any) -> bool:
    """Whether it is the standard library's own; a wrapper may bear its name and module, but not its globals."""
    return type(method) is FunctionType and method.__globals__ is vars(logging)


def _replacement_of(original: Any) -> Any:
    is_standard = _is_standard(original)

    def makeRecord(
        self: logging.Logger,
        name: str,
        level: int,
        fn: str,
        lno: int,
        msg: object,
        args: Any,
        exc_info: Any,
        func: str | None = None,
        extra: Any = None,
        sinfo: str | None = None,
    ) -> logging.LogRecord:
        context = current_context()
        if context or not (extra is None or (type(extra) is dict and _REFUSED.isdisjoint(extra))):
            extra = _acceptable(extra, context)
        if not is_standard:
            return _call_other(original, self, name, level, fn, lno, msg, args, exc_info, func, extra, sinfo)
        record = logging.getLogRecordFactory()(name, level, fn, lno, msg, args, exc_info, func, sinfo)
        if extra:
            record.__dict__.update(extra)
        return record

    return makeRecord


def _call_other(original: Any, *arguments: Any) -> logging.LogRecord:
    """Calls what another library has put in the standard library's place before us."""
    try:
        record: logging.LogRecord = original(*arguments)
    except KeyError:  # A record factory of the application has set an attribute that `extra` has too.
        *before, extra, stack = arguments
        record = original(*before, {KEPT: Kept(extra or {})}, stack)
    return record


def _acceptable(extra: Any, context: Mapping[str, object]) -> dict[object, object]:
    fields = _fields_of(extra)
    acceptable = {key: value for key, value in fields.items() if key not in _REFUSED}
    if len(acceptable) < len(fields):
        acceptable[KEPT] = _kept(fields)
    if context:
        acceptable[CONTEXT] = context
    return acceptable


def _kept(fields: Mapping[object, object]) -> Kept:
    kept = Kept({key: value for key, value in fields.items() if key in _REFUSED})
    if type(before := kept.get(KEPT)) is Kept:  # A subclass hands on what it was called with.
        del kept[KEPT]
        kept.update(before)
    return kept


def _fields_of(extra: Any) -> Mapping[object, object]:
    """The fields of an `extra` of any kind; what has no fields is kept whole, as the field `extra`."""
    try:
        if isinstance(extra, Mapping):
            return dict(extra.items())
        return {} if extra is None else dict(extra)
    except Exception:
        return {"extra": extra}
