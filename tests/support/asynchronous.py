"""What of a template runs without anybody waiting for it, and where it goes when it fails."""

from collections.abc import Iterator
from typing import Any

from synthesised import Template, resources


def without_dead_letters(template: Template) -> list[str]:
    """What has nowhere to go: rules' targets, functions, mappings, subscriptions; by logical id."""
    return sorted({*_targets(template), *_functions(template), *_others(template)})


def asynchronous_functions(template: Template) -> set[str]:
    """The functions that are called by who doesn't wait: rules, CloudFormation, other functions."""
    by_rules = {
        id_
        for rule in resources(template, "AWS::Events::Rule").values()
        for target in rule["Properties"]["Targets"]
        if (id_ := _referred(target["Arn"]))
    }
    return by_rules | {
        id_
        for id_, function in resources(template, "AWS::Lambda::Function").items()
        if _is_called_by_cloudformation(id_, function) or id_.startswith(CALLED_BY_FUNCTIONS)
    }


CALLED_BY_FUNCTIONS = (
    # The reconciler and the workflow of deletions: `aws.owned_clusters.ProvidedClusters.delete`.
    "ClusterProviderOnEvent",
    # What lists the directories in use: `aws.directories`.
    "DirectoryRetentionPasses",
)


def _is_called_by_cloudformation(id_: str, function: dict[str, Any]) -> bool:
    """CDK's framework says it in the description; CDK's own custom resources in their ids."""
    description = str(function["Properties"].get("Description", ""))
    return description.startswith("AWS CDK resource provider framework - onEvent") or (
        "CustomResourceProvider" in id_
    )


def _targets(template: Template) -> Iterator[str]:
    for id_, rule in resources(template, "AWS::Events::Rule").items():
        if not all(target.get("DeadLetterConfig") for target in rule["Properties"]["Targets"]):
            yield id_


def _functions(template: Template) -> Iterator[str]:
    kept = {
        _referred(each["Properties"]["FunctionName"])
        for each in resources(template, "AWS::Lambda::EventInvokeConfig").values()
        if each["Properties"].get("DestinationConfig", {}).get("OnFailure")
    }
    for id_ in asynchronous_functions(template):
        function = template["Resources"][id_]["Properties"]
        if id_ not in kept and not function.get("DeadLetterConfig"):
            yield id_


def _others(template: Template) -> Iterator[str]:
    for id_, mapping in resources(template, "AWS::Lambda::EventSourceMapping").items():
        if not mapping["Properties"].get("DestinationConfig", {}).get("OnFailure"):
            yield id_
    for id_, schedule in resources(template, "AWS::Scheduler::Schedule").items():
        if not schedule["Properties"]["Target"].get("DeadLetterConfig"):
            yield id_
    for id_, pipe in resources(template, "AWS::SNS::Subscription").items():
        if pipe["Properties"]["Protocol"] != "email" and not pipe["Properties"].get(
            "RedrivePolicy"
        ):
            yield id_


def _referred(value: Any) -> str | None:
    """The logical id that a reference names."""
    match value:
        case {"Fn::GetAtt": [str(id_), _]} | {"Ref": str(id_)}:
            return id_
        case _:
            return None
