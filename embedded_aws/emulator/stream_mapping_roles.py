"""A mapping of a DynamoDB stream reads it, and tells its destination, as the function's role.

ministack's mappings read every stream. Here, as on AWS, none is made whose function's role may not
read the stream, or send to the queue that is told of failures. Not so exact: who loses a permission
later goes on reading.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

from embedded_aws.emulator import acting_principal
from embedded_aws.emulator.permission import Permission
from embedded_aws.emulator.seams import wrap, wrap_handler

LAMBDA = "lambda.amazonaws.com"
# AWS Lambda, "Using AWS Lambda with Amazon DynamoDB", Permissions.
READING = ("GetRecords", "GetShardIterator", "DescribeStream")


def install() -> None:
    """Refuse a mapping that a stack or a request makes."""
    wrap("services.lambda_svc._create_esm", _checked_request)
    wrap_handler("AWS::Lambda::EventSourceMapping", "create", _checked_resource)


def _checked_request(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(data: Mapping[str, Any]) -> Any:
        problem = _problem(data)
        if problem:
            return error_response_json("InvalidParameterValueException", problem, 400)
        return original(data)

    return create


def _checked_resource(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(logical_id: str, properties: Mapping[str, Any], stack_name: str) -> Any:
        problem = _problem(properties)
        if problem:
            raise ValueError(problem)
        return original(logical_id, properties, stack_name)

    return create


def _problem(mapping: Mapping[str, Any]) -> str:
    stream = str(mapping.get("EventSourceArn", ""))
    name = str(mapping.get("FunctionName", "")).rpartition(":function:")[2].partition(":")[0]
    function = lambda_svc._functions.get(name)
    if "/stream/" not in stream or ":dynamodb:" not in stream or function is None:
        return ""
    role = acting_principal.assumed(
        str(function["config"].get("Role", "")), by=LAMBDA, session=name
    )
    for permission in _needed(mapping, stream):
        if not acting_principal.may(role, permission):
            return (
                f"The function's execution role may not {permission.action} on "
                f"{permission.resource}: let it, then make the event source mapping again."
            )
    return ""


def _needed(mapping: Mapping[str, Any], stream: str) -> Iterator[Permission]:
    for verb in READING:
        yield Permission(action=f"dynamodb:{verb}", resource=stream)
    yield Permission(action="dynamodb:ListStreams", resource="*")
    failures = (mapping.get("DestinationConfig") or {}).get("OnFailure") or {}
    destination = str(failures.get("Destination", ""))
    if ":sqs:" in destination:
        yield Permission(action="sqs:SendMessage", resource=destination)
