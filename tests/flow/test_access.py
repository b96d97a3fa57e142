"""Who gets past the gateway, and who reads the keys."""

import pytest
import requests
from botocore.exceptions import ClientError
from requests_aws4auth import AWS4Auth

from deployed_application import Application


def test_an_unsigned_request_is_refused(application: Application) -> None:
    answer = requests.get(
        f"{application.deployment.api_url}/pcluster",
        verify=application.aws.environment()["AWS_CA_BUNDLE"],
        timeout=10,
    )

    assert answer.status_code == 403
    assert "message" in answer.json()


def test_a_principal_without_permission_is_refused(application: Application) -> None:
    iam = application.service("iam")
    iam.create_user(UserName="stranger")
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    auth = AWS4Auth(key["AccessKeyId"], key["SecretAccessKey"], "us-east-1", "execute-api")

    answer = requests.get(
        f"{application.deployment.api_url}/pcluster",
        auth=auth,
        verify=application.aws.environment()["AWS_CA_BUNDLE"],
        timeout=10,
    )

    assert answer.status_code == 403
    iam.delete_access_key(UserName="stranger", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="stranger")


def test_the_workflow_service_reads_no_other_secrets(application: Application) -> None:
    secrets = application.service("secretsmanager")
    secret = secrets.create_secret(Name="somebody-elses", SecretString="private")

    with pytest.raises(ClientError, match="AccessDenied"):
        application.client.private_key(secret["ARN"])

    secrets.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)
