"""What users install."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from .conftest import lines_of

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT.parent / "examples/python"
CLEAN = {"PATH": os.environ["PATH"], "TZ": "UTC"}


def run(*command: str, cwd: Path = ROOT, text: str = "") -> str:
    done = subprocess.run(
        command, cwd=cwd, env=CLEAN, input=text, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def clean_python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of an environment in which nothing but the wheel is installed."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    python = str(folder / "bin/python")
    # By the pip of this environment: to put one into the other takes longer than all else here.
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "--no-index", *map(str, built.glob("*.whl")))
    return python


def test_the_wheel_has_the_package_with_its_type_marker_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = {f"cortex_logging/{path.name}" for path in (ROOT / "src/cortex_logging").iterdir() if path.is_file()}
    assert {name for name in names if ".dist-info/" not in name} == sources
    assert "cortex_logging/py.typed" in names


def test_the_sdist_has_the_tests_and_their_data(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"tests/test_line.py", "tests/golden/lines.jsonl", "README.md"} <= names
    assert not any("__pycache__" in name for name in names)


def test_the_wheel_works_in_a_clean_environment(clean_python: str, tmp_path: Path) -> None:
    program = "from cortex_logging import logger; logger.info('received payload', extra={'message': 1})"
    (line,) = lines_of(run(clean_python, "-c", program, cwd=tmp_path))
    assert (line["message"], line["app.message"]) == ("received payload", 1)
    installed = "import importlib.metadata as m; print(*(each.name for each in m.distributions()))"
    assert run(clean_python, "-c", installed, cwd=tmp_path) == "cortex-logging\n"


EXPECTED = {
    "async_api.py": ((), '{"id": "a1"}\n{"id": "a2"}\nnot json\n', {"received payload", "stored result", "failed"}),
    "batch_api.py": (("1", "0", "4"), "", {"received batch", "batch done", "batch failed", "job done"}),
    "task_api.py": (("2",), "", {"training", "epoch done", "trained"}),
}


@pytest.mark.parametrize("example", EXPECTED)
def test_the_example_of_each_kind_writes_lines_only(example: str, clean_python: str) -> None:
    if not EXAMPLES.exists():
        pytest.skip("not in the repository")
    args, text, messages = EXPECTED[example]
    lines = lines_of(run(clean_python, str(EXAMPLES / example), *args, text=text))
    assert {line["message"] for line in lines} == messages


@pytest.mark.parametrize(
    "check",
    [
        ("mypy", "--cache-dir", f"{sys.prefix}/mypy-cache"),
        ("ruff", "check", "--no-cache", "."),
        ("ruff", "format", "--no-cache", "--check", "."),
    ],
    ids=["types", "lint", "format"],
)
def test_the_sources_are_clean(check: tuple[str, ...]) -> None:
    run(sys.executable, "-m", *check)
