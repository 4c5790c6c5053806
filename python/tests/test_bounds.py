"""Huge values: what is cut, what stays, and that it is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cortex_logging.plain_value import MAX_DEPTH, MAX_ITEMS, MAX_VALUES

from .conftest import Program


def test_a_cycle_ends_with_a_marker(program: Program, counted: Callable[[str], int]) -> None:
    cycle: dict[str, Any] = {}
    cycle["self"] = cycle
    text = str(program.value_of(cycle))
    assert text.count("self") == MAX_DEPTH
    assert f"[dict deeper than {MAX_DEPTH} levels cut]" in text
    assert counted("cut") == 1


@pytest.mark.parametrize(
    "value, marker",
    [
        (list(range(MAX_ITEMS + 5)), "[5 items cut]"),
        (dict.fromkeys(range(MAX_ITEMS + 5)), "[5 items cut]"),
        ([[0] * 1000] * 100, "items cut]"),
        ("x" * 2_000_000, "characters cut]..."),
        (b"x" * 100_000, "bytes cut]"),
        ("\x00" * 500_000, "characters cut]..."),
        ("\udc80" * 300_000, "characters cut]..."),
        ("🎉" * 400_000, "characters cut]..."),
        ({f"k{i}": "v" * 5000 for i in range(500)}, "characters cut]..."),
        (1 << 20_000, "[integer of 20001 bits cut]"),
        (np.zeros(1_000_000), "..."),
    ],
    ids=str.split("list dict nested text bytes controls surrogates emoji many integer array"),
)
def test_a_huge_value_is_cut_with_a_marker(program: Program, value: object, marker: str) -> None:
    written = program.value_of(value)
    assert marker in str(written)


def test_what_is_cut_is_counted(program: Program, counted: Callable[[str], int]) -> None:
    program.line_of({"big": "x" * 2_000_000})
    assert counted("cut") > 0


def test_a_huge_value_leaves_the_small_ones_whole(program: Program) -> None:
    line = program.line_of({"before": "whole", "big": "x" * 2_000_000, "after": [1, 2]})
    assert (line["before"], line["after"]) == ("whole", [1, 2])
    assert len(line["big"]) > 800_000


def test_a_cut_text_keeps_its_beginning_and_its_end(program: Program) -> None:
    written = program.value_of("first" + "x" * 2_000_000 + "last")
    assert written.startswith("first")
    assert written.endswith("last")


def test_a_huge_message_and_a_huge_traceback_share_the_line(program: Program) -> None:
    try:
        raise ValueError("y" * 1_000_000)
    except ValueError:
        program.log.exception("x" * 1_000_000)
    line = program.lines[0]
    assert min(len(line["message"]), len(line["exc_info"])) > 400_000
    assert line["exc_info"].startswith("Traceback")


@pytest.mark.parametrize("count, length", [(20_000, 3), (5_000, 250), (3_000, 4_000)])
def test_too_many_fields_are_cut_with_a_marker(program: Program, count: int, length: int) -> None:
    line = program.line_of({f"{number}-" + "n" * length: "v" * 100 for number in range(count)})
    assert line["message"] == "a message"
    assert "cut" in str(line)


def test_as_many_values_as_allowed_are_written_whole(program: Program) -> None:
    rows = [[0] * 999] * (MAX_VALUES // 1000 - 1)
    assert program.value_of(rows) == rows
