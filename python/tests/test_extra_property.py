"""No key and no value of `extra` can raise, alter what identifies the record, or make the line unparsable."""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from cortex_logging import JsonFormatter
from cortex_logging.field_names import PIPELINE_FIELDS, RECORD_ATTRIBUTES

from .conftest import Line, Program

FIXED = ["asctime", "levelname", "message", "process", "labels"]
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
TAKEN = st.sampled_from(sorted(PIPELINE_FIELDS | RECORD_ATTRIBUTES | {"_cortex_kept", "_cortex_context", "msg"}))
DOTTED = st.builds("{}.{}".format, TAKEN, ANY_TEXT)
NAMES = st.one_of(ANY_TEXT, TAKEN, DOTTED, st.builds("app.{}".format, TAKEN))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**60, max_value=2**70),
    st.floats(),
    ANY_TEXT,
    st.binary(),
    st.datetimes(),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.uuids(),
    st.complex_numbers(),
)
KEYS = st.one_of(NAMES, st.integers(), st.floats(), st.booleans(), st.none(), st.binary(), st.tuples(ANY_TEXT))
VALUES = st.recursive(
    st.one_of(SCALARS, st.just(decimal.Decimal("sNaN"))),
    lambda inner: st.one_of(
        st.lists(inner), st.dictionaries(KEYS, inner), st.tuples(inner, inner), st.frozensets(SCALARS)
    ),
    max_leaves=8,
)
PROGRAM = Program(JsonFormatter(labels={"apiName": "text-generator", "apiKind": "RealtimeAPI"}))

IN_CLUSTER = Program(JsonFormatter(labels={}))
IDENTITY = {"time", "message", "level", "labels", "namespace", "pod", "container", "node", "stream"}


def line_of(extra: Any) -> Line:
    return PROGRAM.line_of(extra)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
@example({"labels": {"apiName": "victim"}})
@example({"labels.apiName": "victim", "app.labels.apiName": 1, "app": {"labels": 2}})
@example({"not a number": float("nan"), "endless": [float("inf")]})
@example({"message": "x", "app.message": "y", "app": "z", "app.app": "w"})
@example({1: "a", "1": "b", 1.5: "c", "1.5": "d", None: "e", "null": "f"})
def test_no_extra_alters_what_identifies_the_record(extra: dict[Any, Any]) -> None:
    local = line_of(extra)
    assert list(local)[: len(FIXED)] == FIXED
    assert local.pop("labels") == {"apiName": "text-generator", "apiKind": "RealtimeAPI"}
    in_cluster = IN_CLUSTER.line_of(extra)
    for line in (local, in_cluster):
        assert (line["message"], line["levelname"]) == ("a message", "INFO")
        own = list(line)[len(FIXED) - 1 :]
        assert len(own) == len(extra), "each field of extra is there once"
        assert [name for name in own if name.split(".")[0] in IDENTITY] == []


@given(NAMES, NAMES)
def test_two_names_never_become_one(one: str, other: str) -> None:
    line = line_of({one: "first", other: "second"})
    values = [value for value in line.values() if value in ("first", "second")]
    assert sorted(values) == (["second"] if one == other else ["first", "second"])


@given(VALUES)
def test_no_extra_of_any_type_raises(extra: Any) -> None:
    assert line_of(extra)["message"] == "a message"


@given(ANY_TEXT, st.lists(VALUES, max_size=3))
def test_no_message_and_arguments_raise(message: str, args: list[Any]) -> None:
    PROGRAM.log.info(message, *args)
    assert isinstance(PROGRAM.last_line["message"], str)


JSON_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(),
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)


@given(JSON_VALUES)
def test_what_json_can_say_is_written_unchanged(value: Any) -> None:
    assert line_of({"value": value})["value"] == value


def test_the_strategies_cover_each_scalar_that_has_a_word() -> None:
    kinds = (datetime.datetime(2021, 1, 19), decimal.Decimal("0.1"), uuid.UUID(int=1))
    assert [line_of({"value": kind})["value"] for kind in kinds] == [
        "2021-01-19T00:00:00",
        "0.1",
        "00000000-0000-0000-0000-000000000001",
    ]
