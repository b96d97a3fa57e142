"""What ParallelCluster makes of a published template, asked in the environment that has it."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cloudformation_values import resolved
from synthesised import Synthesised, Template

ROOT = Path(__file__).parent.parent.parent
PROVIDER = ROOT / "lambdas" / "cluster_provider"
PYTHON = ROOT / ".venv-cluster-provider" / "bin" / "python"
SECONDS = 500
"""20 on a machine that has nothing else to do."""

NAME = "pcluster-a-b-0a1b2c3d"
"""Of the cluster that is made."""


@dataclass(frozen=True, kw_only=True)
class GeneratedCluster:
    """A cluster's templates.

    Attributes:
        published: the template that it was launched from.
        parameters: that it was launched with, and the names of what it made before the cluster.
        root: of ParallelCluster's own stack.
        queues: of the stack nested in it.
    """

    published: Template
    parameters: dict[str, str]
    root: Template
    queues: Template

    @classmethod
    def of(cls, environment: Synthesised, template: str, directory: Path) -> Self:
        """Launch `template` of the environment: about 20 seconds of a processor.

        Raises:
            AssertionError: the provider's environment is missing, or ParallelCluster refused.
        """
        assert PYTHON.exists(), f"{PYTHON} is missing: `make environments` makes it."
        published = environment.published()[template]
        parameters = _parameters(environment, published)
        (cluster,) = (
            resource["Properties"]
            for resource in published["Resources"].values()
            if resource["Type"] == "Custom::ParallelCluster"
        )
        configuration, made = directory / "configuration.json", directory / "templates.json"
        configuration.write_text(resolved(cluster["ClusterConfiguration"], parameters))
        path = (PROVIDER / "src", PROVIDER / "tests" / "support")
        run = subprocess.run(
            [PYTHON, "-m", "generated_templates", NAME, configuration, made],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return cls(published=published, parameters=parameters, **json.loads(made.read_text()))


def _parameters(environment: Synthesised, published: Template) -> dict[str, str]:
    """What a template is launched with, and what its resources are called then."""
    settings = environment.configuration.settings
    arn = f"arn:aws:{{}}:{settings.region}:{settings.account}:{{}}"
    policies = f"arn:aws:iam::{settings.account}:policy/parallelcluster"
    return {
        "AWS::AccountId": settings.account,
        "AWS::Region": settings.region,
        "AdminKeyName": f"{NAME}-9f8e7d6c-admin",
        "ArtifactsBucket": "example-artifacts",
        "Benchmark": "false",
        "ClusterName": NAME,
        "ComputeSecurityGroupId": "sg-0123456789abcdef0",
        "Creation": "9f8e7d6c",
        "DatabaseHost": "hpc-accounting.example.internal",
        "DatabasePort": "3306",
        "DataKeyArn": arn.format("kms", "key/0123-data"),
        "FileSystemId": "fs-0123456789abcdef0",
        "HeadNodeSecurityGroupId": "sg-0123456789abcdef1",
        "MoreUsers": "",
        "NodeScriptBucket": f"cdk-hnb659fds-assets-{settings.account}-{settings.region}",
        "NodeScriptKey": "0123.sh",
        "PermissionsBoundaryArn": f"{policies}/boundary",
        "ProjectBucket": "example-projects",
        "ProjectId": "b",
        "PublicBucket": "example-public",
        "ScratchBucket": "example-scratch",
        "SimPublicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA",
        "SubnetId": "subnet-0123456789abcdef0",
        "VlabId": "a",
        **dict(_made(published["Resources"], arn, policies)),
    }


def _made(resources: dict[str, Any], arn: str, policies: str) -> list[tuple[str, str]]:
    names: list[tuple[str, str]] = []
    for id_, resource in resources.items():
        match resource["Type"]:
            case "AWS::EC2::SecurityGroup":
                names.append((f"{id_}.GroupId", "sg-0123456789abcdef2"))
            case "AWS::EFS::AccessPoint":
                own = "fsap-0123456789abcdef0"
                names.append((f"{id_}.AccessPointId", own))
                names.append((f"{id_}.Arn", arn.format("elasticfilesystem", f"access-point/{own}")))
            case "AWS::FSx::FileSystem":
                names.append((id_, "fs-0abcdef0123456789"))
            case "AWS::IAM::ManagedPolicy":
                names.append((id_, f"{policies}/cluster"))
            case "AWS::SecretsManager::Secret":
                secret = f"secret:hpc-accounting/{NAME}-9f8e7d6c-AbCdEf"
                names.append((id_, arn.format("secretsmanager", secret)))
            case "Custom::AccountingDatabase":
                schema = NAME.replace("-", "_")
                names.append((f"{id_}.DatabaseName", schema))
                names.append((f"{id_}.UserName", f"{schema}_9f8e7d6c"))
    return names
