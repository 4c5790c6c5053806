"""A batch API: worker processes share one stdout, and a batch that fails says why in one line.

    python examples/python/batch_api.py 1 2 x 4
"""

import multiprocessing
import sys

from cortex_logging import configure, log_context

logger = configure()


def score_batch(batch: str) -> float:
    """Works on one batch."""
    with log_context(batch_id=batch):
        logger.info("received batch", extra={"items": len(batch)})
        try:
            score = 1 / int(batch)
        except (ValueError, ZeroDivisionError):
            logger.exception("batch failed")
            return 0.0
        logger.info("batch done", extra={"score": score})
        return score


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        scores = pool.map(score_batch, sys.argv[1:])
    logger.info("job done", extra={"batches": len(scores), "total": sum(scores)})
