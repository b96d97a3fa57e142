"""boto3, pointed at one embedded AWS without a look at this process's environment."""

from dataclasses import dataclass
from typing import Any

import boto3

from embedded_aws.lifecycle import EmbeddedAws


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Whose requests they are; without a token, a user's or the root's."""

    access_key: str
    secret_key: str
    token: str | None = None


# The embedded AWS takes any secret for its root: it listens on loopback only.
ROOT = Credentials(access_key="test", secret_key="test")  # noqa: S106


@dataclass(frozen=True)
class Session:
    """Makes clients that talk to one embedded AWS."""

    aws: EmbeddedAws
    credentials: Credentials = ROOT

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' classes
        """A client of the service."""
        make: Any = boto3.client
        return make(
            service,
            region_name=self.aws.region,
            endpoint_url=self.aws.endpoint,
            verify=self.aws.environment()["AWS_CA_BUNDLE"],
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            aws_session_token=self.credentials.token,
        )
