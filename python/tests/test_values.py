from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import logging
import pathlib
import threading
import types
import uuid
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pydantic
import pytest

from cortex_logging import JsonFormatter

from .conftest import Program


@dataclasses.dataclass
class Point:
    x: int
    near: list[Any]
    lock: Any = dataclasses.field(default_factory=threading.Lock)


@dataclasses.dataclass(slots=True)
class Slim:
    x: int


class Review(pydantic.BaseModel):
    text: str
    at: datetime.date
    token: pydantic.SecretStr


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Named(str):
    def __str__(self) -> str:
        raise RuntimeError("no text")


class Silent:
    def __repr__(self) -> str:
        raise RuntimeError("no text")


class LyingArray:
    def tolist(self) -> object:
        return self


class Half(collections.abc.Mapping[str, int]):
    def __getitem__(self, key: str) -> int:
        raise KeyError(key)

    def __iter__(self) -> Any:
        raise RuntimeError("no keys")

    def __len__(self) -> int:
        return 1


Pair = collections.namedtuple("Pair", "a b")

CASES: dict[str, tuple[object, object]] = {
    "a nested object": ({"a": {"b": [1, {"c": None}]}}, {"a": {"b": [1, {"c": None}]}}),
    "a slotted dataclass": (Slim(1), {"x": 1}),
    "a pydantic model, its secrets kept": (
        Review(text="good", at=datetime.date(2021, 1, 19), token=pydantic.SecretStr("s3cret")),
        {"text": "good", "at": "2021-01-19", "token": "**********"},
    ),
    "a time with a zone": (datetime.datetime(2021, 1, 19, tzinfo=datetime.timezone.utc), "2021-01-19T00:00:00+00:00"),
    "a time of day": (datetime.time(15, 14), "15:14:00"),
    "a duration, in seconds": (datetime.timedelta(minutes=1, milliseconds=500), 60.5),
    "an enum's value": (Color.RED, "red"),
    "an int enum's value": (Level.HIGH, 3),
    "a set, in a fixed order": ({"b", "a", 1}, [1, "a", "b"]),
    "a frozen set": (frozenset({2}), [2]),
    "bytes that are text": ("grün".encode(), "grün"),
    "bytes that are none": (b"\xff\x00", "base64:/wA="),
    "a byte array": (bytearray(b"ab"), "ab"),
    "a memory view": (memoryview(b"ab"), "ab"),
    "a decimal, with each digit": (decimal.Decimal("0.10"), "0.10"),
    "a fraction": (fractions.Fraction(1, 3), "1/3"),
    "not a number": (float("nan"), "NaN"),
    "infinities": ([float("inf"), -float("inf")], ["Infinity", "-Infinity"]),
    "an integer over 64 bits": (2**70, 2**70),
    "a UUID": (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "a path": (pathlib.PurePosixPath("/a"), "/a"),
    "an error": (ValueError("bad"), "ValueError: bad"),
    "a class": (Color, f"{__name__}.Color"),
    "a named tuple": (Pair(1, 2), {"a": 1, "b": 2}),
    "a deque": (collections.deque([1, 2]), [1, 2]),
    "a range": (range(3), [0, 1, 2]),
    "a proxy of a dict": (types.MappingProxyType({"a": 1}), {"a": 1}),
    "keys that are no text": ({1: "a", None: "b", (1, 2): "c"}, {"1": "a", "null": "b", "[1, 2]": "c"}),
    "keys that become one": ({1: "a", "1": "b"}, {"1": "a", "1~2": "b"}),
    "a text that cannot be read": (Named("inner"), "inner"),
    "an object that cannot be read": (Silent(), "[unreadable Silent]"),
    "a mapping that cannot be read": (Half(), "[unreadable Half]"),
    "a lone surrogate, as the text of its escape": ("a\udc80b", "a\\udc80b"),
    "line breaks and control characters": ("a\nb\r\x00\x1b[31m\x85\u2028", "a\nb\r\x00\x1b[31m\x85\u2028"),
    "a numpy array": (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    "numpy scalars": ([np.int64(1), np.float32(0.5), np.bool_(True), np.float64("nan")], [1, 0.5, True, "NaN"]),
    "a numpy time": (np.datetime64("2021-01-19"), "2021-01-19"),
    "a numpy array of objects": (np.array([{1}, None], dtype=object), [[1], None]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_value_is_written_as_json_can_say_it(program: Program, name: str) -> None:
    value, written = CASES[name]
    assert program.value_of(value) == written
    assert program.value_of({"inner": [value]}) == {"inner": [written]}


def test_a_dataclass_with_a_field_that_cannot_be_copied_is_written(program: Program) -> None:
    written = program.value_of(Point(1, [Slim(2)]))
    assert (written["x"], written["near"]) == (1, [{"x": 2}])
    assert "lock" in written["lock"]


def test_a_generator_is_not_consumed(program: Program) -> None:
    numbers = (number for number in range(3))
    assert "generator" in program.value_of(numbers)
    assert list(numbers) == [0, 1, 2]


@pytest.mark.parametrize("value", [mock.MagicMock(), LyingArray()], ids=["a mock", "an array that is itself"])
def test_a_value_that_answers_to_everything_ends(program: Program, value: object) -> None:
    assert isinstance(program.value_of(value), str)


def test_a_dict_that_changes_while_it_is_read_is_written(program: Program) -> None:
    class Changing:
        def __str__(self) -> str:
            results["more"] = len(results)
            return "read"

    results: dict[str, object] = {"a": Changing(), "b": 2}
    written = program.value_of(results)
    assert (written["a"], written["b"]) == ("read", 2)
    assert "more" in results


@pytest.mark.parametrize("extra", [5, "text", [1], object(), Half()], ids=lambda value: type(value).__name__)
def test_an_extra_that_has_no_fields_is_a_field(program: Program, extra: object) -> None:
    assert "extra" in program.line_of(extra)


def test_an_extra_of_pairs_has_their_fields(program: Program) -> None:
    assert program.line_of([("a", 1), ("name", 2)])["app.name"] == 2


def test_what_is_renamed_is_counted(program: Program, counted: Callable[[str], int]) -> None:
    program.line_of({"labels": 1, "free": 2, "message": 3, "time.zone": 4})
    program.line_of({"labels": 1})
    assert counted("renamed") == 4


def test_a_record_factory_with_a_field_of_the_same_name_does_not_raise(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = logging.getLogRecordFactory()

    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = factory(*args, **kwargs)
        record.trace = "of the factory"
        return record

    logging.setLogRecordFactory(make)
    try:
        assert program.line_of({"trace": "of the call"})["trace"] == "of the call"
    finally:
        logging.setLogRecordFactory(factory)


def test_another_formatter_beside_ours_is_not_disturbed() -> None:
    JsonFormatter(labels={})
    record = logging.getLogger("beside").makeRecord("n", 20, "f", 1, "m", (), None, extra={"message": 1, "own": 2})
    assert logging.Formatter("%(message)s %(own)s").format(record) == "m 2"
