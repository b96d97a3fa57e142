"""EC2's protocol by botocore's model: read requests, write answers, call ministack's actions."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from ministack.services import ec2

from embedded_aws.emulator.seams import wrap_entry

Arguments = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

REFUSED = 400

_MODEL = botocore.session.Session().get_service_model("ec2")
_SERIALIZER = create_serializer("ec2", include_validation=False)
_PARSER = create_parser("ec2")
_NOTHING = StructureShape("Nothing", {"type": "structure", "members": {}})


class Refusal(Exception):
    """An EC2 action that was refused: `code` and `message` as AWS words them."""

    def __init__(self, code: str, message: str) -> None:
        """Keep both parts; the text is what CloudFormation shows as the reason."""
        super().__init__(f"{message} (Service: Ec2, Status Code: 400, Error Code: {code})")
        self.code = code
        self.message = message


def call(action: str, **arguments: Any) -> Arguments:
    """Do an EC2 action inside the emulator, in boto3's terms; no permission is checked here."""
    ec2._ensure_defaults_initialized()
    operation = _MODEL.operation_model(action)
    request = _SERIALIZER.serialize_to_request(arguments, operation)
    query = {name: [_text(value)] for name, value in request["body"].items()}
    return _parse(operation, ec2._ACTION_MAP[action](query))


def _parse(operation: OperationModel, response: Response) -> Arguments:
    status, headers, body = response
    shape = operation.output_shape or _NOTHING
    answer: Arguments = _PARSER.parse(
        {"status_code": status, "headers": headers, "body": body}, shape
    )
    if status >= REFUSED:
        raise Refusal(answer["Error"]["Code"], answer["Error"]["Message"])
    return answer


def serve(action: str, act: Callable[[Arguments], Arguments]) -> None:
    """Let `act` answer an EC2 action; both sides in boto3's terms."""
    operation = _MODEL.operation_model(action)

    def handle(query: dict[str, list[str]]) -> Response:
        try:
            return _answer(operation, act(_read_all(operation, query)))
        except Refusal as refusal:
            return _refuse(refusal)

    ec2._ACTION_MAP[action] = handle


def complete(action: str, add: Callable[[Arguments, Arguments], Arguments]) -> None:
    """Let `add(asked, answer)` complete what ministack answers to an action."""
    operation = _MODEL.operation_model(action)

    def make(original: Callable[[dict[str, list[str]]], Response]) -> Any:
        def handle(query: dict[str, list[str]]) -> Response:
            try:
                answer = _parse(operation, original(query))
                return _answer(operation, add(_read_all(operation, query), answer))
            except Refusal as refusal:
                return _refuse(refusal)

        return handle

    wrap_entry("services.ec2._ACTION_MAP", action, make)


def _refuse(refusal: Refusal) -> Response:
    refused: Response = ec2._error(refusal.code, escape(refusal.message), REFUSED)
    return refused


def _read_all(operation: OperationModel, query: dict[str, list[str]]) -> Arguments:
    flat = {name: values[0] for name, values in query.items() if isinstance(values, list)}
    arguments: Arguments = _read(operation.input_shape or _NOTHING, "", flat) or {}
    return arguments


def _read(shape: Shape, prefix: str, flat: dict[str, str]) -> Any:
    if prefix and not any(name == prefix or name.startswith(f"{prefix}.") for name in flat):
        return None
    if isinstance(shape, StructureShape):
        found = {}
        for name, member in shape.members.items():
            value = _read(member, f"{prefix}.{_sent_as(name, member)}".lstrip("."), flat)
            if value is not None:
                found[name] = value
        return found or None
    if isinstance(shape, ListShape):
        return list(_read_list(shape, prefix, flat)) or None
    return _typed(shape, flat[prefix]) if prefix in flat else None


def _typed(shape: Shape, text: str) -> Any:
    match shape.type_name:
        case "boolean":
            return text.lower() == "true"
        case "integer" | "long":
            return int(text)
        case _:
            return text


def _read_list(shape: ListShape, prefix: str, flat: dict[str, str]) -> Iterator[Any]:
    index = 1
    while (value := _read(shape.member, f"{prefix}.{index}", flat)) is not None:
        yield value
        index += 1


def _sent_as(name: str, member: Shape) -> str:
    explicit = member.serialization.get("queryName")
    if explicit:
        return str(explicit)
    given = str(member.serialization.get("name", name))
    return given[0].upper() + given[1:]


def _answer(operation: OperationModel, result: Arguments) -> Response:
    shape = operation.output_shape
    written = "".join(_members(shape, result)) if shape else "<return>true</return>"
    answer: Response = ec2._xml(200, f"{operation.name}Response", written)
    return answer


def _members(shape: StructureShape, values: Arguments) -> Iterator[str]:
    for name, member in shape.members.items():
        if values.get(name) is not None:
            tag = member.serialization.get("name", name)
            yield f"<{tag}>{_write(member, values[name])}</{tag}>"


def _write(shape: Shape, value: Any) -> str:
    if isinstance(shape, StructureShape):
        return "".join(_members(shape, value))
    if isinstance(shape, ListShape):
        return "".join(f"<item>{_write(shape.member, item)}</item>" for item in value)
    return escape(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return str(value).lower() if isinstance(value, bool) else str(value)
