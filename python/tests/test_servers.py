"""Lines of uvicorn and gunicorn, with several workers."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import OUTSIDE, Line, lines_of

ASGI = """
from cortex_logging import configure, log_context, logger
from cortex_logging.asgi import RequestTimer

{configure}

async def predict(scope, receive, send):
    if scope["type"] == "http":
        with log_context(request_id=scope["query_string"].decode()):
            logger.info("received payload", extra={{"payload": scope["path"]}})
        await send({{"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"2")]}})
        await send({{"type": "http.response.body", "body": b"ok"}})

app = RequestTimer(predict)
"""
WSGI = """
from cortex_logging import logger

def app(environ, start_response):
    logger.info("received payload", extra={"payload": environ["PATH_INFO"]})
    start_response("201 Created", [("content-length", "2")])
    return [b"ok"]
"""
REQUESTS = 6


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket that takes connections before the server runs, so that nothing has to be waited for."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        server.settimeout(60)
        yield server


def serve(server: socket.socket, folder: Path, app: str, *command: str) -> tuple[list[Line], str]:
    """What a server wrote to stdout (parsed) and stderr while it answered some requests and was told to end."""
    (folder / "service.py").write_text(app, encoding="utf-8")
    arguments = [word.replace("FD", str(server.fileno())) for word in command]
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**OUTSIDE, "PYTHONPATH": f"{OUTSIDE['PYTHONPATH']}:{folder}"},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=[server.fileno()],
    )
    try:
        for number in range(REQUESTS):
            request(server.getsockname()[1], f"/predict/{number}?id={number}")
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    return lines_of(output), errors


def request(port: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", path, headers={"connection": "close"})
    assert connection.getresponse().status == 201
    connection.close()


def check_answers(lines: list[Line], has_duration: bool) -> None:
    """One line of the program and one access line for each request, no more."""
    payloads = [line for line in lines if line["message"] == "received payload"]
    access = [line for line in lines if "status_code" in line]
    paths = [f"/predict/{number}" for number in range(REQUESTS)]
    assert sorted(line["payload"] for line in payloads) == paths
    assert sorted(line["path"] for line in access) == paths
    assert {(line["method"], line["status_code"]) for line in access} == {("POST", 201)}
    assert all(0 <= line["duration"] < 60 for line in access) if has_duration else True


@pytest.mark.parametrize("workers", ["1", "2"])
def test_uvicorn_writes_one_access_line_a_request(workers: str, listening: socket.socket, tmp_path: Path) -> None:
    app = ASGI.format(configure="configure()")
    lines, _ = serve(listening, tmp_path, app, "uvicorn", "service:app", "--fd", "FD", "--workers", workers)
    check_answers(lines, has_duration=True)
    assert sorted(line["request_id"] for line in lines if "payload" in line) == [f"id={n}" for n in range(REQUESTS)]
    assert "Application startup complete." in str(lines) or workers == "1"


def test_a_log_config_makes_all_lines_of_uvicorn_json_from_the_first(listening: socket.socket, tmp_path: Path) -> None:
    config = Path(__file__).parents[2] / "examples/python/uvicorn-log-config.json"
    app = ASGI.format(configure="")
    command = ["uvicorn", "service:app", "--fd", "FD", "--workers", "2", "--log-config", str(config)]
    lines, errors = serve(listening, tmp_path, app, *command)
    check_answers(lines, has_duration=True)
    assert "Started parent process" in str(lines)
    assert errors == ""


def test_workers_of_gunicorn_write_one_access_line_a_request(listening: socket.socket, tmp_path: Path) -> None:
    command = ["gunicorn", "service:app", "--bind", "fd://FD", "--workers", "2"]
    lines, errors = serve(listening, tmp_path, WSGI, *command, "--logger-class", "cortex_logging.gunicorn.Logger")
    check_answers(lines, has_duration=True)
    assert "Booting worker" in str(lines)
    assert errors == ""


def test_uvicorn_workers_of_gunicorn_write_one_access_line_a_request(listening: socket.socket, tmp_path: Path) -> None:
    command = ["gunicorn", "service:app", "--bind", "fd://FD", "-k", "uvicorn.workers.UvicornWorker", "--workers", "2"]
    app = ASGI.format(configure="")
    lines, _ = serve(listening, tmp_path, app, *command, "--logger-class", "cortex_logging.gunicorn.Logger")
    check_answers(lines, has_duration=True)


def test_without_the_timer_an_access_line_of_uvicorn_has_no_duration(listening: socket.socket, tmp_path: Path) -> None:
    app = ASGI.format(configure="configure()").replace("RequestTimer(predict)", "predict")
    lines, _ = serve(listening, tmp_path, app, "uvicorn", "service:app", "--fd", "FD")
    check_answers(lines, has_duration=False)
    assert not any("duration" in line for line in lines)
