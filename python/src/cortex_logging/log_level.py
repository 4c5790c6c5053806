"""The level, from CORTEX_LOG_LEVEL."""

from __future__ import annotations

import logging
from collections.abc import Mapping

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
}
"""Levels by the names that CORTEX_LOG_LEVEL may have, in any case."""

VARIABLE = "CORTEX_LOG_LEVEL"


def level_from(environment: Mapping[str, str]) -> int:
    """The level that CORTEX_LOG_LEVEL names; INFO when it is not set or names none."""
    return LEVELS.get(environment.get(VARIABLE, "").strip().lower(), logging.INFO)


def level_of(level: str | int) -> int:
    """The level with this name or number.

    Raises:
        ValueError: There is no level of this name; the message names those there are.
    """
    if isinstance(level, int):
        return level
    known = LEVELS.get(level.strip().lower())
    if known is None:
        raise ValueError(f"{level!r} is not a log level; there are {', '.join(LEVELS)}")
    return known


def is_misspelt(environment: Mapping[str, str]) -> bool:
    """Whether CORTEX_LOG_LEVEL is set to what is no level."""
    name = environment.get(VARIABLE, "").strip().lower()
    return name != "" and name not in LEVELS
