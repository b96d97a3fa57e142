"""What any place for secrets does; the fake and Secrets Manager (under moto) pass the same."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws

from accounting_database.errors import SecretsUnavailable, SecretUnreadable
from accounting_database.ports import Secrets
from accounting_database.secrets_manager import CONFIG, AwsSecrets
from accounting_fakes import FakeSecrets

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

MISSING = "arn:aws:secretsmanager:us-east-1:123456789012:secret:missing-AbCdEf"
Kept = tuple[Secrets, Callable[[str], str], Callable[[str, str], object]]


@pytest.fixture
def on_moto() -> Iterator[Kept]:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")

        def keep(text: str) -> str:
            return str(client.create_secret(Name="a-secret", SecretString=text)["ARN"])

        def change(arn: str, text: str) -> object:
            return client.put_secret_value(SecretId=arn, SecretString=text)

        yield AwsSecrets(client), keep, change


@pytest.fixture
def fake() -> Kept:
    secrets = FakeSecrets()

    def keep(text: str) -> str:
        arn = MISSING.replace("missing", "there")
        secrets.texts[arn] = text
        return arn

    return secrets, keep, secrets.texts.__setitem__


@pytest.fixture(params=["fake", "on_moto"])
def kept(request: pytest.FixtureRequest) -> Kept:
    chosen: Kept = request.getfixturevalue(request.param)
    return chosen


def test_a_secret_is_read_as_it_was_written(kept: Kept) -> None:
    secrets, keep, _ = kept

    assert secrets.text(keep(" bare 'pass' \n")) == " bare 'pass' \n"


def test_a_secret_is_read_afresh(kept: Kept) -> None:
    secrets, keep, change = kept
    arn = keep("before")
    secrets.text(arn)
    change(arn, "after")

    assert secrets.text(arn) == "after"


def test_a_secret_that_is_not_there_is_named(kept: Kept) -> None:
    secrets, _, _ = kept

    with pytest.raises(SecretUnreadable) as refusal:
        secrets.text(MISSING)

    assert f"SecretUnreadable: Secret {MISSING} can't be read (ResourceNotFound" in str(
        refusal.value
    )


def test_a_secret_of_bytes_is_refused() -> None:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")
        arn = client.create_secret(Name="bytes", SecretBinary=b"\x00\x01")["ARN"]

        with pytest.raises(SecretUnreadable, match="holds bytes, not a text"):
            AwsSecrets(client).text(arn)


def made_up_client() -> "SecretsManagerClient":
    return boto3.client(
        "secretsmanager",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 400, SecretsUnavailable),
        ("InternalServiceError", 500, SecretsUnavailable),
        ("AccessDeniedException", 400, SecretUnreadable),
        ("DecryptionFailure", 400, SecretUnreadable),
    ],
)
def test_what_passes_is_told_from_what_does_not(
    code: str, status: int, error: type[Exception]
) -> None:
    client = made_up_client()
    with Stubber(client) as stubbed:
        stubbed.add_client_error("get_secret_value", code, http_status_code=status)

        with pytest.raises(error, match=code):
            AwsSecrets(client).text(MISSING)


def test_no_answer_is_unavailable() -> None:
    client = made_up_client()

    def hang(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://secretsmanager.example")

    client.meta.events.register("before-send", hang)

    with pytest.raises(SecretsUnavailable, match="no answer in time"):
        AwsSecrets(client).text(MISSING)


def test_two_secrets_leave_the_database_its_share_of_a_minute() -> None:
    attempts = CONFIG.retries["total_max_attempts"]  # type: ignore[attr-defined]

    assert 2 * attempts * (CONFIG.connect_timeout + CONFIG.read_timeout) <= 30  # type: ignore[attr-defined]
