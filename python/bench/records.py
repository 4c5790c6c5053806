"""Cost per record, beside peers and the floor, and of the import.

    python bench/records.py            five interleaved rounds, medians, as ratios to the floor
    python bench/records.py --pipe     the same, written to a pipe that another process reads
    python bench/records.py --import   milliseconds of the import beyond the standard library's logging and json

Each contender writes the same record (message, level, time, process and six fields of `extra`) through its usual
handler, to /dev/null or the pipe. Times are of the processor.
The floor is the standard library's `logging` with a formatter that only calls `json.dumps`.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

EXTRA: dict[str, Any] = {
    "payload": {"text": "this movie is awesome", "lang": "en"},
    "request_id": "7f3a0c6e-1b2d-4c7e-9a55-0d1f6a7b8c9d",
    "label": "positive",
    "scores": [0.92, 0.08],
    "latency_ms": 12.75,
    "cached": False,
}
ROUNDS = 5
TURNS = 60
CALLS = 200
Call = Callable[[], None]


class Floor(logging.Formatter):
    """What the same line costs at least: its fields, known beforehand, and one `json.dumps`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        own = record.__dict__
        return json.dumps(
            {
                "asctime": self.time_of(record),
                "levelname": record.levelname,
                "message": record.getMessage(),
                "process": record.process,
                **{name: own[name] for name in EXTRA},
            }
        )

    def time_of(self, record: logging.LogRecord) -> object:
        """The time as text."""
        return self.formatTime(record)


class BareFloor(Floor):
    """The same with a number for the time."""

    def time_of(self, record: logging.LogRecord) -> object:
        """The time as it is."""
        return record.created


def standard_logger(name: str, formatter: logging.Formatter, handler: logging.Handler) -> Call:
    logger = logging.getLogger(name)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    handler.setFormatter(formatter)
    logger.addHandler(handler)
    return lambda: logger.info("received payload", extra=EXTRA)


def ours(null: TextIO) -> Call:
    from cortex_logging import JsonFormatter, StdoutHandler

    return standard_logger("ours", JsonFormatter(labels={}), StdoutHandler())


def ours_in_stream_handler(null: TextIO) -> Call:
    from cortex_logging import JsonFormatter

    return standard_logger("formatter", JsonFormatter(labels={}), logging.StreamHandler(null))


def floor(null: TextIO) -> Call:
    return standard_logger("floor", Floor(), logging.StreamHandler(null))


def bare_floor(null: TextIO) -> Call:
    return standard_logger("bare floor", BareFloor(), logging.StreamHandler(null))


def json_logger(null: TextIO) -> Call:
    from pythonjsonlogger.json import JsonFormatter

    formatter = JsonFormatter("%(asctime)s %(levelname)s %(message)s %(process)s")
    return standard_logger("pythonjsonlogger", formatter, logging.StreamHandler(null))


def structlog_logger(null: TextIO) -> Call:
    import structlog

    logger = structlog.wrap_logger(
        structlog.PrintLogger(null),
        processors=[
            structlog.processors.TimeStamper("%Y-%m-%d %H:%M:%S", utc=False, key="asctime"),
            structlog.stdlib.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    ).bind(process=os.getpid())
    return lambda: logger.info("received payload", **EXTRA)


def powertools(null: TextIO) -> Call:
    from aws_lambda_powertools import Logger

    logger = Logger(service="bench", stream=null)
    return lambda: logger.info("received payload", extra=EXTRA)


FLOOR = "standard library + json.dumps (the floor)"
CONTENDERS = {
    FLOOR: floor,
    "the same with a number for the time": bare_floor,
    "cortex_logging": ours,
    "cortex_logging.JsonFormatter, StreamHandler": ours_in_stream_handler,
    "python-json-logger": json_logger,
    "structlog": structlog_logger,
    "aws-lambda-powertools": powertools,
}


def microseconds(call: Call) -> float:
    """Of processor time: what other programs of the machine do counts less."""
    started = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - started) / CALLS * 1e6


def measure_round(calls: dict[str, Call]) -> dict[str, float]:
    """The contenders take turns of a few milliseconds, so that each meets the same machine."""
    turns: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(TURNS):
        for name, call in calls.items():
            turns[name].append(microseconds(call))
    return {name: statistics.median(each) for name, each in turns.items()}


def compare(null: TextIO) -> None:
    answer_to, sys.stdout = sys.stdout, null
    calls = {name: make(null) for name, make in CONTENDERS.items()}
    rounds = [measure_round(calls) for _ in range(ROUNDS)]
    for name in calls:
        ratio = statistics.median(each[name] / each[FLOOR] for each in rounds)
        cost = statistics.median(each[name] for each in rounds)
        print(f"{ratio:5.2f}x  {cost:6.1f} us  {name}", file=answer_to)


IMPORTS = {
    "cortex_logging": "from cortex_logging import logger",
    "python-json-logger": "import pythonjsonlogger.json",
    "structlog": "import structlog",
    "aws-lambda-powertools": "import aws_lambda_powertools",
}


def import_costs() -> None:
    times: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(ROUNDS * 2):
        for name, statement in IMPORTS.items():
            program = f"from time import process_time as t; import logging, json; a = t(); {statement}; print(t() - a)"
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
            times[name].append(float(done.stdout) * 1000)
    for name, each in times.items():
        print(f"{statistics.median(each):6.1f} ms  {name}, after logging and json")


def run(argument: str) -> None:
    if argument == "--import":
        import_costs()
    elif argument == "--pipe":
        reader = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert reader.stdin is not None
        with open(reader.stdin.fileno(), "w", encoding="utf-8", closefd=False) as pipe:
            compare(pipe)
        reader.communicate()
    else:
        with open(os.devnull, "w", encoding="utf-8") as null:
            compare(null)


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else "")
