"""A realtime API; any ASGI server and framework does.

    uvicorn examples.python.realtime_api:app
    curl -d 'this movie is awesome' localhost:8000/predict
"""

import uuid

from cortex_logging import configure, log_context, logger

configure()


class Predictor:
    """Stands for a model."""

    def predict(self, payload: str) -> str:
        """The label of a review."""
        logger.info("received payload", extra={"payload": payload})
        label = "positive" if "awesome" in payload else "negative"
        logger.info("predicted", extra={"label": label, "scores": {"positive": 0.92, "negative": 0.08}})
        return label


predictor = Predictor()


async def app(scope, receive, send):
    """Answers one request; all of its lines, the access line too, carry its id."""
    if scope["type"] != "http":
        return
    with log_context(request_id=uuid.uuid4().hex):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        label = predictor.predict(body.decode(errors="replace"))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": label.encode()})
