"""The records whose lines are kept as data: `python -m tests.golden_lines` writes them anew.

The tests of the shipper read `golden/lines.jsonl`: each line is one that a program writes to stdout, and says in its
field `case` what it shows.
"""

from __future__ import annotations

import datetime
import decimal
import logging
import time
from pathlib import Path
from typing import Any

import numpy as np

from cortex_logging import JsonFormatter
from cortex_logging.safe_extra import CONTEXT, KEPT

PATH = Path(__file__).parent / "golden/lines.jsonl"
TRACEBACK = 'Traceback (most recent call last):\n  File "predictor.py", line 7, in predict\nValueError: bad payload'
LABELS = {"apiName": "text-generator", "apiKind": "RealtimeAPI"}
FORGED = {"apiName": "victim", "apiKind": "RealtimeAPI", "jobID": "1"}

CASES: dict[str, dict[str, Any]] = {
    "the line of Cortex": {"extra": {"payload": "this movie is awesome"}},
    "no extra": {},
    "a message with line breaks and tabs": {"msg": "first\nsecond\r\n\tthird"},
    "a message that looks like JSON": {"msg": '{"labels": {"apiName": "victim"}}'},
    "an empty message": {"msg": ""},
    "a message in other scripts": {"msg": "größer als 東京 🎉 \u2028 \x7f"},
    "control characters and a lone surrogate": {"extra": {"payload": "\x00\x1b[31m\udc80"}},
    "quotes, backslashes and slashes": {"extra": {"path": 'C:\\tmp\\"a"/b'}},
    "a warning": {"levelname": "WARNING"},
    "an exception": {"levelname": "ERROR", "exc_text": TRACEBACK, "extra": {"payload": "x"}},
    "a stack": {"stack_info": 'Stack (most recent call last):\n  File "predictor.py", line 7, in predict'},
    "a dict as message": {"msg": {"message": "scored", "score": 0.5, "level": "high"}},
    "fields named as the pipeline's": {
        "extra": {
            name: name for name in ("time", "level", "labels", "namespace", "pod", "container", "node", "stream", "app")
        }
    },
    "fields named as the library's": {"extra": {"payload": 1}, "kept": {"message": "m", "args": [1], "name": "n"}},
    "forged labels": {"extra": {"labels": FORGED, "payload": "x"}},
    "forged labels by dotted names": {"extra": {f"labels.{key}": value for key, value in FORGED.items()}},
    "forged labels under app": {"extra": {"app.labels.apiName": "victim", "app": {"labels": FORGED}}},
    "other names of message and level": {"extra": {"log": "not the message", "severity": "not the level"}},
    "names that JavaScript objects have": {"extra": {"__proto__": {"a": 1}, "constructor": 1, "toString": None}},
    "nested values": {"extra": {"payload": {"a": [1, {"b": None}], "c": True}}},
    "values of many types": {
        "extra": {
            "at": datetime.datetime(2021, 1, 19, 15, 14, 5, tzinfo=datetime.timezone.utc),
            "took": datetime.timedelta(seconds=1.5),
            "price": decimal.Decimal("0.10"),
            "words": {"b", "a"},
            "raw": b"\xff\x00",
            "scores": np.array([[0.5, 0.25]]),
            "loss": [float("nan"), float("inf"), -float("inf")],
            "error": ValueError("bad"),
        }
    },
    "numbers at the edge": {"extra": {"numbers": [0, -0.0, 1e-300, 1.7976931348623157e308, 2**53 - 1]}},
    "a line of more than one part in the container runtime's file": {"extra": {"payload": "0123456789" * 4000}},
    "an access line of uvicorn": {
        "name": "uvicorn.access",
        "msg": '%s - "%s %s HTTP/%s" %d',
        "args": ("10.0.0.1:1234", "POST", "/predict?id=1", "1.1", 200),
    },
    "an access line of gunicorn, with its duration": {
        "name": "gunicorn.access",
        "msg": "%(m)s %(U)s %(s)s",
        "args": {"m": "POST", "U": "/predict", "s": "200", "D": "1500"},
    },
    "fields of a context, one of them named as the pipeline's": {
        "extra": {CONTEXT: {"request_id": "7f3a", "labels": FORGED}, "payload": "x"},
    },
    "local use, with labels of its own": {"labels": LABELS, "extra": {"payload": "x", "labels": FORGED}},
}


def golden_lines() -> list[str]:
    """The lines of all cases."""
    return [_line(name, **case) for name, case in CASES.items()]


def _line(case: str, *, extra: Any = None, kept: Any = None, labels: Any = None, **attributes: Any) -> str:
    formatter = JsonFormatter(labels=labels or {})
    formatter.converter = time.gmtime
    record = logging.makeLogRecord(
        {"msg": "received payload", "levelname": "INFO", "created": 1611069245.291, "msecs": 291.0, "process": 235}
        | attributes
        | {"case": case}
        | (extra or {})
        | ({KEPT: kept} if kept else {})
    )
    return formatter.format(record)


if __name__ == "__main__":
    PATH.write_text("".join(f"{line}\n" for line in golden_lines()), encoding="utf-8", newline="\n")
