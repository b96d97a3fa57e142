"""No log holds a private key, a password or a signature.

It runs after all other tests (`conftest.py` puts it last), and so reads what all of them, failures
and refusals too, made the functions, the gateway and the emulator log.
"""

import pytest

from deployed_application import Application
from secrets_in_text import body_of, secrets_in

IDS = {"project_id": "logged", "vlab_id": "lab"}


@pytest.fixture(scope="module")
def given_keys(application: Application) -> list[str]:
    """Every private key that the tests read; run alone, those of one cluster."""
    if not application.client.private_keys:
        cluster = application.client.post(**IDS, include_lustre="false").body["cluster"]
        for name in ("private_ssh_key_arn", "admin_private_ssh_key_arn"):
            application.client.private_key(cluster[name])
        application.wait_for("CREATE_COMPLETE", **IDS)
        application.client.delete(**IDS)
        application.wait_until_gone(**IDS)
    return [key for key in application.client.private_keys if body_of(key)]


def test_no_log_holds_a_private_key_a_password_or_a_signature(
    application: Application, given_keys: list[str]
) -> None:
    logs = application.logs()

    found = [
        f"{log}: {secret}"
        for log, text in logs.items()
        for secret in sorted(set(secrets_in(text, given_keys)))
    ]

    assert found == []


def test_there_were_keys_and_every_function_and_the_gateway_logged(
    application: Application, given_keys: list[str]
) -> None:
    """So the above looked at something."""
    written = [log for log, text in application.logs().items() if text.strip()]

    for part in ("ApiFunction", "ApiAccess", "Reservation", "StackEvents", "ClusterProvider"):
        assert [log for log in written if part in log], f"{part} is in none of {written}"
    assert {"emulator.log", "permissions.jsonl"} <= set(written)
    assert len(given_keys) >= 2
