"""What the lines of uvicorn and gunicorn say in their message's arguments only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from time import perf_counter

from .request_timer import request_started, time_requests

Fields = dict[object, object]


def server_fields(record: logging.LogRecord) -> Fields | None:
    """`method`, `path` (without the query), `status_code` and, when it is known, `duration` in seconds.

    None for any other record, also for one of these loggers that is not an access line.
    """
    try:
        return SERVER_LOGGERS[record.name](record.args)
    except Exception:
        return None


def access_line(method: object, path: object, status: object, duration: float | None) -> Fields:
    """The fields of one access line."""
    fields: Fields = {
        "method": method,
        "path": str(path).split("?", 1)[0],
        "status_code": int(str(status).split(" ", 1)[0]),
    }
    return fields if duration is None else {**fields, "duration": round(duration, 6)}


def _from_uvicorn(args: object) -> Fields:
    assert isinstance(args, tuple)
    _client, method, path, _version, status = args
    started = request_started.get()
    return access_line(method, path, status, None if started is None else perf_counter() - started)


def _from_gunicorn(args: object) -> Fields:
    """Its atoms: https://docs.gunicorn.org/en/stable/settings.html#access-log-format ."""
    assert isinstance(args, Mapping)
    return access_line(args["m"], args["U"], args["s"], int(args["D"]) / 1_000_000)


def _at_the_start(_: object) -> None:
    """`Started server process`: uvicorn has imported its protocols, and no request has come yet."""
    time_requests()


UVICORN = "uvicorn.error"
"""uvicorn's logger of all that is no access line, errors or not."""

COLORS = "color_message"
"""A field of uvicorn's own lines: the message once more, with a terminal's colors in it. It is not written."""

SERVER_LOGGERS: Mapping[str, Callable[[object], Fields | None]] = {
    "uvicorn.access": _from_uvicorn,
    "gunicorn.access": _from_gunicorn,
    UVICORN: _at_the_start,
}
"""What is done with the arguments of each server's records."""
