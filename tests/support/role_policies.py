"""The roles of synthesised templates, with policies that can be evaluated.

A role, a table or a function is named by its logical id without the hash at its end; ARNs are made
of these names, as CloudFormation would make them of the names that it gives.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation_values import resolved
from iam_evaluation import Principal
from synthesised import Template, resources

Values = dict[str, str]

_HASH = re.compile(r"[0-9A-F]{8}$")
_ARNS = {
    "AWS::ECR::Repository": "ecr:{place}:repository/{name}",
    "AWS::DynamoDB::Table": "dynamodb:{place}:table/{name}",
    "AWS::EFS::AccessPoint": "elasticfilesystem:{place}:access-point/{name}",
    "AWS::EFS::FileSystem": "elasticfilesystem:{place}:file-system/{name}",
    "AWS::Events::EventBus": "events:{place}:event-bus/{name}",
    "AWS::IAM::ManagedPolicy": "iam::{account}:policy{path}{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::KMS::Key": "kms:{place}:key/{name}",
    "AWS::Lambda::Function": "lambda:{place}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{place}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SQS::Queue": "sqs:{place}:{name}",
    "AWS::StepFunctions::StateMachine": "states:{place}:stateMachine:{name}",
}
# Of these, Ref is the ARN.
_REFERRED_BY_ARN = {"AWS::IAM::ManagedPolicy", "AWS::StepFunctions::StateMachine"}


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role as its template has it.

    Attributes:
        stack: whose template.
        principal: with every policy of its own; managed policies of AWS are not among them.
        services: that may assume it.
        managed: ARNs of attached policies.
        policies: documents without intrinsic functions, by the logical id that holds them.
    """

    stack: str
    principal: Principal
    services: frozenset[str]
    managed: tuple[str, ...]
    policies: Mapping[str, list[dict[str, Any]]]


def roles(templates: Mapping[str, Template], account: str, region: str) -> dict[str, Role]:
    """Every role of the templates, by its name."""
    values = values_of(templates, account, region)
    return {
        name: role
        for stack, template in templates.items()
        for name, role in _roles(stack, template, values[stack], account)
    }


def functions_roles(templates: Mapping[str, Template]) -> dict[str, str]:
    """The name of each function's role, by the function's name."""
    return {
        short(id_): short(function["Properties"]["Role"]["Fn::GetAtt"][0])
        for template in templates.values()
        for id_, function in resources(template, "AWS::Lambda::Function").items()
    }


def short(logical_id: str) -> str:
    """The logical id without its hash."""
    return _HASH.sub("", logical_id)


def values_of(templates: Mapping[str, Template], account: str, region: str) -> dict[str, Values]:
    """What each stack's references stand for, exports of the others among it."""
    place = {"AWS::AccountId": account, "AWS::Region": region}
    own = {stack: {**place, **_own(template, place)} for stack, template in templates.items()}
    exports = {
        output["Export"]["Name"]: str(resolved(output["Value"], own[stack]))
        for stack, template in templates.items()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }
    return {stack: {**values, **exports} for stack, values in own.items()}


def _own(template: Template, place: Values) -> Values:
    found: Values = {}
    account, region = place["AWS::AccountId"], place["AWS::Region"]
    for id_, resource in template["Resources"].items():
        name = short(id_)
        properties = resource.get("Properties", {})
        found[id_] = found[f"{id_}.GroupId"] = name
        found[f"{id_}.DefaultSecurityGroup"] = "sg-default"
        found[f"{id_}.MasterUserSecret.SecretArn"] = (
            f"arn:aws:secretsmanager:{region}:{account}:secret:rds!db-{name}"
        )
        if pattern := _ARNS.get(resource["Type"]):
            path = properties.get("Path", "/")
            arn = "arn:aws:" + pattern.format(
                place=f"{region}:{account}", account=account, path=path, name=name
            )
            found[f"{id_}.Arn"] = found[f"{id_}.StreamArn"] = arn
            found[f"{id_}.StreamArn"] += "/stream/2026-01-01"
            if resource["Type"] in _REFERRED_BY_ARN:
                found[id_] = arn
    return found


def _roles(
    stack: str, template: Template, values: Values, account: str
) -> Iterator[tuple[str, Role]]:
    for id_, resource in resources(template, "AWS::IAM::Role").items():
        properties = resolved(resource["Properties"], values)
        documents = {
            policy_id: policy["Properties"]["PolicyDocument"]
            for policy_id, policy in resources(template, "AWS::IAM::Policy").items()
            if {"Ref": id_} in policy["Properties"].get("Roles", [])
        }
        found = {key: [resolved(document, values)] for key, document in documents.items()}
        found[id_] = [inline["PolicyDocument"] for inline in properties.get("Policies", [])]
        principals = [s["Principal"] for s in properties["AssumeRolePolicyDocument"]["Statement"]]
        yield (
            short(id_),
            Role(
                stack=stack,
                principal=Principal(
                    arn=f"arn:aws:iam::{account}:role/{short(id_)}",
                    policies=[document for listed in found.values() for document in listed],
                    account=account,
                ),
                services=frozenset(p["Service"] for p in principals if "Service" in p),
                managed=tuple(properties.get("ManagedPolicyArns", ())),
                policies=found,
            ),
        )
