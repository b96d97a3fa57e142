"""A cluster's table of nodes at an address of this machine, for who puts items and no more."""

import json
from typing import Any

from answering_server import AnsweringServer, Asked

_PUT = "DynamoDB_20120810.PutItem"
_NO_TABLE = {
    "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
    "message": "Requested resource not found",
}


class NodesTable(AnsweringServer):
    """The table of one cluster; of another there is none.

    Attributes:
        items: what was put, by `Id`, in DynamoDB's types.
    """

    content_type = "application/x-amz-json-1.0"

    def __init__(self, cluster: str) -> None:
        self._name = f"parallelcluster-slurm-{cluster}"
        self.items: dict[str, dict[str, Any]] = {}

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """See AnsweringServer."""
        wanted = json.loads(asked.body)
        if asked.headers["X-Amz-Target"] != _PUT or wanted["TableName"] != self._name:
            return 400, json.dumps(_NO_TABLE).encode()
        self.items[wanted["Item"]["Id"]["S"]] = wanted["Item"]
        return 200, b"{}"
