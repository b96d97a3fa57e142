"""The API's client: what the Workflow Service does, with its own role and nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests_aws4auth import AWS4Auth

from embedded_aws.deployment import Deployment
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.roles import WORKFLOW_SERVICE, assume
from embedded_aws.session import Credentials, Session

# It gives up then, when connecting and when reading.
TIMEOUT_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the API answered."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]


class WorkflowService:
    """Signs requests as one of the callers, and reads private keys as that one.

    Attributes:
        signature: what signs a request of the library requests.
        certificate: the file by which the embedded AWS is known.
        private_keys: those that it has read.
    """

    def __init__(
        self,
        aws: EmbeddedAws,
        deployment: Deployment,
        credentials: Credentials | None = None,
        *,
        timeout_seconds: int = TIMEOUT_SECONDS,
    ) -> None:
        """Take on the role `workflow-service`, unless other credentials are given."""
        credentials = credentials or assume(aws, WORKFLOW_SERVICE)
        self._url = deployment.api_url
        self._timeout_seconds = timeout_seconds
        self.certificate = aws.environment()["AWS_CA_BUNDLE"]
        self.signature = AWS4Auth(
            credentials.access_key,
            credentials.secret_key,
            aws.region,
            "execute-api",
            session_token=credentials.token,
        )
        self._secrets = Session(aws, credentials).client("secretsmanager")
        self.private_keys: list[str] = []

    def post(self, **parameters: str) -> Answer:
        """Ask for a cluster."""
        return self.call("POST", "pcluster", **parameters)

    def get(self, **parameters: str) -> Answer:
        """Ask how a cluster is, or for a list."""
        return self.call("GET", "pcluster", **parameters)

    def delete(self, **parameters: str) -> Answer:
        """Ask that a cluster goes."""
        return self.call("DELETE", "pcluster", **parameters)

    def version(self) -> Answer:
        """Ask which version is deployed."""
        return self.call("GET", "version")

    def tiers(self) -> Answer:
        """Ask which tiers there are."""
        return self.call("GET", "tiers")

    def document(self) -> Answer:
        """Ask for the API's description."""
        return self.call("GET", "openapi.json")

    def private_key(self, arn: str) -> str:
        """The private key in the secret."""
        key = str(self._secrets.get_secret_value(SecretId=arn)["SecretString"])
        self.private_keys.append(key)
        return key

    def call(self, method: str, path: str, **parameters: str) -> Answer:
        """Make any call below `/hpc-provisioner/`; the query is sent in alphabetical order."""
        response = requests.request(
            method,
            f"{self._url}/{path}",
            params=sorted(parameters.items()),
            auth=self.signature,
            timeout=self._timeout_seconds,
            verify=self.certificate,
        )
        return Answer(status=response.status_code, headers=response.headers, body=response.json())
