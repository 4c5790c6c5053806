"""A task API: one run from start to end; a failure that nothing catches is a line too.

    python examples/python/task_api.py 3
"""

import dataclasses
import sys

from cortex_logging import configure

logger = configure()


@dataclasses.dataclass
class Metrics:
    """Of one epoch."""

    epoch: int
    loss: float


def train(epochs: int) -> None:
    """Values of `extra` may be of any type."""
    logger.info("training", extra={"config": {"epochs": epochs, "optimizer": "adam"}})
    for epoch in range(epochs):
        logger.info("epoch done", extra={"metrics": Metrics(epoch, loss=1 / (epoch + 1))})
    logger.info("trained")


if __name__ == "__main__":
    train(int(sys.argv[1]))
