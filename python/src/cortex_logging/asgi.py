"""Gives uvicorn's access lines the duration, which uvicorn does not measure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from .access_fields import request_started

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class RequestTimer:
    """Notes when a request came in: `app = RequestTimer(app)`, or `app.add_middleware(RequestTimer)`.

    The duration on the access line ends where uvicorn writes it: at the start of the answer.
    """

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Passes the request on."""
        if scope["type"] == "http":
            request_started.set(perf_counter())  # For the rest of the request's task, in which uvicorn answers.
        await self.app(scope, receive, send)
