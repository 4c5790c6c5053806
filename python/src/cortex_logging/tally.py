"""Counts of what had to be changed, so that no change is silent."""

from __future__ import annotations

_counts = {"renamed": 0, "cut": 0, "unreadable": 0, "lost": 0}


def add(name: str) -> None:
    """Counts one more of `name`."""
    _counts[name] += 1


def counts() -> dict[str, int]:
    """What this process had to change since it started.

    Returns:
        A copy, with the keys `renamed` (fields kept under `app.` because their name is reserved), `cut` (values
        that were shortened), `unreadable` (values and messages that raised when they were read) and `lost` (lines
        that could not be written because stdout refused them).
    """
    return dict(_counts)
