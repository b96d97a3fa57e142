"""The certificate's fingerprint, told where no other cluster may write, and no compute node.

That is the table of nodes that ParallelCluster makes for each cluster: its head node's role alone
may put items there. Nodes are items by their names, which have no capitals. Source: AWS
ParallelCluster, `templates/slurm_builder.py`.
"""

from __future__ import annotations

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .settings import FINGERPRINT, RestFailure, Settings

_CONFIG = Config(
    connect_timeout=5, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 5}
)
_ITEM, _ATTRIBUTE = "HPC_SLURM_REST", "CertificateSha256"


def tell_certificate(settings: Settings) -> None:
    """Put it there; the same again is the same.

    Raises:
        RestFailure: there is no certificate yet, or DynamoDB doesn't take it.
    """
    try:
        fingerprint = FINGERPRINT.read_text().strip()
    except OSError as error:
        raise RestFailure(f"{FINGERPRINT}: {error.strerror}; make-keys makes it") from error
    dynamodb = boto3.session.Session(region_name=settings.region).client("dynamodb", config=_CONFIG)
    try:
        dynamodb.put_item(
            TableName=settings.certificate_table,
            Item={"Id": {"S": _ITEM}, _ATTRIBUTE: {"S": fingerprint}},
        )
    except (ClientError, BotoCoreError) as error:
        where = f"table {settings.certificate_table}"
        raise RestFailure(f"{where} can't be told the certificate's SHA-256: {error}") from error
