from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from cortex_logging import JsonFormatter

from .conftest import Program


def test_a_line_has_the_keys_of_cortex_in_their_order_then_those_of_extra(program: Program) -> None:
    program.log.info("received payload", extra={"payload": "this movie is awesome", "id": 7})
    assert list(program.lines[0]) == ["asctime", "levelname", "message", "process", "payload", "id"]


def test_the_time_is_written_as_the_standard_library_writes_it(program: Program) -> None:
    record = logging.makeLogRecord({"msg": "x", "created": 1611069245.5, "msecs": 291.7})
    written = JsonFormatter(labels={}).format(record)
    plain = logging.Formatter().formatTime(record)
    assert f'"asctime": "{plain}"' in written
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,291", plain)


def test_the_time_of_a_later_second_is_its_own() -> None:
    formatter = JsonFormatter(labels={})
    times = [formatter.formatTime(logging.makeLogRecord({"created": second, "msecs": 0.0})) for second in (10, 11, 10)]
    assert times[0] == times[2] != times[1]


def test_a_date_format_is_honoured() -> None:
    formatter = JsonFormatter(datefmt="%Y", labels={})
    assert '"asctime": "1971"' in formatter.format(logging.makeLogRecord({"msg": "x", "created": 4e7}))


def test_an_exception_is_text_before_the_fields_of_extra(program: Program) -> None:
    try:
        raise ValueError("no such class")
    except ValueError:
        program.log.exception("failed", extra={"class": 4}, stack_info=True)
    line = program.lines[0]
    assert list(line)[4:] == ["exc_info", "stack_info", "class"]
    assert line["exc_info"].startswith("Traceback (most recent call last):\n")
    assert line["exc_info"].endswith("\nValueError: no such class")
    assert line["stack_info"].startswith("Stack (most recent call last):\n")


def test_a_message_gets_its_arguments(program: Program) -> None:
    program.log.warning("%s of %d", "one", 2)
    assert program.lines[0]["message"] == "one of 2"
    assert program.lines[0]["levelname"] == "WARNING"


@pytest.mark.parametrize("args", [("text",), (1, 2), ({"a": 1},)])
def test_arguments_that_do_not_fit_their_message_stand_behind_it(program: Program, args: Any) -> None:
    program.log.info("%d things", *args)
    assert program.lines[0]["message"].startswith("%d things ")
    assert str(args[0]) in program.lines[0]["message"]


def test_a_dict_as_message_becomes_fields(program: Program) -> None:
    program.log.info({"message": "scored", "score": 0.9, "labels": "mine"}, extra={"score": 1})
    line = program.lines[0]
    assert (line["message"], line["score"], line["app.labels"]) == ("scored", 1, "mine")


def test_a_format_string_names_the_first_fields_and_their_order() -> None:
    formatter = JsonFormatter("%(levelname)s %(name)s %(lineno)d %(payload)s", labels={})
    record = logging.makeLogRecord({"name": "it", "levelname": "INFO", "lineno": 3, "msg": "m", "payload": "p"})
    assert formatter.format(record) == (
        '{"levelname": "INFO", "name": "it", "lineno": 3, "message": "m", "payload": "p"}'
    )


@pytest.mark.parametrize("style", ["{asctime} {message}", "$asctime $message", "${asctime} ${message}"])
def test_a_format_string_may_have_any_style(style: str) -> None:
    line = JsonFormatter(style, style="{", labels={}).format(logging.makeLogRecord({"msg": "m"}))
    assert re.match(r'\{"asctime": "[^"]+", "message": "m", "levelname": ', line)


def test_default_fields_stand_on_each_line_until_extra_says_otherwise() -> None:
    program = Program(JsonFormatter(defaults={"version": 1, "region": "eu"}, labels={}))
    line = program.line_of({"version": 2})
    assert (line["version"], line["region"]) == (2, "eu")


def test_text_outside_of_ascii_is_not_escaped(program: Program) -> None:
    program.log.info("größer als 東京 🎉")
    assert "größer als 東京 🎉" in program.texts[0]


def test_what_a_filter_adds_to_a_record_is_a_field(program: Program) -> None:
    def add(record: logging.LogRecord) -> bool:
        record.trace = "abc"
        record.labels = "forged"
        return True

    program.log.addFilter(add)
    line = program.line_of(None)
    assert (line["trace"], line["app.labels"]) == ("abc", "forged")


def test_a_record_that_cannot_be_read_still_gives_a_line(program: Program) -> None:
    record = logging.makeLogRecord({"msg": "important", "levelname": "ERROR", "created": "never"})
    line = program.log.handlers[0].format(record)
    assert '"message": "important"' in line
    assert '"app.error": "record not readable: ValueError"' in line
