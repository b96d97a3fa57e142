"""Deploy the application onto an embedded AWS, with the real CDK CLI."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded_aws import mariadb
from embedded_aws.errors import DatabaseServerMissingError, DeploymentError
from embedded_aws.lifecycle import ROOT, EmbeddedAws
from embedded_aws.processes import MARKER

CDK = ROOT / "node_modules" / ".bin" / "cdk"
ACCOUNT = "000000000000"
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """The application as it is deployed.

    Attributes:
        api_url: of `/hpc-provisioner`, as the embedded AWS answers it.
        registry_table: the name of the DynamoDB table.
    """

    api_url: str
    registry_table: str


def deploy(aws: EmbeddedAws, *, version: str, progress: Progress = lambda line: None) -> Deployment:
    """Bootstrap the account and deploy every stack of the environment `local`.

    Raises:
        DeploymentError: the CDK CLI failed; names its log.
    """
    log = aws.state / "deployment.log"
    outputs = _outputs(aws)
    _cdk(aws, log, progress, "bootstrap", f"aws://{ACCOUNT}/{aws.region}")
    _cdk(
        aws,
        log,
        progress,
        *("deploy", "--all", "--require-approval", "never", "--concurrency", "2"),
        *("--context", "environment=local", "--context", f"version={version}"),
        *_accounting(progress),
        *("--outputs-file", str(outputs)),
    )
    return deployed(aws)


def _accounting(progress: Progress) -> tuple[str, ...]:
    """Leave it out where its database can't be had."""
    try:
        mariadb.check()
    except DatabaseServerMissingError as missing:
        progress(f"Slurm's accounting is left out: {missing}")
        return ("--context", "accounting=none")
    return ()


def deployed(aws: EmbeddedAws) -> Deployment:
    """The application that was deployed onto it."""
    return _read(aws, json.loads(_outputs(aws).read_text()))


def _outputs(aws: EmbeddedAws) -> Path:
    return aws.state / "outputs.json"


def _cdk(aws: EmbeddedAws, log: Path, progress: Progress, *arguments: str) -> None:
    with log.open("a") as file:
        process = subprocess.Popen(
            [
                *(str(CDK), *arguments, "--ci", "--no-color", "--no-notices"),
                # Its own, also for bootstrap: the CLI lets no two write to one at a time.
                *("--progress", "events", "--output", str(aws.state / "cdk.out")),
            ],
            cwd=ROOT,
            env=_environment(aws),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        try:
            for line in process.stdout:
                file.write(line)
                file.flush()
                progress(line.strip())
        except BaseException:
            process.terminate()
            raise
        finally:
            process.wait()
    if process.returncode:
        raise DeploymentError(arguments[0], _last_words(log), log)


def _environment(aws: EmbeddedAws) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        # The CLI keeps caches in its home: nothing of ours is outside the state directory.
        "HOME": str(aws.state / "home"),
        # The CLI ends without ending what it has begun: synthesis ends with the embedded AWS.
        MARKER: str(aws.state),
        "CDK_DISABLE_CLI_TELEMETRY": "1",
        # It ends with Node's support dates, and can't be switched off otherwise.
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        **aws.environment(),
    }


def _last_words(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if "FAILED" in line or "rror" in line]
    return (telling or lines or ["it said nothing"])[-1]


def _read(aws: EmbeddedAws, outputs: Mapping[str, Mapping[str, str]]) -> Deployment:
    provisioner = outputs["HpcProvisioner-Provisioner"]
    # The gateway's URL on AWS is https://<api>.execute-api.<region>…/<stage>/<path>; an emulator
    # has one address for all APIs.
    host, _, rest = provisioner["ApiUrl"].removeprefix("https://").partition("/")
    stage, _, path = rest.partition("/")
    api_id = host.partition(".")[0]
    return Deployment(
        api_url=f"{aws.endpoint}/restapis/{api_id}/{stage}/_user_request_/{path}",
        registry_table=provisioner["RegistryTable"],
    )
