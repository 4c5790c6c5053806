"""Who writes: the identity for local use."""

from __future__ import annotations

from collections.abc import Mapping

_VARIABLES = {"apiName": "CORTEX_API_NAME", "apiKind": "CORTEX_API_KIND", "jobID": "CORTEX_JOB_ID"}


def identity_labels(environment: Mapping[str, str]) -> dict[str, str]:
    """The identity that lines carry as `labels`, or nothing inside of a cluster.

    In a cluster the pipeline writes the labels and takes them from the pod object alone: what a program says of
    itself there is not asked for. A cluster is known by `KUBERNETES_SERVICE_HOST`, which each of its containers has.

    Args:
        environment: `os.environ` or its like. CORTEX_API_NAME, CORTEX_API_KIND and CORTEX_JOB_ID are read.
    """
    if environment.get("KUBERNETES_SERVICE_HOST"):
        return {}
    return {label: value for label, variable in _VARIABLES.items() if (value := environment.get(variable))}
