"""Who gets past the gateway, and who reads the keys."""

import json
from collections.abc import Iterator

import pytest
import requests
from botocore.exceptions import ClientError

from deployed_application import Application
from embedded_aws.roles import OPERATOR
from embedded_aws.session import ROOT, Credentials
from embedded_aws.workflow_service import WorkflowService


@pytest.fixture(scope="module")
def administrator(application: Application) -> Iterator[Credentials]:
    """A user of the same account whose own policy allows everything."""
    iam = application.service("iam")
    everything = {"Effect": "Allow", "Action": ["execute-api:*", "*"], "Resource": "*"}
    iam.create_user(UserName="administrator")
    iam.put_user_policy(
        UserName="administrator",
        PolicyName="everything",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
    )
    key = iam.create_access_key(UserName="administrator")["AccessKey"]
    yield Credentials(access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    iam.delete_access_key(UserName="administrator", AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName="administrator", PolicyName="everything")
    iam.delete_user(UserName="administrator")


@pytest.fixture(scope="module")
def operator(application: Application) -> WorkflowService:
    return application.client_as(OPERATOR)


def test_an_unsigned_request_is_refused_with_a_message_and_an_id(application: Application) -> None:
    answer = requests.get(
        f"{application.deployment.api_url}/pcluster",
        verify=application.aws.environment()["AWS_CA_BUNDLE"],
        timeout=10,
    )

    assert answer.status_code == 403
    assert set(answer.json()) == {"message", "requestId"}


def test_a_request_with_a_wrong_signature_is_refused(application: Application) -> None:
    thief = Credentials(access_key="AKIAIOSFODNN7EXAMPLE", secret_key="guessed")
    client = WorkflowService(application.aws, application.deployment, thief)

    answer = client.get()

    assert answer.status == 403
    assert set(answer.body) == {"message", "requestId"}


def test_an_administrator_of_the_same_account_is_refused(
    application: Application, administrator: Credentials
) -> None:
    """Whatever its own policy allows: the API's denies whom it doesn't name."""
    client = WorkflowService(application.aws, application.deployment, administrator)

    answers = [
        client.get(),
        client.version(),
        client.post(project_id="p", vlab_id="l"),
        client.delete(project_id="p", vlab_id="l"),
    ]

    assert [answer.status for answer in answers] == [403] * 4
    assert all("explicit deny" in answer.body["message"] for answer in answers)
    assert all(answer.body["requestId"] for answer in answers)


def test_the_account_s_root_is_refused(application: Application) -> None:
    client = WorkflowService(application.aws, application.deployment, ROOT)

    assert client.version().status == 403


def test_callers_and_operators_get_in(application: Application, operator: WorkflowService) -> None:
    assert application.client.version().status == 200
    assert operator.version().status == 200


def test_a_caller_is_refused_the_calls_of_operators_by_the_gateway(
    application: Application, operator: WorkflowService
) -> None:
    of_caller = application.client.call("POST", "reconcile")
    of_operator = operator.call("POST", "reconcile")

    assert of_caller.status == 403
    assert "explicit deny" in of_caller.body["message"]
    assert of_operator.status != 403


def test_only_an_operator_may_ask_for_a_benchmark(
    application: Application, operator: WorkflowService
) -> None:
    ids = {"project_id": "benchmark", "vlab_id": "lab"}

    of_caller = application.client.post(**ids, benchmark="true")
    of_operator = operator.post(**ids, benchmark="true", include_lustre="false")

    assert (of_caller.status, of_operator.status) == (403, 200)
    operator.delete(**ids)
    application.wait_until_gone(**ids)


def test_the_workflow_service_reads_no_other_secrets(application: Application) -> None:
    secrets = application.service("secretsmanager")
    secret = secrets.create_secret(Name="somebody-elses", SecretString="private")

    with pytest.raises(ClientError, match="AccessDenied"):
        application.client.private_key(secret["ARN"])

    secrets.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)


def test_each_call_is_a_line_of_the_access_log_under_the_id_that_was_answered(
    application: Application,
) -> None:
    refused = application.client.call("POST", "reconcile")

    lines = [json.loads(line) for line in application.logged("ApiAccessLog")]

    [line] = [each for each in lines if each["requestId"] == refused.body["requestId"]]
    assert (line["method"], line["status"], line["error"]) == ("POST", "403", "ACCESS_DENIED")
    assert line["path"] == "/production/hpc-provisioner/reconcile"
    assert line["caller"].endswith(":assumed-role/workflow-service/workflow-service")
