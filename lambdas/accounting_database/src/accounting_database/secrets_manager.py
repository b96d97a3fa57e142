"""The port Secrets, on AWS Secrets Manager: translates, calls, translates errors."""

from http import HTTPStatus
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from accounting_database.errors import SecretsUnavailable, SecretUnreadable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# Twice this leaves the database its share of a minute.
CONFIG = Config(
    connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2}
)
_PASSING = {"InternalServiceError", "ThrottlingException", "Throttling"}


def secrets_manager() -> "SecretsManagerClient":
    """The client, with time-outs that fit into a request."""
    return boto3.client("secretsmanager", config=CONFIG)


class AwsSecrets:
    """Secrets that are texts, in their current version."""

    def __init__(self, client: "SecretsManagerClient") -> None:
        self._client = client

    def text(self, arn: str) -> str:
        """See Secrets."""
        try:
            answer = self._client.get_secret_value(SecretId=arn)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if code in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise SecretsUnavailable(arn, code) from error
            raise SecretUnreadable(arn, f"can't be read ({code})") from error
        except (ConnectionError, HTTPClientError) as error:
            raise SecretsUnavailable(arn, "no answer in time") from error
        if "SecretString" not in answer:
            raise SecretUnreadable(arn, "holds bytes, not a text")
        return answer["SecretString"]
