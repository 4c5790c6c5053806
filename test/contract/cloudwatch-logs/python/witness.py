"""Calls CloudWatch Logs through boto3 for the contract suite: one JSON object a line in, one a line out.

{"open": ENDPOINT}         a new client, instead of the last one; {} comes back
{"moto": true}             moto instead, without anything in it; {} comes back
{"model": OPERATION}       the input of an operation as the service model describes it
{"call": OPERATION, "with": INPUT}
                           {"output": ...}, or {"refused": {"name": ..., "message": ..., ...}}

What goes wrong otherwise comes back as {"failed": ...}. Two operations of its own go with StartLiveTail, which answers
the session's first event: LiveTailUpdate answers the next update, StopLiveTail leaves.
"""

import json
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

# The server is to judge, not the client.
CONFIG = Config(
    inject_host_prefix=False,
    parameter_validation=False,
    retries={"total_max_attempts": 1},
)
SESSION = boto3.session.Session(
    aws_access_key_id="test",
    aws_secret_access_key="test",
    region_name="eu-west-1",
)
MODEL = SESSION._session.get_service_model("logs")


class Witness:
    def __init__(self):
        self.client = None
        self.moto_endpoint = None
        self.stream = None
        self.events = iter(())

    def answer(self, request):
        if "open" in request:
            return self.open(request["open"])
        if "moto" in request:
            return self.open(self.empty_moto())
        if "model" in request:
            return describe(MODEL.operation_model(request["model"]).input_shape)
        try:
            return {"output": self.call(request["call"], request["with"])}
        except (ClientError, EventStreamError) as error:
            return {"refused": refusal(error)}

    def open(self, endpoint):
        self.client = SESSION.client("logs", endpoint_url=endpoint, config=CONFIG)
        return {}

    def empty_moto(self):
        if self.moto_endpoint is None:
            # It takes its time to load.
            from moto.server import ThreadedMotoServer

            server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
            server.start()
            self.moto_endpoint = "http://{}:{}".format(*server.get_host_and_port())
        reset = urllib.request.Request(self.moto_endpoint + "/moto-api/reset", method="POST")
        urllib.request.urlopen(reset).close()
        return self.moto_endpoint

    def call(self, operation, given):
        if operation == "LiveTailUpdate":
            return next(self.events)["sessionUpdate"]
        if operation == "StopLiveTail":
            return self.stream.close() or {}
        output = self.client._make_api_call(operation, given)
        output.pop("ResponseMetadata", None)
        if operation == "StartLiveTail":
            self.stream = output["responseStream"]
            self.events = iter(self.stream)
            return next(self.events)["sessionStart"]
        return output


def refusal(error):
    members = {k: v for k, v in error.response.items() if k not in ("Error", "ResponseMetadata")}
    return {**members, "name": error.response["Error"]["Code"], "message": error.response["Error"].get("Message")}


def describe(shape):
    """Constraints as JSON Schema would nest them."""
    if shape is None:
        return {"type": "structure", "members": {}, "required": []}
    described = {
        "type": shape.type_name,
        **{k: v for k, v in shape.metadata.items() if k in ("min", "max", "pattern", "enum")},
    }
    if shape.type_name == "structure":
        described["required"] = list(shape.metadata.get("required", []))
        described["members"] = {name: describe(member) for name, member in shape.members.items()}
    elif shape.type_name == "list":
        described["member"] = describe(shape.member)
    elif shape.type_name == "map":
        described["key"], described["value"] = describe(shape.key), describe(shape.value)
    return described


def main():
    witness = Witness()
    # Whatever libraries print must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        try:
            answer = witness.answer(json.loads(line))
        except Exception as error:  # whatever it is fails this case and not those after it
            answer = {"failed": repr(error)}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
