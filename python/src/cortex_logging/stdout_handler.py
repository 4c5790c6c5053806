"""Writes lines to stdout whole, at once, in the order of their records."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections import deque
from typing import TextIO

from . import tally

try:
    from fcntl import LOCK_EX, LOCK_UN, lockf
except ImportError:  # Windows has none, and no cluster runs there.
    lockf = None  # type: ignore[assignment]


class StdoutHandler(logging.Handler):
    """Writes each record to what `sys.stdout` is at that moment.

    Where stdout has a file descriptor, the bytes go to it directly, always as UTF-8, after what `print` has left in
    the buffer. On a pipe the write is guarded by a lock between processes: workers that share one stdout would else
    mix lines longer than 4,096 bytes. No line waits in memory, so that none is lost when the process ends in any way.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stream: TextIO | None = None
        self._descriptor = -1
        self._is_pipe = False
        self._waiting: deque[bytes] = deque()
        self._is_writing = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget_writes)

    def _forget_writes(self) -> None:
        """In a forked process: what another thread was writing is written by the process that has this thread."""
        self._waiting.clear()
        self._is_writing = False

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the line of `record`; a failure goes to `handleError`, as with every handler."""
        try:
            line = self.format(record) + "\n"
            stream = sys.stdout
            if stream is not self._stream:
                self._bind(stream)
            if self._descriptor < 0:
                self._write_text(line)
            else:
                _flush_printed(stream)
                self._write(line.encode("utf-8", "backslashreplace"))
        except Exception:
            tally.add("lost")
            self.handleError(record)

    def _bind(self, stream: TextIO | None) -> None:
        if stream is None and sys.is_finalizing():
            return  # The interpreter is being taken down; the descriptor still works.
        try:
            self._descriptor = stream.fileno() if stream is not None else -1
            mode = os.fstat(self._descriptor).st_mode if lockf is not None else 0
            self._is_pipe = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
        except (OSError, ValueError, AttributeError):  # Not a file: a test's capture, a notebook.
            self._descriptor = -1
        self._stream = stream

    def _write_text(self, line: str) -> None:
        if self._stream is None:
            raise OSError("there is no stdout")
        self._stream.write(line)
        self._stream.flush()

    def _write(self, line: bytes) -> None:
        """Writes `line`, or leaves it to the write that a signal's handler has interrupted."""
        if self._is_writing:
            self._waiting.append(line)
            return
        self._is_writing = True
        try:
            self._write_alone(line)
            while self._waiting:
                self._write_alone(self._waiting.popleft())
        finally:
            self._is_writing = False

    def _write_alone(self, line: bytes) -> None:
        if not self._is_pipe:
            return _write_all(self._descriptor, line)
        try:
            lockf(self._descriptor, LOCK_EX)
        except OSError:  # A sandbox without locks.
            return _write_all(self._descriptor, line)
        try:
            return _write_all(self._descriptor, line)
        finally:
            lockf(self._descriptor, LOCK_UN)


def _write_all(descriptor: int, line: bytes) -> None:
    while line:
        try:
            line = line[os.write(descriptor, line) :]
        except BlockingIOError:  # asyncio makes a pipe that it is given non-blocking.
            _wait_for_room(descriptor)


def _flush_printed(stream: TextIO | None) -> None:
    """Flushes what was printed before the line, so that both keep their order."""
    try:  # noqa: SIM105  `suppress` takes longer than all else here.
        stream.flush()  # type: ignore[union-attr]
    except Exception:  # A signal came while it was flushed; or closed, though the descriptor is open.
        pass


def _wait_for_room(descriptor: int) -> None:
    from select import POLLOUT, poll  # noqa: PLC0415  Rarely needed.

    waiting = poll()
    waiting.register(descriptor, POLLOUT)
    waiting.poll()
