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

{configure}

async def app(scope, receive, send):
    if scope["type"] == "http":
        with log_context(request_id=scope["query_string"].decode()):
            logger.info("received payload", extra={{"payload": scope["path"]}})
        await send({{"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"2")]}})
        await send({{"type": "http.response.body", "body": b"ok"}})
"""
WSGI = """
from cortex_logging import logger

def app(environ, start_response):
    logger.info("received payload", extra={"payload": environ["PATH_INFO"]})
    start_response("201 Created", [("content-length", "2")])
    return [b"ok"]
"""
REQUESTS = 6
BODY = "this movie is awesome"
EXAMPLES = Path(__file__).parents[2] / "examples/python"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket that takes connections before the server runs, so that nothing has to be waited for."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        server.settimeout(60)
        yield server


def serve(
    server: socket.socket, folder: Path, app: str, *command: str, answer: tuple[int, bytes] = (201, b"ok")
) -> tuple[list[Line], str]:
    """What a server wrote to stdout (parsed) and stderr while it answered some requests and was told to end."""
    (folder / "service.py").write_text(app, encoding="utf-8")
    arguments = [word.replace("FD", str(server.fileno())) for word in command]
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**OUTSIDE, "PYTHONPATH": f"{OUTSIDE['PYTHONPATH']}:{folder}", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=[server.fileno()],
    )
    try:
        for number in range(REQUESTS):
            assert answer_of(server.getsockname()[1], f"/predict/{number}?id={number}") == answer
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    return lines_of(output), errors


def answer_of(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", path, BODY, headers={"connection": "close"})
    response = connection.getresponse()
    answer = (response.status, response.read())
    connection.close()
    return answer


def check_answers(lines: list[Line], has_duration: bool) -> None:
    """One line of the program and one access line for each request, no more."""
    payloads = [line for line in lines if line["message"] == "received payload"]
    access = [line for line in lines if "status_code" in line]
    paths = [f"/predict/{number}" for number in range(REQUESTS)]
    assert sorted(line["payload"] for line in payloads) == paths
    assert sorted(line["path"] for line in access) == paths
    assert {(line["method"], line["status_code"]) for line in access} == {("POST", 201)}
    assert all(0 < line["duration"] < 60 for line in access) if has_duration else True
    assert not any("color_message" in line for line in lines)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_uvicorn_writes_one_access_line_a_request(workers: str, listening: socket.socket, tmp_path: Path) -> None:
    app = ASGI.format(configure="configure()")
    lines, _ = serve(listening, tmp_path, app, "uvicorn", "service:app", "--fd", "FD", "--workers", workers)
    check_answers(lines, has_duration=True)
    assert sorted(line["request_id"] for line in lines if "payload" in line) == [f"id={n}" for n in range(REQUESTS)]
    assert "Application startup complete." in str(lines) or workers == "1"


def test_a_log_config_makes_all_lines_of_uvicorn_json_from_the_first(listening: socket.socket, tmp_path: Path) -> None:
    app = ASGI.format(configure="")
    command = [
        "uvicorn",
        "service:app",
        "--fd",
        "FD",
        "--workers",
        "2",
        "--log-config",
        str(EXAMPLES / "uvicorn-log-config.json"),
    ]
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


def test_a_uvicorn_that_the_program_starts_measures_its_requests(listening: socket.socket, tmp_path: Path) -> None:
    start = f"\nimport uvicorn\nuvicorn.run(app, fd={listening.fileno()}, log_config=None)\n"
    lines, errors = serve(listening, tmp_path, ASGI.format(configure="configure()") + start, "service")
    check_answers(lines, has_duration=True)
    assert errors == ""


def test_a_uvicorn_whose_protocol_is_not_known_has_access_lines_without_a_duration(
    listening: socket.socket, tmp_path: Path
) -> None:
    hide = "from cortex_logging import request_timer; request_timer._PROTOCOLS = 'of another age.'"
    app = ASGI.format(configure=f"configure(); {hide}")
    lines, errors = serve(listening, tmp_path, app, "uvicorn", "service:app", "--fd", "FD")
    check_answers(lines, has_duration=False)
    assert not any("duration" in line for line in lines)
    assert errors == ""


@pytest.mark.skipif(not EXAMPLES.exists(), reason="not in the repository")
def test_the_realtime_example_writes_the_lines_of_each_request(listening: socket.socket, tmp_path: Path) -> None:
    command = ["uvicorn", "realtime_api:app", "--app-dir", str(EXAMPLES), "--fd", "FD"]
    lines, errors = serve(listening, tmp_path, "", *command, answer=(200, b"positive"))
    assert errors == ""
    requests: dict[str, list[Line]] = {}
    for line in lines:
        if "request_id" in line:
            requests.setdefault(line["request_id"], []).append(line)
    assert len(requests) == REQUESTS
    for received, predicted, access in requests.values():
        assert (received["message"], received["payload"]) == ("received payload", BODY)
        assert (predicted["message"], predicted["label"]) == ("predicted", "positive")
        assert (access["method"], access["status_code"]) == ("POST", 200)
        assert 0 <= access["duration"] < 60
