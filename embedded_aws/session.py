"""boto3, pointed at one embedded AWS without a look at this process's environment."""

from typing import Any

import boto3

from embedded_aws.lifecycle import EmbeddedAws


class Session(boto3.Session):
    """A session whose clients talk to one embedded AWS."""

    def __init__(self, aws: EmbeddedAws, access_key: str, secret_key: str, token: str | None) -> None:
        super().__init__(
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=token,
            region_name=aws.region,
        )
        self._where = {
            "endpoint_url": aws.endpoint,
            "verify": aws.environment()["AWS_CA_BUNDLE"],
        }

    def client(self, service_name: str, **options: Any) -> Any:  # noqa: ANN401 - as boto3 has it
        """A client of the service at the embedded AWS."""
        return super().client(service_name, **{**self._where, **options})


def session(
    aws: EmbeddedAws, *, access_key: str = "test", secret_key: str = "test", token: str | None = None  # noqa: S107
) -> Session:
    """A session as the account's root, or with the given credentials."""
    return Session(aws, access_key, secret_key, token)
