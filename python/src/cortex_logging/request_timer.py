"""Measures the requests that uvicorn answers, which it does not do itself.

uvicorn has no place for it: its access line says nothing of time, and what starts a request's task is a method of the
class `RequestResponseCycle`, of which each of its HTTP protocols has one. That method is wrapped. Where a later
uvicorn, or a protocol of one's own, has no such class, nothing is wrapped and access lines have no duration.
"""

from __future__ import annotations

import functools
import sys
from contextvars import ContextVar
from time import perf_counter
from typing import Any

request_started: ContextVar[float | None] = ContextVar("cortex_logging.request_started", default=None)
"""When the request that is being answered came in, by `time.perf_counter`."""

_PROTOCOLS = "uvicorn.protocols.http."
_timed: list[type] = []


def time_requests() -> None:
    """Lets the protocols of uvicorn that are imported note when a request comes in; a second call changes nothing."""
    if _timed:
        return
    for name, module in list(sys.modules.items()):
        cycle: Any = getattr(module, "RequestResponseCycle", None) if name.startswith(_PROTOCOLS) else None
        if hasattr(cycle, "run_asgi") and cycle not in _timed:
            _timed.append(cycle)
            cycle.run_asgi = _noting_the_start(cycle.run_asgi)


def _noting_the_start(run_asgi: Any) -> Any:
    @functools.wraps(run_asgi)
    async def noting(self: Any, app: Any) -> Any:
        request_started.set(perf_counter())  # For the rest of the request's task, in which uvicorn answers.
        return await run_asgi(self, app)

    return noting
