"""gunicorn's own lines as JSON: `gunicorn --logger-class cortex_logging.gunicorn.Logger …`."""

from __future__ import annotations

from typing import Any

from gunicorn import glogging

from .configuration import configure
from .cortex_logger import shared_handler


class Logger(glogging.Logger):
    """Writes the error log and the access log to stdout as lines of JSON, in the arbiter and in each worker.

    Workers of the class `uvicorn_worker.UvicornWorker` hand the same handlers to uvicorn. Access lines are always
    written; `--access-logfile` and `--error-logfile` have no effect, `--log-level` has.
    """

    def setup(self, cfg: Any) -> None:
        """Called by gunicorn at the start and at each reload."""
        super().setup(cfg)
        configure(third_party=False, uncaught=False)
        for log in (self.error_log, self.access_log):
            log.handlers[:] = [shared_handler()]
            log.propagate = False

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Writes the access line of one request."""
        atoms = self.atoms_wrapper_class(self.atoms(resp, req, environ, request_time))
        self.access_log.info(self.cfg.access_log_format, atoms)
