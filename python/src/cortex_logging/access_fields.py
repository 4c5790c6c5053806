"""The fields of the access lines of uvicorn and gunicorn, which say them in their message's arguments only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from time import perf_counter

request_started: ContextVar[float | None] = ContextVar("cortex_logging.request_started", default=None)
"""When the request that is being answered came in, by `time.perf_counter`; set by `cortex_logging.asgi`."""


def access_fields(record: logging.LogRecord) -> dict[object, object] | None:
    """`method`, `path` (without the query), `status_code` and, when it is known, `duration` in seconds.

    None for any other record, also for one of these loggers that is not an access line.
    """
    try:
        return ACCESS_LOGGERS[record.name](record.args)
    except Exception:
        return None


def access_line(method: object, path: object, status: object, duration: float | None) -> dict[object, object]:
    """The fields of one access line."""
    fields: dict[object, object] = {
        "method": method,
        "path": str(path).split("?", 1)[0],
        "status_code": int(str(status).split(" ", 1)[0]),
    }
    return fields if duration is None else {**fields, "duration": round(duration, 6)}


def _from_uvicorn(args: object) -> dict[object, object]:
    assert isinstance(args, tuple)
    _client, method, path, _version, status = args
    started = request_started.get()
    return access_line(method, path, status, None if started is None else perf_counter() - started)


def _from_gunicorn(args: object) -> dict[object, object]:
    """Its atoms: https://docs.gunicorn.org/en/stable/settings.html#access-log-format ."""
    assert isinstance(args, Mapping)
    return access_line(args["m"], args["U"], args["s"], int(args["D"]) / 1_000_000)


ACCESS_LOGGERS: Mapping[str, Callable[[object], dict[object, object]]] = {
    "uvicorn.access": _from_uvicorn,
    "gunicorn.access": _from_gunicorn,
}
"""How the arguments of each access logger are read."""
