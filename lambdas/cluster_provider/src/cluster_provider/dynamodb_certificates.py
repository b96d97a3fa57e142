"""The certificates of head nodes, as each tells its own in its cluster's table of nodes.

ParallelCluster makes that table, and lets the cluster's head node alone write there. Source: AWS
ParallelCluster, `templates/slurm_builder.py` and `constants.py`.
"""

import re
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cluster_provider.errors import LibraryFailed, TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TABLE, _ITEM, _ATTRIBUTE = "parallelcluster-slurm-", "HPC_SLURM_REST", "CertificateSha256"
_REFUSALS = {"AccessDeniedException", "ResourceNotFoundException", "ValidationException"}


class DynamoDbCertificates:
    """`Certificates` over those tables."""

    def __init__(self, *, client: "DynamoDBClient") -> None:
        self._client = client

    def fingerprint(self, cluster: str) -> str:
        """See Certificates. What is no fingerprint counts as none: a node may write anything."""
        table = f"{_TABLE}{cluster}"
        try:
            answer = self._client.get_item(
                TableName=table, Key={"Id": {"S": _ITEM}}, ConsistentRead=True
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _REFUSALS:
                raise LibraryFailed(f"Table {table} can't be read: {error}") from error
            raise TemporarilyUnavailable(str(error)) from error
        except BotoCoreError as error:
            raise TemporarilyUnavailable(str(error)) from error
        told = answer.get("Item", {}).get(_ATTRIBUTE, {}).get("S", "")
        return told if re.fullmatch("[0-9a-f]{64}", told) else ""
