from __future__ import annotations

import json
import logging
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import cortex_logging

# The same examples in each run, and no limit of time that a busy machine could miss; their number bounds the time.
# `pytest --hypothesis-profile=explore` looks for others, and for more.
CALM: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "database": None}
settings.register_profile("steady", max_examples=100, derandomize=True, **CALM)
settings.register_profile("explore", max_examples=2000, **CALM)
settings.load_profile("steady")

Line = dict[str, Any]
SOURCES = Path(cortex_logging.__file__).parents[1]
OUTSIDE = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "PYTHONPATH": str(SOURCES)}


class Program:
    """A logger of its own with our formatter, and the lines that it wrote."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self.texts: list[str] = []
        self.log = logging.getLogger(f"program-{uuid.uuid4()}")
        self.log.propagate = False
        self.log.setLevel(logging.DEBUG)
        handler = logging.Handler()
        handler.setFormatter(formatter)
        handler.emit = lambda record: self.texts.append(handler.format(record))  # type: ignore[method-assign]
        self.log.addHandler(handler)

    @property
    def lines(self) -> list[Line]:
        return [parse(text) for text in self.texts]

    @property
    def last_line(self) -> Line:
        return parse(self.texts[-1])

    def line_of(self, extra: Any) -> Line:
        """The line of one record with this `extra`."""
        self.log.info("a message", extra=extra)
        return self.last_line

    def value_of(self, value: object) -> Any:
        """What is written for a value of `extra`."""
        return self.line_of({"value": value})["value"]


def parse(text: str) -> Line:
    """Parses as strictly as the strictest reader of the pipeline: no NaN, no doubled keys, UTF-8, one line."""

    def refuse(word: str) -> object:
        raise ValueError(f"{word} is not JSON")

    def unique(pairs: list[tuple[str, Any]]) -> Line:
        assert len(dict(pairs)) == len(pairs), "a key is doubled"
        return dict(pairs)

    assert len(text.splitlines()) == 1
    assert len(text.encode("utf-8")) <= 1_000_000
    line = json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    assert isinstance(line, dict)
    return line


@pytest.fixture
def program() -> Program:
    return Program(cortex_logging.JsonFormatter(labels={}))


@pytest.fixture
def counted() -> Callable[[str], int]:
    """Asks how often something was counted since the test began."""
    before = cortex_logging.counts()
    return lambda name: cortex_logging.counts()[name] - before[name]


def run_python(
    source: str, *args: str, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end, in an environment of its own."""
    return subprocess.run(
        [sys.executable, "-c", source, *args],
        env={**OUTSIDE, **(env or {})},
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def lines_of(output: str) -> list[Line]:
    return [parse(text) for text in output.splitlines()]
