"""The ready logger, which no other configuration switches off or doubles."""

from __future__ import annotations

import logging
import os

from .json_formatter import JsonFormatter
from .log_level import VARIABLE, is_misspelt, level_from
from .stdout_handler import StdoutHandler

NAME = "cortex"
"""The logger's name in the standard library's tree."""


class CortexLogger(logging.Logger):
    """A logger that `disable_existing_loggers`, the default of `logging.config`, does not switch off."""

    @property
    def disabled(self) -> bool:
        """Always false; use `setLevel` for fewer lines."""
        return False

    @disabled.setter
    def disabled(self, value: bool) -> None:
        pass


def ensure_logger() -> logging.Logger:
    """The logger `cortex`: one handler of ours, its lines not passed on to the root logger; at first, the level of
    CORTEX_LOG_LEVEL."""  # noqa: D205, D209
    logger = logging.getLogger(NAME)
    if type(logger) is logging.Logger:
        logger.__class__ = CortexLogger
    if our_handler(logger) is None:
        logger.setLevel(level_from(os.environ))
        logger.addHandler(shared_handler())
        logger.propagate = False
        if is_misspelt(os.environ):
            logger.warning("%s is %r, which is no level; info is used", VARIABLE, os.environ[VARIABLE])
    return logger


def our_handler(logger: logging.Logger) -> StdoutHandler | None:
    """The handler of ours that `logger` has itself."""
    return next((handler for handler in logger.handlers if isinstance(handler, StdoutHandler)), None)


def shared_handler() -> StdoutHandler:
    """The one handler that all loggers share, so that their lines have one order and one lock."""
    if not _shared:
        handler = StdoutHandler()
        handler.setFormatter(JsonFormatter())
        _shared.append(handler)
    return _shared[0]


_shared: list[StdoutHandler] = []
