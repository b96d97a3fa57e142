"""What the roles of our functions, and CloudFormation's for projects' stacks, are granted."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.session import Session

# What differs from one deployment and one run to the next: ids, suffixes, hashes, times.
VARYING = re.compile(
    r"(?<![0-9A-Za-z])(?!0{12})[0-9a-f]{6,}(?:-[0-9a-f]{4,})*(?![0-9A-Za-z])"
    r"|(?!0{12})[0-9A-F]{12,}|\d{4}-\d\d-\d\dT[\d:.]+Z?"
)
SERVICES = ("lambda.amazonaws.com", "cloudformation.amazonaws.com")
_HASH_CHARACTERS = 8


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One action of one statement that allows something.

    Attributes:
        action: as the policy has it; `*` and `?` are wildcards.
        resources: ARNs as the policy has them; `*` and `?` are wildcards.
    """

    action: str
    resources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeployedRole:
    """A role as it is deployed.

    Attributes:
        name: where it is in the application, `Provisioner/Api/Function`.
        physical_name: what IAM knows it by.
        grants: of all policies that it has of its own or that are attached to it.
    """

    name: str
    physical_name: str
    grants: tuple[Grant, ...]


def deployed_roles(aws: EmbeddedAws) -> tuple[list[DeployedRole], dict[str, str]]:
    """The roles that functions and projects' stacks have, by name, and ids' readable names.

    The second are the physical ids of the deployed resources with `<Stack.LogicalId>` for each, in
    which nothing differs from one deployment to the next.
    """
    session = Session(aws)
    cloudformation, iam = session.client("cloudformation"), session.client("iam")
    roles, names = [], {}
    for stack, template in _stacks(aws):
        described = cloudformation.describe_stack_resources(StackName=stack["stackName"])
        ids = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in described["StackResources"]
        }
        for id_, resource in template["Resources"].items():
            # A queue's id is its URL; what no deployment makes up needs no other name.
            id_of_resource = ids[id_].rpartition("/")[2] if "://" in ids[id_] else ids[id_]
            if VARYING.search(id_of_resource):
                names[id_of_resource] = f"<{stack['id']}.{id_[:-_HASH_CHARACTERS]}>"
            if resource["Type"] == "AWS::IAM::Role" and _is_ours(resource["Properties"]):
                role = DeployedRole(
                    name=_name(resource["Metadata"]["aws:cdk:path"]),
                    physical_name=ids[id_],
                    grants=tuple(_grants(iam, ids[id_])),
                )
                roles.append(role)
    return sorted(roles, key=lambda role: role.name), names


def _stacks(aws: EmbeddedAws) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """The id and the name of each stack, with its template, from the assembly it came from."""
    assembly = aws.state / "cdk.out"
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    for id_, artifact in sorted(artifacts.items()):
        if artifact["type"] == "aws:cloudformation:stack":
            properties = artifact["properties"]
            template = json.loads((assembly / properties["templateFile"]).read_text())
            yield {"id": id_, "stackName": properties.get("stackName", id_)}, template


def _is_ours(role: Mapping[str, Any]) -> bool:
    statements = role["AssumeRolePolicyDocument"]["Statement"]
    return any(each["Principal"].get("Service") in SERVICES for each in statements)


def _name(path: str) -> str:
    for end in ("/Resource", "/ServiceRole", "/Role"):
        path = path.removesuffix(end)
    return path


def _grants(iam: Any, role: str) -> Iterator[Grant]:  # noqa: ANN401 - boto3 makes its clients' classes
    for document in _documents(iam, role):
        for statement in document["Statement"]:
            if statement["Effect"] == "Allow":
                resources = tuple(sorted(_listed(statement["Resource"])))
                for action in _listed(statement["Action"]):
                    yield Grant(action=action, resources=resources)


def _documents(iam: Any, role: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as above
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        answer = iam.get_policy_version(PolicyArn=arn, VersionId=version)
        yield answer["PolicyVersion"]["Document"]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
