"""An async API: takes one message after another from a queue (here: the lines of stdin) and answers each later.

    printf '%s\n' '{"id": "a1", "url": "s3://in/1.png"}' 'not json' | python examples/python/async_api.py
"""

import asyncio
import json
import sys

from cortex_logging import configure, log_context, logger

configure()


async def predict(message: str) -> None:
    """Works on one message; the lines of concurrent ones are told apart by workload_id."""
    request = json.loads(message)
    with log_context(workload_id=request["id"]):
        logger.info("received payload", extra={"payload": request})
        await asyncio.sleep(0)
        logger.info("stored result", extra={"result": {"class": "cat", "probability": 0.97}})


async def main() -> None:
    """A message that fails is one line with its traceback, and the others go on."""
    messages = [line.strip() for line in sys.stdin]
    results = await asyncio.gather(*(predict(message) for message in messages), return_exceptions=True)
    for message, result in zip(messages, results, strict=True):
        if isinstance(result, BaseException):
            logger.error("failed", exc_info=result, extra={"payload": message})


if __name__ == "__main__":
    asyncio.run(main())
