"""JSON log lines that the Cortex Logging pipeline understands.

Two doors: `from cortex_logging import logger`, ready to use; and `configure()`, which makes all records of the program
such lines. Those who have a set-up of their own name `cortex_logging.JsonFormatter` in it.
"""

from __future__ import annotations

import logging

from .configuration import configure
from .context import log_context
from .json_formatter import JsonFormatter
from .stdout_handler import StdoutHandler
from .tally import counts

__all__ = ["JsonFormatter", "StdoutHandler", "configure", "counts", "log_context", "logger"]
__version__ = "0.1.0"

logger: logging.Logger
"""The logger `cortex`; it gets its handler when it is first asked for, so that the formatter alone changes nothing."""


def __getattr__(name: str) -> logging.Logger:
    if name != "logger":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .cortex_logger import ensure_logger  # noqa: PLC0415

    return ensure_logger()
