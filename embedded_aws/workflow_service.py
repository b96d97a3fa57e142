"""The API's client: what the Workflow Service does, with its own role and nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests_aws4auth import AWS4Auth

from embedded_aws.deployment import ACCOUNT, Deployment
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.session import Credentials, Session

ROLE = f"arn:aws:iam::{ACCOUNT}:role/workflow-service"
# It gives up then, when connecting and when reading.
TIMEOUT_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the API answered."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]


class WorkflowService:
    """Signs requests as the role `workflow-service`, and reads private keys as that role.

    Attributes:
        signature: what signs a request of the library requests.
        certificate: the file by which the embedded AWS is known.
    """

    def __init__(self, aws: EmbeddedAws, deployment: Deployment) -> None:
        """Take on the role."""
        self._url = deployment.api_url
        self.certificate = aws.environment()["AWS_CA_BUNDLE"]
        given = (
            Session(aws)
            .client("sts")
            .assume_role(RoleArn=ROLE, RoleSessionName="workflow-service")["Credentials"]
        )
        self.signature = AWS4Auth(
            given["AccessKeyId"],
            given["SecretAccessKey"],
            aws.region,
            "execute-api",
            session_token=given["SessionToken"],
        )
        role = Credentials(
            access_key=given["AccessKeyId"],
            secret_key=given["SecretAccessKey"],
            token=given["SessionToken"],
        )
        self._secrets = Session(aws, role).client("secretsmanager")

    def post(self, **parameters: str) -> Answer:
        """Ask for a cluster."""
        return self._call("POST", parameters)

    def get(self, **parameters: str) -> Answer:
        """Ask how a cluster is, or for a list."""
        return self._call("GET", parameters)

    def delete(self, **parameters: str) -> Answer:
        """Ask that a cluster goes."""
        return self._call("DELETE", parameters)

    def version(self) -> Answer:
        """Ask which version is deployed."""
        return self._call("GET", {}, path="version")

    def tiers(self) -> Answer:
        """Ask which tiers there are."""
        return self._call("GET", {}, path="tiers")

    def document(self) -> Answer:
        """Ask for the API's description."""
        return self._call("GET", {}, path="openapi.json")

    def private_key(self, arn: str) -> str:
        """The private key in the secret."""
        return str(self._secrets.get_secret_value(SecretId=arn)["SecretString"])

    def _call(self, method: str, parameters: Mapping[str, str], path: str = "pcluster") -> Answer:
        response = requests.request(
            method,
            f"{self._url}/{path}",
            params=sorted(parameters.items()),
            auth=self.signature,
            timeout=TIMEOUT_SECONDS,
            verify=self.certificate,
        )
        return Answer(status=response.status_code, headers=response.headers, body=response.json())
