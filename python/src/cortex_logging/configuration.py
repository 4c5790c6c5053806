"""Makes all records of a program lines of JSON."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterable
from typing import TextIO

from .cortex_logger import NAME, ensure_logger, shared_handler
from .log_level import level_of


def configure(
    level: str | int | None = None,
    *,
    third_party: bool | Iterable[str] = True,
    formatter: logging.Formatter | None = None,
    uncaught: bool = True,
) -> logging.Logger:
    """Makes all records of the program lines of JSON on stdout; may be called again, the last call holds.

    Handlers of other loggers that write to the console are removed, so that no line is written twice; handlers that
    write elsewhere (files, Sentry) stay. Call it after the libraries that bring a configuration of their own: uvicorn
    has done so when it imports the application.

    Args:
        level: Of the logger `cortex` and of third-party lines: debug, info, warning, error or critical; by default
            what CORTEX_LOG_LEVEL says, else info. Third-party lines are never more detailed than info.
        third_party: Whether other loggers are included: all (True), none (False), or those named and what is below
            them.
        formatter: Instead of `JsonFormatter()`.
        uncaught: Whether exceptions that nothing catches, in any thread, and warnings become lines too.

    Returns:
        The logger `cortex`.

    Raises:
        ValueError: `level` is no level.
    """
    logger = ensure_logger()
    if level is not None:
        logger.setLevel(level_of(level))
    if formatter is not None:
        shared_handler().setFormatter(formatter)
    if third_party is True:
        _take_over_all(logger.level)
    elif third_party:
        for name in third_party:
            _take_over(logging.getLogger(name), logger.level)
    if uncaught:
        _log_uncaught()
    return logger


def _take_over_all(level: int) -> None:
    loggers = list(logging.Logger.manager.loggerDict.values())
    for logger in loggers:
        if isinstance(logger, logging.Logger) and logger.name != NAME and _remove_console(logger):
            logger.propagate = True
    _take_over(logging.getLogger(), level)


def _take_over(logger: logging.Logger, level: int) -> None:
    _remove_console(logger)
    logger.addHandler(shared_handler())
    logger.propagate = False
    logger.setLevel(max(level, logging.INFO))


def _remove_console(logger: logging.Logger) -> bool:
    console = [handler for handler in logger.handlers if _is_console(handler)]
    for handler in console:
        logger.removeHandler(handler)
    return bool(console)


def _is_console(handler: logging.Handler) -> bool:
    if not isinstance(handler, logging.StreamHandler):
        return False
    streams: tuple[TextIO | None, ...] = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    return any(handler.stream is stream for stream in streams)


def _log_uncaught() -> None:
    """Hooks of others are left in place."""
    logging.captureWarnings(True)
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _log_exception
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _log_thread_exception


def _log_exception(kind: type[BaseException], error: BaseException, trace: object) -> None:
    if issubclass(kind, Exception):
        ensure_logger().critical("uncaught exception", exc_info=error)
    else:
        sys.__excepthook__(kind, error, error.__traceback__)


def _log_thread_exception(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is SystemExit:
        return
    name = args.thread.name if args.thread else "unknown"
    ensure_logger().critical("uncaught exception in thread %s", name, exc_info=args.exc_value)
