"""What `make up` tells: the variables to source, and the calls to try.

The account's root, whom the AWS CLI signs as, looks around everywhere, but the API's policy lets
only the two roles in. For each there is a file of options for curl, and a profile for the AWS CLI
and the SDKs.
"""

import os
import shlex
from pathlib import Path

from embedded_aws.deployment import Deployment
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.roles import OPERATOR, WORKFLOW_SERVICE, arn, assume

_NAMES = (
    "AWS_ENDPOINT_URL",
    "AWS_CA_BUNDLE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
)
# The variable that names each role's options for curl.
_CURL_OPTIONS = {"WORKFLOW_SERVICE": WORKFLOW_SERVICE, "OPERATOR": OPERATOR}
_CLUSTER = "project_id=my-project&vlab_id=my-lab"


def reader() -> int:
    """The number of the user who is told: who typed `sudo`, else whoever runs this."""
    runs, typed = os.geteuid(), os.environ.get("SUDO_UID", "")
    return int(typed) if runs == 0 and typed.isdecimal() else runs


def write_environment(aws: EmbeddedAws, deployment: Deployment) -> Path:
    """Write the lines to `source`, and what they name, for nobody but the reader; the file.

    Written again, the roles' sessions are new ones.
    """
    variables = {name: aws.environment()[name] for name in _NAMES}
    variables["AWS_CONFIG_FILE"] = str(_write(aws.state / "aws-config", _profiles(aws)))
    variables["HPC_API_URL"] = deployment.api_url
    for name, role in _CURL_OPTIONS.items():
        variables[name] = str(_write(aws.state / f"{role}.curl", _curl_options(aws, role)))
    return _write(
        aws.state / "environment",
        "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()),
    )


def calls() -> dict[str, str]:
    """The API's calls to try, as they stand; what each does."""
    service, operator = 'curl --config "$WORKFLOW_SERVICE"', 'curl --config "$OPERATOR"'
    return {
        "create a cluster": f'{service} -X POST "$HPC_API_URL/pcluster?{_CLUSTER}"',
        "see how it is": f'{service} "$HPC_API_URL/pcluster?{_CLUSTER}"',
        "delete it": f'{service} -X DELETE "$HPC_API_URL/pcluster?{_CLUSTER}"',
        "as an operator: list all clusters": f'{operator} "$HPC_API_URL/pcluster"',
    }


def jobs(user: int) -> dict[str, str]:
    """What to try on a cluster whose head node is booted, once it is complete; what each does.

    A login is root's, for whom the node boots: any other user is told to use sudo.
    """
    shell = "make shell" if user == 0 else "sudo make shell"
    submitted = "sbatch --nodes=2 --wrap 'srun hostname; sleep 30'"
    administered = "sudo tail --lines=3 /var/log/slurmctld.log"
    return {
        "submit a job as sim, over SSH": f'{shell} COMMAND="{submitted}"',
        "look at queues and jobs": f'{shell} COMMAND="sinfo; squeue; sacct --allocations"',
        "look around there": shell,
        "as its administrator, who has sudo": f'{shell} LOGIN=admin COMMAND="{administered}"',
        "the records of jobs, once they have ended": "make job-records",
    }


def _curl_options(aws: EmbeddedAws, role: str) -> str:
    """A file of options: what signs a request is in no process's arguments."""
    session = assume(aws, role)
    return "".join(
        f"{line}\n"
        for line in (
            "silent",
            "show-error",
            f'cacert = "{aws.environment()["AWS_CA_BUNDLE"]}"',
            f'aws-sigv4 = "aws:amz:{aws.region}:execute-api"',
            f'user = "{session.access_key}:{session.secret_key}"',
            f'header = "X-Amz-Security-Token: {session.token}"',
        )
    )


def _profiles(aws: EmbeddedAws) -> str:
    """Each role as a profile, whose sessions the AWS CLI and the SDKs renew themselves."""
    root = aws.environment()
    lines = [
        "[profile root]",
        f"aws_access_key_id = {root['AWS_ACCESS_KEY_ID']}",
        f"aws_secret_access_key = {root['AWS_SECRET_ACCESS_KEY']}",
    ]
    for role in (WORKFLOW_SERVICE, OPERATOR):
        lines += ["", f"[profile {role}]", f"role_arn = {arn(role)}", "source_profile = root"]
    return "\n".join(lines) + "\n"


def _write(file: Path, text: str) -> Path:
    file.touch(mode=0o600)
    os.chown(file, reader(), -1)
    file.write_text(text)
    return file
