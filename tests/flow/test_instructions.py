"""What `make up` writes lets a person call the API as either role, and look around as root."""

import re
import shlex
import stat
from pathlib import Path

import boto3
import pytest

from deployed_application import Application
from embedded_aws.instructions import calls, write_environment
from embedded_aws.roles import OPERATOR, WORKFLOW_SERVICE
from embedded_aws.session import Credentials
from embedded_aws.workflow_service import WorkflowService


def variables(application: Application) -> dict[str, str]:
    file = write_environment(application.aws, application.deployment)
    lines = [line.removeprefix("export ") for line in file.read_text().splitlines()]
    return {name: shlex.split(value)[0] for name, _, value in (x.partition("=") for x in lines)}


def session_in(curl_options: Path) -> Credentials:
    text = curl_options.read_text()
    [(access_key, secret_key)] = re.findall(r'^user = "(.+?):(.+)"$', text, re.MULTILINE)
    [token] = re.findall(r'^header = "X-Amz-Security-Token: (.+)"$', text, re.MULTILINE)
    return Credentials(access_key=access_key, secret_key=secret_key, token=token)


@pytest.mark.parametrize("variable", ["WORKFLOW_SERVICE", "OPERATOR"])
def test_the_options_for_curl_sign_as_a_role_that_may_call(
    application: Application, variable: str
) -> None:
    options = Path(variables(application)[variable])

    client = WorkflowService(application.aws, application.deployment, session_in(options))

    assert client.version().status == 200
    assert stat.S_IMODE(options.stat().st_mode) == 0o600


def test_every_call_that_is_told_names_variables_that_are_there(application: Application) -> None:
    written = variables(application)

    named = {name for call in calls().values() for name in re.findall(r"\$([A-Z_]+)", call)}

    assert named == {"WORKFLOW_SERVICE", "OPERATOR", "HPC_API_URL"}
    assert named <= set(written)


@pytest.mark.parametrize("role", [WORKFLOW_SERVICE, OPERATOR])
def test_each_role_is_a_profile_of_the_aws_cli(
    application: Application, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables(application).items():
        monkeypatch.setenv(name, value)

    arn = boto3.Session(profile_name=role).client("sts").get_caller_identity()["Arn"]

    assert f":assumed-role/{role}/" in arn


def test_written_again_the_sessions_are_new_ones(application: Application) -> None:
    before = session_in(Path(variables(application)["WORKFLOW_SERVICE"]))

    after = session_in(Path(variables(application)["WORKFLOW_SERVICE"]))

    assert after != before
