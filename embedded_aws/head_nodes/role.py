"""A head node's role: its credentials for a while, and clients that act as it.

The environment says where AWS is (`AWS_ENDPOINT_URL`) and whom to trust (`AWS_CA_BUNDLE`).
"""

from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})


@dataclass(frozen=True, kw_only=True)
class RoleCredentials:
    """What the metadata service gives of a role.

    Attributes:
        access_key: the session's.
        secret_key: the session's.
        token: the session's.
        expires_at: until when they hold, in seconds since 1970.
    """

    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    expires_at: float


@dataclass(frozen=True, kw_only=True)
class NodeRole:
    """A role in a region, whose clients talk to the AWS that the environment names."""

    credentials: RoleCredentials
    region: str

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' classes
        """A client of the service."""
        # A session of its own: threads of one emulator play several nodes at once.
        session: Any = boto3.Session(
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            aws_session_token=self.credentials.token,
            region_name=self.region,
        )
        return session.client(service, config=_CONFIG)
