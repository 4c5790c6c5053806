"""Threads, processes and stdout as programs have it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from .conftest import OUTSIDE, lines_of, run_python

READY = "from cortex_logging import logger\n"


def test_lines_of_many_threads_are_whole_and_all_there() -> None:
    done = run_python(
        READY
        + "import threading\n"
        + "def work(n):\n    for i in range(200): logger.info('x', extra={'n': n, 'i': i, 'pad': 'p' * 500})\n"
        + "threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]\n"
        + "[t.start() for t in threads]; [t.join() for t in threads]"
    )
    seen = [(line["n"], line["i"]) for line in lines_of(done.stdout)]
    assert sorted(seen) == [(n, i) for n in range(8) for i in range(200)]


FORK = """
import os
children = []
for n in range(4):
    child = os.fork()
    if child == 0:
        for i in range(40):
            logger.info("x", extra={"n": n, "i": i, "pad": "p" * 100_000})
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
"""


def test_long_lines_of_forked_processes_on_one_pipe_do_not_mix() -> None:
    done = run_python(READY + FORK)
    lines = lines_of(done.stdout)
    assert Counter((line["n"], line["i"]) for line in lines) == Counter((n, i) for n in range(4) for i in range(40))
    assert len({line["process"] for line in lines}) == 4


def test_a_process_forked_while_threads_log_can_log() -> None:
    done = run_python(
        READY
        + "import os, threading\nstop = threading.Event()\n"
        + "def work():\n    while not stop.is_set(): logger.info('thread')\n"
        + "threads = [threading.Thread(target=work) for _ in range(3)]; [t.start() for t in threads]\n"
        + "for n in range(20):\n"
        + "    child = os.fork()\n"
        + "    if child == 0:\n        logger.info('child', extra={'n': n}); os._exit(0)\n"
        + "    os.waitpid(child, 0)\n"
        + "stop.set(); [t.join() for t in threads]"
    )
    assert done.returncode == 0, done.stderr
    assert sorted(line["n"] for line in lines_of(done.stdout) if line["message"] == "child") == list(range(20))


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_workers_of_multiprocessing_write_lines(method: str, tmp_path: os.PathLike[str]) -> None:
    program = os.path.join(tmp_path, "program.py")
    with open(program, "w", encoding="utf-8") as file:
        file.write(
            READY
            + "import multiprocessing\ndef work(n): logger.info('worker', extra={'n': n})\n"
            + "if __name__ == '__main__':\n"
            + f"    with multiprocessing.get_context('{method}').Pool(2) as pool: pool.map(work, range(6))\n"
        )
    done = subprocess.run(
        [sys.executable, program], env=OUTSIDE, capture_output=True, text=True, timeout=120, check=False
    )
    assert sorted(line["n"] for line in lines_of(done.stdout)) == list(range(6)), done.stderr


def test_lines_keep_their_place_among_what_is_printed() -> None:
    done = run_python(READY + "print('before'); logger.info('line'); print('after')")
    assert [text[:1] for text in done.stdout.splitlines()] == ["b", "{", "a"]


@pytest.mark.parametrize(
    "end",
    ["import os; os._exit(0)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "raise SystemExit"],
    ids=["_exit", "SIGKILL", "SystemExit"],
)
def test_a_line_is_written_however_the_program_ends_after_it(end: str) -> None:
    assert len(lines_of(run_python(READY + f"logger.info('last'); {end}").stdout)) == 1


def test_lines_written_while_the_interpreter_exits_are_there() -> None:
    done = run_python(
        READY
        + "import atexit; atexit.register(logger.info, 'at exit')\n"
        + "class Model:\n    def __del__(self, info=logger.info): info('deleted')\n"
        + "kept = Model(); kept.itself = kept"
    )
    assert {line["message"] for line in lines_of(done.stdout)} == {"at exit", "deleted"}


SIGNALS = """
import signal
def on_alarm(*_):
    logger.info("signal", extra={"pad": "s" * 9000})
    signal.setitimer(signal.ITIMER_REAL, 0.002)
signal.signal(signal.SIGALRM, on_alarm)
signal.setitimer(signal.ITIMER_REAL, 0.002)
for i in range(300):
    logger.info("line", extra={"i": i, "pad": "p" * 70_000})
signal.signal(signal.SIGALRM, signal.SIG_IGN)
"""


def test_a_signal_handler_may_log_while_a_line_is_written() -> None:
    done = run_python(READY + SIGNALS)
    seen = Counter(line["message"] for line in lines_of(done.stdout))
    assert seen["line"] == 300
    assert seen["signal"] > 0
    assert done.stderr == ""


def test_a_pipe_that_does_not_block_gets_each_line_whole() -> None:
    done = run_python(
        READY
        + "import os; os.set_blocking(1, False)\n"
        + "for i in range(50): logger.info('x', extra={'i': i, 'pad': 'p' * 100_000})"
    )
    assert [line["i"] for line in lines_of(done.stdout)] == list(range(50))
    assert done.stderr == ""


def test_lines_are_utf8_whatever_the_encoding_of_stdout() -> None:
    done = run_python(READY + "logger.info('größe 東京')", env={"PYTHONIOENCODING": "ascii"})
    assert lines_of(done.stdout)[0]["message"] == "größe 東京"


def test_a_stdout_that_is_redirected_gets_the_lines() -> None:
    done = run_python(
        READY
        + "import contextlib, io\nlogger.info('outside')\nbuffer = io.StringIO()\n"
        + "with contextlib.redirect_stdout(buffer): logger.info('inside')\n"
        + "logger.info('outside again'); print(buffer.getvalue(), end='')"
    )
    assert [line["message"] for line in lines_of(done.stdout)] == ["outside", "outside again", "inside"]


@pytest.mark.parametrize(
    "breaks", ["sys.stdout = None", "os.close(1)", "sys.stdout.close()"], ids=["none", "closed below", "closed"]
)
def test_a_stdout_that_is_gone_does_not_raise_and_is_counted(breaks: str) -> None:
    done = run_python(
        "import os, sys, cortex_logging\n"
        + READY
        + f"{breaks}\nlogger.info('lost')\n"
        + "sys.stderr.write('COUNTS' + __import__('json').dumps(cortex_logging.counts()) + '\\n')"
        + "; sys.stderr.flush(); os._exit(0)"
    )
    assert done.returncode == 0
    (counts,) = (text for text in done.stderr.splitlines() if text.startswith("COUNTS"))
    assert json.loads(counts[6:])["lost"] == 1
