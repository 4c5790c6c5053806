"""The two doors, each in a program of its own."""

from __future__ import annotations

import pytest

from .conftest import lines_of, run_python

READY = "from cortex_logging import logger\n"


def test_one_import_gives_a_ready_logger() -> None:
    done = run_python(READY + "logger.info('received payload', extra={'payload': 'p'}); logger.debug('hidden')")
    (line,) = lines_of(done.stdout)
    assert list(line) == ["asctime", "levelname", "message", "process", "payload"]
    assert done.stderr == ""


@pytest.mark.parametrize(
    "level, written", [("debug", 5), ("info", 4), ("WARNING", 3), (" error ", 2), ("critical", 1), ("", 4)]
)
def test_the_level_comes_from_the_environment(level: str, written: int) -> None:
    program = READY + "[getattr(logger, n)(n) for n in 'debug info warning error critical'.split()]"
    assert len(lines_of(run_python(program, env={"CORTEX_LOG_LEVEL": level}).stdout)) == written


def test_a_level_that_is_none_is_said_and_info_is_used() -> None:
    done = run_python(READY + "logger.info('x'); logger.debug('y')", env={"CORTEX_LOG_LEVEL": "loud"})
    said, line = lines_of(done.stdout)
    assert "CORTEX_LOG_LEVEL is 'loud', which is no level" in said["message"]
    assert line["message"] == "x"


def test_the_formatter_alone_configures_nothing() -> None:
    program = "import logging, cortex_logging; print(logging.getLogger('cortex').handlers, logging.root.handlers)"
    assert run_python(program).stdout == "[] []\n"


OTHERS = {
    "basicConfig": "import logging; logging.basicConfig(level=10)\n",
    "basicConfig to stdout": "import logging, sys; logging.basicConfig(stream=sys.stdout, format='ROOT %(message)s')\n",
    "basicConfig by force": "import logging; logging.basicConfig(level=10, force=True)\n",
    "dictConfig that disables loggers": (
        "import logging.config\n"
        "logging.config.dictConfig({'version': 1, 'handlers': {'h': {'class': 'logging.StreamHandler',"
        " 'stream': 'ext://sys.stdout'}}, 'root': {'handlers': ['h'], 'level': 'DEBUG'}})\n"
    ),
}


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("order", ["before", "after"])
def test_each_line_is_written_once_whatever_others_configure(others: str, order: str) -> None:
    first, then = (OTHERS[others], READY) if order == "before" else (READY, OTHERS[others])
    done = run_python(first + then + "from cortex_logging import logger; logger.info('once')")
    assert [line["message"] for line in lines_of(done.stdout)] == ["once"]
    assert done.stderr == ""


@pytest.mark.parametrize("others", [name for name in OTHERS if "force" not in name])
def test_configure_makes_third_party_lines_json_once(others: str) -> None:
    done = run_python(
        OTHERS[others]
        + "from cortex_logging import configure; configure(); configure()\n"
        + "import logging; logging.getLogger('library').warning('theirs', extra={'name': 'taken'})\n"
        + "configure().info('ours')"
    )
    theirs, ours = lines_of(done.stdout)
    assert (theirs["message"], theirs["app.name"], ours["message"]) == ("theirs", "taken", "ours")
    assert done.stderr == ""


def test_third_party_lines_are_included_by_name() -> None:
    done = run_python(
        "import logging; from cortex_logging import configure\n"
        "configure(third_party=['boto'])\n"
        "logging.getLogger('boto.retry').warning('in'); logging.getLogger('urllib3').warning('out')"
    )
    assert [line["message"] for line in lines_of(done.stdout)] == ["in"]
    assert done.stderr == "out\n"


def test_third_party_lines_are_left_alone_by_choice() -> None:
    done = run_python(
        "import logging; from cortex_logging import configure; configure(third_party=False)\n"
        "logging.getLogger('library').warning('theirs')"
    )
    assert (done.stdout, done.stderr) == ("", "theirs\n")


def test_debug_does_not_open_the_debug_lines_of_libraries() -> None:
    done = run_python(
        "import logging; from cortex_logging import configure\n"
        "configure('debug').debug('ours'); logging.getLogger('library').debug('theirs')"
    )
    assert [line["message"] for line in lines_of(done.stdout)] == ["ours"]


def test_handlers_that_do_not_write_to_the_console_stay() -> None:
    done = run_python(
        "import io, logging; from cortex_logging import configure\n"
        "kept = io.StringIO(); logging.getLogger().addHandler(logging.StreamHandler(kept))\n"
        "configure(); logging.getLogger('library').warning('theirs'); print(kept.getvalue(), end='')"
    )
    assert done.stdout.splitlines()[1:] == ["theirs"]


def test_a_level_of_no_name_is_refused_with_those_there_are() -> None:
    done = run_python("import cortex_logging; cortex_logging.configure('loud')")
    assert "'loud' is not a log level; there are debug, info, warning, error, critical" in done.stderr


@pytest.mark.parametrize("where", ["main", "thread"])
def test_an_uncaught_exception_is_one_line_with_its_traceback(where: str) -> None:
    call = "import threading; t = threading.Thread(target=fail); t.start(); t.join()" if where == "thread" else "fail()"
    done = run_python(
        f"from cortex_logging import configure; configure()\ndef fail():\n    raise ValueError('bad')\n{call}"
    )
    (line,) = lines_of(done.stdout)
    assert line["levelname"] == "CRITICAL"
    assert line["message"].startswith("uncaught exception")
    assert line["exc_info"].endswith("ValueError: bad")
    assert done.stderr == ""
    assert done.returncode == (1 if where == "main" else 0)


def test_a_warning_is_a_line() -> None:
    done = run_python("import warnings; from cortex_logging import configure; configure(); warnings.warn('old')")
    (line,) = lines_of(done.stdout)
    assert "UserWarning: old" in line["message"]


DICT_CONFIG = """
import logging.config
logging.config.dictConfig({
    "version": 1,
    "formatters": {"json": %s},
    "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": "INFO"},
})
logging.getLogger("any").info("mine", extra={"name": 1, "payload": "p"})
"""


@pytest.mark.parametrize(
    "formatter, first",
    [
        ({"()": "cortex_logging.JsonFormatter"}, ["asctime", "levelname", "message", "process"]),
        ({"class": "cortex_logging.JsonFormatter"}, ["asctime", "levelname", "message", "process"]),
        (
            {"class": "cortex_logging.JsonFormatter", "format": "%(levelname)s %(name)s %(message)s"},
            ["levelname", "name", "message"],
        ),
    ],
    ids=["by a factory", "by its class", "with a format"],
)
def test_the_formatter_works_in_a_configuration_by_dict(formatter: dict[str, str], first: list[str]) -> None:
    (line,) = lines_of(run_python(DICT_CONFIG % repr(formatter)).stdout)
    assert list(line)[: len(first)] == first
    assert (line["app.name"], line["payload"]) == (1, "p")


OTHER_LIBRARY = """
import functools, logging
standard = logging.Logger.makeRecord
@functools.wraps(standard)
def make_record(self, *args, **kwargs):
    record = standard(self, *args, **kwargs)
    record.span = "s"
    return record
logging.Logger.makeRecord = make_record
factory = logging.getLogRecordFactory()
def make(*args, **kwargs):
    record = factory(*args, **kwargs)
    record.trace = "t"
    return record
logging.setLogRecordFactory(make)
"""


@pytest.mark.parametrize("order", ["before", "after", "between"])
def test_another_library_that_makes_records_its_own_way_keeps_working(order: str) -> None:
    formatter = "import cortex_logging; cortex_logging.JsonFormatter()\n"
    start = {
        "before": OTHER_LIBRARY + READY,
        "after": READY + OTHER_LIBRARY,
        "between": formatter + OTHER_LIBRARY + READY,
    }
    program = start[order] + "[logger.info('x', extra=e) for e in ({'message': 1}, {'trace': 'mine', 'own': 2})]"
    first, second = lines_of(run_python(program).stdout)
    assert (first["span"], first["trace"], first["app.message"]) == ("s", "t", 1)
    assert (second["span"], second["trace"], second["own"]) == ("s", "mine", 2)


IDENTITY = {"CORTEX_API_NAME": "image-classifier", "CORTEX_API_KIND": "BatchAPI", "CORTEX_JOB_ID": "69b9e5"}


def test_outside_of_a_cluster_the_identity_is_written() -> None:
    (line,) = lines_of(run_python(READY + "logger.info('x', extra={'labels': 'forged'})", env=IDENTITY).stdout)
    assert line["labels"] == {"apiName": "image-classifier", "apiKind": "BatchAPI", "jobID": "69b9e5"}
    assert line["app.labels"] == "forged"


def test_inside_of_a_cluster_the_identity_is_left_to_the_pipeline() -> None:
    env = {**IDENTITY, "KUBERNETES_SERVICE_HOST": "10.0.0.1"}
    (line,) = lines_of(run_python(READY + "logger.info('x')", env=env).stdout)
    assert "labels" not in line


def test_without_an_identity_there_are_no_labels() -> None:
    (line,) = lines_of(run_python(READY + "logger.info('x')", env={"CORTEX_API_NAME": ""}).stdout)
    assert "labels" not in line


SUBCLASSES = """
import logging
class Copied(logging.Logger):
    def makeRecord(self, name, level, fn, lno, msg, args, exc_info, func=None, extra=None, sinfo=None):
        record = logging.LogRecord(name, level, fn, lno, msg, args, exc_info, func, sinfo)
        for key in extra or {}:
            if key in ("message", "asctime") or key in record.__dict__:
                raise KeyError(f"Attempt to overwrite {key!r} in LogRecord")
            record.__dict__[key] = extra[key]
        record.by = "copied"
        return record
class Refusing(logging.Logger):
    def makeRecord(self, *args, extra=None, **keywords):
        (*args, given, stack) = args
        if "message" in given:
            raise KeyError("message")
        given = {**given, "by": "refusing"}
        return super().makeRecord(*args, given, stack, **keywords)
class Broken(logging.Logger):
    def makeRecord(self, *args, **keywords):
        raise KeyError("always")
class Beside:
    makeRecord = Copied.makeRecord
class Mixed(Beside, logging.Logger):
    pass
class Below(Copied):
    pass
"""


@pytest.mark.parametrize("kind, by", [("Copied", "copied"), ("Refusing", "refusing"), ("Broken", None)])
@pytest.mark.parametrize("order", ["before", "after"])
def test_a_subclass_with_a_makeRecord_of_its_own_takes_any_extra(kind: str, by: str | None, order: str) -> None:
    first, then = (SUBCLASSES, READY) if order == "before" else (READY + "logger\n", SUBCLASSES)
    done = run_python(
        first
        + then
        + "from cortex_logging import configure, log_context; configure()\n"
        + f"logging.setLoggerClass({kind})\n"
        + "with log_context(request_id='r'): logging.getLogger('x').info('m', extra={'message': 1, 'name': 2, 'a': 3})"
    )
    (line,) = lines_of(done.stdout)
    assert (line["message"], line["app.message"], line["app.name"], line["a"]) == ("m", 1, 2, 3)
    assert (line.get("by"), line["request_id"]) == (by, "r")
    assert not any("_cortex" in name for name in line)
    assert done.stderr == ""


@pytest.mark.parametrize("kind", ["Mixed", "Below"])
@pytest.mark.parametrize("extra", [{"message": 1}, [("message", 1)], {"message": 1, "extra": 5}], ids=str)
def test_a_subclass_that_inherits_such_a_makeRecord_takes_any_extra(kind: str, extra: object) -> None:
    done = run_python(
        SUBCLASSES
        + READY
        + f"logger\nlogging.setLoggerClass({kind})\n"
        + "from cortex_logging import configure; configure()\n"
        + f"logging.getLogger('x').info('m', extra={extra!r})"
    )
    (line,) = lines_of(done.stdout)
    assert (line["message"], line["app.message"], line["by"]) == ("m", 1, "copied")
    assert done.stderr == ""
