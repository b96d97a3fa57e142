"""Everything that can be taken away from the keys and their use, one at a time."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from encryption_at_rest import KEY_OF_TYPE, at_rest_differences, in_transit_differences, reason
from encryption_world import PUBLISHED, EncryptionWorld
from key_policies import key_policy_differences
from key_uses import key_use_differences
from synthesised import Template

# One template of a project's cluster stands for all.
STACKS = (
    *("Keys", "Network", "SharedData", "Provisioner", "Observability"),
    f"{PUBLISHED}DebugLustre",
)
_POLICIES = {
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::IAM::Policy": "PolicyDocument",
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
}
_WITH_TLS_ONLY = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One thing taken away; `name` is the resource, and the part of it."""

    name: str
    stack: str
    template: Template

    def noticed(self, world: EncryptionWorld) -> list[str]:
        """What every check says about the world without it."""
        without = world.changed(self.stack, self.template)
        return [
            *at_rest_differences(without),
            *in_transit_differences(without),
            *key_policy_differences(without),
            *key_use_differences(without),
        ]


def mutations(world: EncryptionWorld) -> Iterator[Mutation]:
    """All of them."""
    for stack in STACKS:
        for id_, resource in world.templates[stack]["Resources"].items():
            for part, changed in _without(stack, id_, resource):
                template = deepcopy(world.templates[stack])
                template["Resources"][id_] = changed
                yield Mutation(name=f"{stack}.{id_} {part}", stack=stack, template=template)


def _without(stack: str, id_: str, resource: Any) -> Iterator[tuple[str, Any]]:
    """The resource without one part of it at a time, and the part's name."""
    type_ = resource["Type"]
    if type_ in KEY_OF_TYPE and not reason(stack, id_):
        member = KEY_OF_TYPE[type_][0][0]
        yield "key", _with(resource, {str(member): None})
    if type_ == "AWS::EFS::FileSystem":
        yield "policy", _with(resource, {"FileSystemPolicy": {"Statement": []}})
    if type_ in _WITH_TLS_ONLY:
        yield "policy", _with(resource, {"PolicyDocument": {"Statement": []}})
    if type_ in _POLICIES:
        member = _POLICIES[type_]
        document = resource["Properties"][member]
        for part, changed in _without_statement_or_condition(document):
            yield part, _with(resource, {member: changed})


def _without_statement_or_condition(document: Any) -> Iterator[tuple[str, Any]]:
    for number, statement in enumerate(document["Statement"]):
        name = statement.get("Sid", f"statement-{number}")
        if "kms:" not in str(statement["Action"]):
            continue
        rest = [it for at, it in enumerate(document["Statement"]) if at != number]
        yield name, {**document, "Statement": rest}
        for operator, keys in statement.get("Condition", {}).items():
            for key in keys:
                lighter = _without_key(statement, operator, key)
                whole = [*document["Statement"]]
                whole[number] = lighter
                yield f"{name} {key}", {**document, "Statement": whole}


def _without_key(statement: Any, operator: str, key: str) -> Any:
    condition = deepcopy(statement["Condition"])
    del condition[operator][key]
    kept = {name: keys for name, keys in condition.items() if keys}
    rest = {name: value for name, value in statement.items() if name != "Condition"}
    return {**rest, "Condition": kept} if kept else rest


def _with(resource: Any, properties: dict[str, Any]) -> Any:
    changed = {**resource["Properties"], **properties}
    kept = {name: value for name, value in changed.items() if value is not None}
    return {**resource, "Properties": kept}
