"""Fields that all records of a piece of work carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_NOTHING: Mapping[str, object] = MappingProxyType({})
_context: ContextVar[Mapping[str, object]] = ContextVar("cortex_logging.context", default=_NOTHING)

current_context = _context.get
"""The fields of the enclosing `log_context`s here and now."""


@contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Adds `fields` to each record that is made inside of the block.

    It reaches where context variables reach: into awaited coroutines, tasks started inside of the block and
    `asyncio.to_thread`; not into a `threading.Thread` or an executor, unless they are run by
    `contextvars.copy_context().run`. An inner block wins over an outer one, `extra` over both. Names follow the rules
    of `extra`.

    Example:
        >>> with log_context(request_id="7f3a"):
        ...     logger.info("received payload")  # has request_id
    """
    outer = _context.get()
    token = _context.set({**outer, **fields})
    try:
        yield
    finally:
        try:
            _context.reset(token)
        except ValueError:  # Left in another context than entered, as generators of some frameworks are.
            _context.set(outer)
