"""The formatter: one record, one line of JSON."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Mapping
from itertools import islice
from typing import Any, Literal

from . import safe_extra, tally
from .context import current_context
from .field_names import RECORD_ATTRIBUTES, field_name, free_name, known_free
from .identity import identity_labels
from .json_line import format_line
from .plain_value import MAX_ITEMS, SCALARS, PlainValues, is_plain, name_of
from .safe_text import text_of
from .server_fields import COLORS, SERVER_LOGGERS, UVICORN, server_fields

_DEFAULT_FIELDS = ("asctime", "levelname", "message", "process")
_NOT_EXTRA = RECORD_ATTRIBUTES | {safe_extra.KEPT, safe_extra.CONTEXT}
_FIELD = re.compile(r"%\((\w+)\)|\{(\w+)[^}]*\}|\$(\w+)")


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON: the time, level, message and process, then the fields of `extra`.

    `format` never raises and never answers with more than one line, whatever the record holds. To make a formatter
    lets all loggers of the process take any `extra` (see `safe_extra`).

    Args:
        fmt: Names the fields that lines begin with, in any of the three styles, as in a configuration for
            python-json-logger: `"%(asctime)s %(levelname)s %(name)s %(message)s"`. Only the names count. Level and
            message are always there, because the pipeline needs them.
        datefmt: For `time.strftime`; by default `2021-01-19 15:14:05,291` in local time.
        style: Accepted for `logging.config.dictConfig`; the style of `fmt` is seen from its text.
        validate: Accepted for `logging.config.dictConfig`; there is nothing to validate.
        defaults: Fields for each line; those of `log_context` and `extra` win over them.
        labels: The identity, by default from the environment and only outside of a cluster (see `identity`).
    """

    def __init__(
        self,
        fmt: str | None = None,
        datefmt: str | None = None,
        style: Literal["%", "{", "$"] = "%",
        validate: bool = True,
        *,
        defaults: Mapping[str, object] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(None, datefmt)
        self._first = _first_fields(fmt)
        self._defaults: dict[Any, object] = dict(defaults or {})
        self._labels = dict(identity_labels(os.environ) if labels is None else labels)
        self._second = (-1, "")
        safe_extra.install()

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a line break."""
        try:
            return format_line(self._fields(record, is_careful=False))
        except Exception:
            return self._format_carefully(record)

    def _format_carefully(self, record: logging.LogRecord) -> str:
        """Looks into each value; what the first try took for granted did not hold, such as that no float is NaN."""
        try:
            return format_line(self._fields(record, is_careful=True))
        except Exception as error:
            return self._last_resort(record, error)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """As the standard library does; the text of a second is kept for the other records of that second."""
        if datefmt:
            return super().formatTime(record, datefmt)
        second = int(record.created)
        known, text = self._second
        if known != second:
            text = time.strftime("%Y-%m-%d %H:%M:%S", self.converter(second))
            self._second = (second, text)
        return f"{text},{int(record.msecs):03d}"

    def _fields(self, record: logging.LogRecord, is_careful: bool) -> dict[str, object]:
        attributes = record.__dict__
        fields: dict[str, object] = {}
        for name in self._first:
            if name == "message":
                fields[name] = _message_of(record)
            elif name == "asctime":
                fields[name] = self.formatTime(record, self.datefmt)
            else:
                value = attributes.get(name)
                fields[name] = value if type(value) in SCALARS else PlainValues().plain(value)
        if record.exc_info or record.exc_text:
            fields["exc_info"] = self._exception_text(record)
        if record.stack_info:
            fields["stack_info"] = text_of(record.stack_info)
        if self._labels:
            fields["labels"] = self._labels
        _add_own(fields, self._own_fields(record), is_careful)
        return fields

    def _own_fields(self, record: logging.LogRecord) -> dict[Any, object]:
        """The application's fields by their own names; of two with one name the nearest to the call wins."""
        attributes = record.__dict__
        extra = {key: value for key, value in attributes.items() if key not in _NOT_EXTRA}
        context = attributes.get(safe_extra.CONTEXT) or current_context()
        served = server_fields(record) if record.name in SERVER_LOGGERS else None
        if record.name == UVICORN:
            extra.pop(COLORS, None)
        if not (context or served or self._defaults or type(record.msg) is dict or safe_extra.KEPT in attributes):
            return extra
        message: Mapping[object, object] = record.msg if type(record.msg) is dict else {}
        own = {**self._defaults, **context}
        own.update((key, value) for key, value in message.items() if key != "message")
        own.update(served or {})
        own.update(extra)
        own.update(attributes.get(safe_extra.KEPT) or {})
        return own

    def _exception_text(self, record: logging.LogRecord) -> str:
        """The traceback, which is kept on the record for other formatters, as the standard library does."""
        if record.exc_text:
            return text_of(record.exc_text)
        try:
            record.exc_text = self.formatException(record.exc_info)  # type: ignore[arg-type]
            return record.exc_text
        except Exception:
            return text_of(record.exc_info)

    def _last_resort(self, record: logging.LogRecord, error: Exception) -> str:
        """The line of a record that cannot be read: what can be had of it, and why there is no more."""
        tally.add("unreadable")
        plain = PlainValues().plain
        parts: dict[str, object] = {
            "asctime": time.strftime("%Y-%m-%d %H:%M:%S,000"),
            "levelname": plain(text_of(getattr(record, "levelname", "ERROR"))),
            "message": plain(text_of(getattr(record, "msg", ""))),
            "process": os.getpid(),
            "app.error": f"record not readable: {type(error).__name__}",
        }
        return format_line({**parts, **({"labels": self._labels} if self._labels else {})})


def _first_fields(fmt: str | None) -> tuple[str, ...]:
    if not fmt:
        return _DEFAULT_FIELDS
    named = ["".join(groups) for groups in _FIELD.findall(fmt)]
    known = [name for name in named if name in RECORD_ATTRIBUTES and name not in ("exc_info", "stack_info")]
    return tuple(dict.fromkeys([*known, "levelname", "message"]))


def _message_of(record: logging.LogRecord) -> str:
    """The message with its arguments; those that do not fit are written behind it."""
    message = record.msg
    if type(message) is str and not record.args:
        return message
    if type(message) is dict:
        own = message.get("message", "")
        return own if isinstance(own, str) else text_of(own)
    try:
        return str.__str__(record.getMessage())
    except Exception:
        tally.add("unreadable")
        return f"{text_of(message)} {text_of(record.args)}"


def _add_own(fields: dict[str, object], own: dict[Any, object], is_careful: bool) -> None:
    values = PlainValues()
    for key, value in own.items() if len(own) <= MAX_ITEMS else islice(own.items(), MAX_ITEMS):
        name = key if key in known_free else field_name(key if type(key) is str else name_of(key))
        if name in fields:
            name = free_name(name, fields)
        is_kept = not is_careful and (type(value) in SCALARS or is_plain(value))
        fields[name] = value if is_kept else values.plain(value)
    if len(own) > MAX_ITEMS:
        tally.add("cut")
        fields["app.cut"] = f"[{len(own) - MAX_ITEMS} fields cut]"
