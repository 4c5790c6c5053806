"""What Python writes is what the log group shows: the kept lines, and the record contract's own code over them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cortex_logging.field_names import PIPELINE_FIELDS

from .conftest import Line, parse
from .golden_lines import PATH, golden_lines

REPOSITORY = Path(__file__).parents[2]
CONTRACT = REPOSITORY / "src/kernel/log-record.ts"
EVENTS_OF = """
import { readFileSync } from 'node:fs';
import { formatLogRecord } from %s;
const place = { namespace: 'ml', pod: 'p', container: 'api', node: 'n', stream: 'stdout', time: 't' };
const labels = { apiName: 'text-generator', apiKind: 'RealtimeAPI' };
const texts = readFileSync(0, 'utf8').split('\\n').slice(0, -1);
console.log(JSON.stringify(texts.map((text) => JSON.parse(formatLogRecord({ ...place, text }, labels)))));
"""
PLACE = {"time": "t", "namespace": "ml", "pod": "p", "container": "api", "node": "n", "stream": "stdout"}


def kept_lines() -> list[str]:
    return PATH.read_text(encoding="utf-8").split("\n")[:-1]


def node() -> str | None:
    ours = REPOSITORY / "node_modules/node/bin/node"
    return str(ours) if ours.exists() else shutil.which("node")


@pytest.fixture(scope="module")
def events() -> list[Line]:
    """The kept lines as events, made by the shipper's contract."""
    program = node()
    if program is None or not CONTRACT.exists():
        pytest.skip("no Node, or not in the repository")
    done = subprocess.run(
        [program, "--input-type=module", "-e", EVENTS_OF % json.dumps(CONTRACT.as_uri())],
        input=PATH.read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    answer: list[Line] = json.loads(done.stdout)
    return answer


def test_the_kept_lines_are_those_that_the_formatter_writes() -> None:
    assert golden_lines() == kept_lines(), "python -m tests.golden_lines writes them anew"


def test_each_kept_line_is_one_of_json_for_another_case() -> None:
    cases = [parse(line)["case"] for line in kept_lines()]
    assert len(set(cases)) == len(cases) > 20


@pytest.mark.skipif(not CONTRACT.exists(), reason="not in the repository")
def test_the_names_that_are_taken_are_those_of_the_contract() -> None:
    (names,) = re.findall(r"reservedFields = \[(.*?)\]", CONTRACT.read_text(encoding="utf-8"), re.DOTALL)
    assert set(re.findall(r"'(\w+)'", names)) == PIPELINE_FIELDS


def test_no_line_changes_the_identity_or_the_place_of_its_event(events: list[Line]) -> None:
    assert len(events) == len(kept_lines())
    for event in events:
        assert event["labels"] == {"apiName": "text-generator", "apiKind": "RealtimeAPI"}
        assert {key: event[key] for key in PLACE} == PLACE
        assert [key for key in event if key.split(".")[0] in {*PLACE, "labels"} and "." in key] == []


def test_the_message_and_the_level_of_an_event_are_those_of_the_line(events: list[Line]) -> None:
    for text, event in zip(kept_lines(), events, strict=True):
        line = parse(text)
        assert (event["message"], event["level"]) == (line["message"], line["levelname"])


def test_each_field_of_a_line_is_in_its_event(events: list[Line]) -> None:
    for text, event in zip(kept_lines(), events, strict=True):
        fields: dict[str, Any] = {**event, **event.get("app", {})}
        for name, value in parse(text).items():
            if name not in ("message", "levelname"):
                assert fields[name] == value
