from __future__ import annotations

import asyncio
import contextvars
import logging
import threading

from cortex_logging import log_context

from .conftest import Program


def test_fields_of_the_context_stand_on_each_line_inside_and_on_none_after(program: Program) -> None:
    with log_context(request_id="a"):
        program.log.info("inside")
    program.log.info("after")
    assert [line.get("request_id") for line in program.lines] == ["a", None]


def test_an_inner_context_wins_and_ends(program: Program) -> None:
    with log_context(request_id="outer", user="u"):
        with log_context(request_id="inner"):
            program.log.info("inside")
        program.log.info("between")
    assert [(line["request_id"], line["user"]) for line in program.lines] == [("inner", "u"), ("outer", "u")]


def test_extra_wins_over_the_context(program: Program) -> None:
    with log_context(request_id="context"):
        assert program.line_of({"request_id": "extra"})["request_id"] == "extra"


def test_names_of_the_context_follow_the_rules_of_extra(program: Program) -> None:
    with log_context(message="m", labels={"apiName": "victim"}):
        line = program.line_of(None)
    assert (line["message"], line["app.message"], line["app.labels"]) == ("a message", "m", {"apiName": "victim"})
    assert "labels" not in line


def test_concurrent_tasks_keep_their_contexts_apart(program: Program) -> None:
    async def answer(request: int) -> None:
        with log_context(request_id=request):
            await asyncio.sleep(0)
            await asyncio.to_thread(program.log.info, "in a thread", extra={"request": request})
            program.log.info("in the task", extra={"request": request})

    async def serve() -> None:
        await asyncio.gather(*(answer(request) for request in range(5)))

    asyncio.run(serve())
    assert len(program.lines) == 10
    assert [line["request_id"] for line in program.lines] == [line["request"] for line in program.lines]


def test_a_thread_gets_the_context_by_a_copy(program: Program) -> None:
    with log_context(request_id="a"):
        copied = contextvars.copy_context()
        thread = threading.Thread(target=copied.run, args=(program.log.info, "in a thread"))
        thread.start()
        thread.join()
    assert program.lines[0]["request_id"] == "a"


def test_the_context_is_that_of_the_call_when_the_line_is_formatted_later(program: Program) -> None:
    records: list[logging.LogRecord] = []
    handler = program.log.handlers[0]
    handler.emit = records.append  # type: ignore[method-assign, assignment]
    with log_context(request_id="of the call"):
        program.log.info("queued")
    with log_context(request_id="of the listener"):
        line = handler.format(records[0])
    assert '"request_id": "of the call"' in line


def test_a_context_may_be_left_elsewhere_than_it_was_entered(program: Program) -> None:
    entered = log_context(request_id="a")
    contextvars.copy_context().run(entered.__enter__)
    entered.__exit__(None, None, None)
    program.log.info("after")
    assert "request_id" not in program.lines[0]


def test_a_function_may_be_decorated_with_a_context(program: Program) -> None:
    @log_context(step="load")
    def load() -> None:
        program.log.info("loading")

    load()
    assert program.lines[0]["step"] == "load"
