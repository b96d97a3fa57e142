"""The API's document in OpenAPI 3.1: made of a table of calls, and of nothing else."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus

from cluster_api.errors import BadRequest, ClusterApiError, MethodNotAllowed, NotAnOperator
from cluster_api.model import Json
from cluster_api.parameters import MAX_BODY_BYTES, Parameter
from cluster_api.routing import Call
from cluster_api.schema_forms import reference
from cluster_api.schemas import IN_BODY, PARAMETERS, SCHEMAS
from cluster_api.statuses import Refusal, refusal_of

_Object = dict[str, Json]

_DESCRIPTION = """\
Makes, shows and deletes the private HPC clusters of virtual labs' projects. Put a query's \
parameters in alphabetical order: they are signed as they are sent. Wait at least 10 s for an \
answer. Repeating is always safe."""
_SECURITY = "sigv4"

# What the gateway answers by itself, before or instead of the function.
_BY_GATEWAY = {
    HTTPStatus.FORBIDDEN: "The request is not signed, or the signer may not call this.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is larger than the gateway takes.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests at once, or a second.",
    HTTPStatus.BAD_GATEWAY: "The function ended without an answer.",
    HTTPStatus.GATEWAY_TIMEOUT: "The function did not answer in time.",
}
# After how many seconds it may be tried again, where the gateway says so (cdk_app/api_gateway.py).
_GATEWAY_WAITS = {HTTPStatus.TOO_MANY_REQUESTS: 1, HTTPStatus.GATEWAY_TIMEOUT: 5}
_ALWAYS = (BadRequest, MethodNotAllowed)


def document(calls: Sequence[Call], *, version: str) -> Json:
    """The document of an API that has these calls; `version` is the deployed application's."""
    paths: _Object = {
        path: {call.method.lower(): _operation(call) for call in calls if call.path == path}
        for path in dict.fromkeys(call.path for call in calls)
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ParallelCluster Provisioner",
            "version": version,
            "description": _DESCRIPTION,
        },
        "servers": [_server()],
        "security": [{_SECURITY: []}],
        "paths": paths,
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {_SECURITY: _signature()},
        },
    }


def _server() -> Json:
    return {
        "url": "https://{api}.execute-api.{region}.amazonaws.com/production",
        "description": "The stack's output ApiUrl has it with the path /hpc-provisioner.",
        "variables": {
            "api": {"default": "api-id", "description": "The id of the gateway."},
            "region": {"default": "us-east-1", "description": "The AWS region."},
        },
    }


def _signature() -> Json:
    # OpenAPI has no scheme for it: API Gateway's own exports describe it so.
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "description": "AWS Signature Version 4, service execute-api.",
        "x-amazon-apigateway-authtype": "awsSigv4",
    }


def _operation(call: Call) -> Json:
    operation: _Object = {
        "operationId": call.operation,
        "summary": call.summary,
        "parameters": [
            _in_query(parameter, call) for parameter in call.parameters if not parameter.body_only
        ],
        "responses": _responses(call),
    }
    if call.reads_body:
        operation["requestBody"] = _body(call.parameters)
    if call.operators_only:
        operation["description"] = "For operators only."
        operation["x-operators-only"] = True
    return operation


def _in_query(parameter: Parameter, call: Call) -> Json:
    # Where a body may hold it too, the query need not.
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required and not call.reads_body,
        "schema": PARAMETERS[parameter.kind],
        **_said(parameter, elsewhere="the body" if call.reads_body else ""),
    }


def _body(parameters: Sequence[Parameter]) -> Json:
    properties: _Object = {
        parameter.name: {
            **IN_BODY[parameter.kind],
            **_said(parameter, elsewhere="" if parameter.body_only else "the query"),
        }
        for parameter in parameters
    }
    return {
        "required": False,
        "description": "The same parameters as in the query, and more. One that is in both must be "
        f"the same in both. At most {MAX_BODY_BYTES} characters.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": properties,
                    "additionalProperties": False,
                }
            }
        },
    }


def _said(parameter: Parameter, *, elsewhere: str) -> _Object:
    words = [parameter.description]
    if parameter.required and elsewhere:
        words.append(f"Required, here or in {elsewhere}.")
    said: _Object = {"description": " ".join(words)}
    if parameter.operators_only:
        said = {"description": " ".join([*words, "For operators only."]), "x-operators-only": True}
    return said


def _responses(call: Call) -> Json:
    kinds = [*_ALWAYS, *call.refusals, *([NotAnOperator] if call.operators_only else [])]
    by_status: dict[HTTPStatus, list[tuple[type[ClusterApiError], Refusal]]] = {}
    for kind in dict.fromkeys(kinds):
        refusal = refusal_of(kind)
        if refusal is None:
            raise ValueError(f"{call.operation} names {kind.__name__}, which is answered by 500")
        by_status.setdefault(refusal.status, []).append((kind, refusal))
    responses: _Object = {
        "200": {"description": call.summary, **_json(call.answer)},
        "500": {
            "description": "The fault is ours; the log has it under requestId.",
            **_json("Error"),
        },
    }
    for status in sorted({*by_status, *_BY_GATEWAY}):
        responses[str(int(status))] = _refused(status, by_status.get(status, []))
    return dict(sorted(responses.items()))


def _refused(status: HTTPStatus, found: Sequence[tuple[type[ClusterApiError], Refusal]]) -> Json:
    by_gateway = status in _BY_GATEWAY
    words = [str(kind.__doc__).partition("\n")[0] for kind, _ in found]
    if by_gateway:
        words.append(_BY_GATEWAY[status])
    schemas = (["Error"] if found else []) + (["GatewayError"] if by_gateway else [])
    waits = [refusal.retry_after for _, refusal in found]
    if by_gateway:
        waits.append(_GATEWAY_WAITS.get(status))
    headers = _headers(status, waits)
    return {
        "description": " ".join(words),
        **({"headers": headers} if headers else {}),
        **_json(*schemas),
    }


def _headers(status: HTTPStatus, waits: Iterable[int | None]) -> _Object:
    headers: _Object = {}
    seconds = set(waits)
    known: list[Json] = [*sorted(each for each in seconds if each is not None)]
    if known:
        headers["Retry-After"] = {
            "description": "After so many seconds the same request may succeed.",
            "required": None not in seconds,
            "schema": {"type": "integer", "enum": known},
        }
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = {
            "description": "The methods that this path has.",
            "required": True,
            "schema": {"type": "string"},
        }
    return headers


def _json(*schemas: str) -> _Object:
    references: list[Json] = [reference(name) for name in schemas]
    schema: Json = references[0] if len(references) == 1 else {"anyOf": references}
    return {"content": {"application/json": {"schema": schema}}}
