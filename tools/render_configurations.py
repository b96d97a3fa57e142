"""Cut each published template's cluster configuration out, with ids that look like real ones.

What ParallelCluster is asked about is what a stack would hand to the provider: the same numbers,
booleans and lists; only ids and names are made up, since a template has none.
"""

import json
import sys
from pathlib import Path
from typing import Any

from cdk_app.cluster_templates import render, template_id
from cdk_app.configuration_files import Configuration, load_configuration
from cdk_app.project_cluster import StorageKind
from tools.synthesise_all import environments

# As parameters are given, by name.
_PARAMETERS = {
    "ArtifactsBucket": "example-artifacts",
    "Benchmark": "true",
    "AdminKeyName": "pcluster-lab-project-0a1b2c3d-9f8e7d6c-admin",
    "ClusterName": "pcluster-lab-project-0a1b2c3d",
    "ComputeSecurityGroupId": "sg-0123456789abcdef0",
    "ContainersBucket": "example-containers",
    "Creation": "9f8e7d6c",
    "DatabaseHost": "hpc-accounting.example.internal",
    "DatabasePort": "3306",
    "FileSystemId": "fs-0123456789abcdef0",
    "HeadNodeSecurityGroupId": "sg-0123456789abcdef1",
    "MoreUsers": "alice:20001:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB",
    "NodeScriptBucket": "example-scripts",
    "NodeScriptKey": "configure_node.pyz",
    "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/parallelcluster/boundary",
    "ProjectBucket": "example-projects",
    "ProjectId": "project",
    "PublicBucket": "example-public",
    "ScratchBucket": "example-scratch",
    "SimPublicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA",
    "SubnetId": "subnet-0123456789abcdef0",
    "VlabId": "lab",
    "VpcId": "vpc-0123456789abcdef0",
}
# As resources are named by CloudFormation, by type.
_RESOURCES = {
    "AWS::EC2::SecurityGroup": "sg-0123456789abcdef2",
    "AWS::EFS::AccessPoint": "fsap-0123456789abcdef0",
    "AWS::FSx::FileSystem": "fs-0abcdef0123456789",
    "AWS::IAM::ManagedPolicy": "arn:aws:iam::123456789012:policy/parallelcluster/cluster",
    "AWS::SecretsManager::Secret": (
        "arn:aws:secretsmanager:us-east-1:123456789012:"
        "secret:hpc-accounting/pcluster-lab-project-0a1b2c3d-9f8e7d6c-AbCdEf"
    ),
}
# What our functions answer, by attribute.
_ANSWERS = {
    "DatabaseName": "pcluster_lab_project_0a1b2c3d",
    "UserName": "pcluster_lab_project_0a1b2c3d_9f8e7d6c",
}


def resolve(value: Any, template: dict[str, Any], region: str) -> str:  # noqa: ANN401 - JSON
    """The text that CloudFormation would make of `Fn::Join`, `Ref` and `Fn::GetAtt`."""
    match value:
        case str():
            return value
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(resolve(part, template, region) for part in parts)
        case {"Ref": "AWS::Region"}:
            return region
        case {"Ref": name} if name in _PARAMETERS:
            return _PARAMETERS[name]
        case {"Fn::GetAtt": [_, attribute]} if attribute in _ANSWERS:
            return _ANSWERS[attribute]
        case {"Ref": name} | {"Fn::GetAtt": [name, *_]}:
            return _RESOURCES[template["Resources"][name]["Type"]]
        case _:
            raise ValueError(f"unexpected in a cluster configuration: {value}")


def cluster_configuration(template: dict[str, Any], region: str) -> dict[str, Any]:
    """The configuration in one published template."""
    clusters = [
        resource["Properties"]["ClusterConfiguration"]
        for resource in template["Resources"].values()
        if resource["Type"] == "Custom::ParallelCluster"
    ]
    return dict(json.loads(resolve(clusters[0], template, region)))


def write_all(
    environment: str, configuration: Configuration, target: Path, written: set[tuple[str, str, str]]
) -> None:
    """Write `<environment>-<tier>-<storage>.json` for every published template.

    Environments of one region differ in the days that logs are kept, which no validator asks
    about: what is `written` for a region, tier and storage kind is not written again.
    """
    rendered = render(configuration, target / "assemblies" / environment)
    for offered in configuration.tiers:
        for kind in StorageKind:
            template = json.loads(rendered[template_id(offered, kind)].read_text())
            region = configuration.settings.region
            if (region, offered.tier.name, kind) in written:
                continue
            written.add((region, offered.tier.name, kind))
            content = {
                "environment": environment,
                "tier": offered.tier.name,
                "storage": kind.value,
                "region": region,
                "suppressed_validators": sorted(
                    configuration.settings.provider.suppressed_validators
                ),
                "configuration": cluster_configuration(template, region),
            }
            name = f"{environment}-{offered.tier.name}-{kind.value}.json"
            (target / name).write_text(json.dumps(content, indent=2))


def main() -> None:
    """Write them into the folder that the argument names."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for file in target.glob("*.json"):
        file.unlink()
    written: set[tuple[str, str, str]] = set()
    for environment in environments():
        write_all(environment, load_configuration(environment), target, written)


if __name__ == "__main__":
    main()
