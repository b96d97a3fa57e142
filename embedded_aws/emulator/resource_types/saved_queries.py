"""Saved queries of CloudWatch Logs Insights: the three actions, AWS::Logs::QueryDefinition."""

import json
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import AccountRegionScopedDict

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.seams import wrap

Handle = Callable[..., Awaitable[Any]]

_queries: Any = AccountRegionScopedDict()


class QueryNotFoundError(Exception):
    """No saved query has this id."""


def install() -> None:
    """Serve the actions; register the type."""
    wrap("services.cloudwatch_logs.handle_request", _also)
    register(
        "AWS::Logs::QueryDefinition",
        create=_create,
        update=_update,
        delete=lambda query_id, _: _queries.pop(query_id, None) and None,
        required=("Name", "QueryString"),
        updatable=("LogGroupNames", "Name", "Parameters", "QueryLanguage", "QueryString"),
    )


def _also(handle: Handle) -> Handle:
    actions = {
        "PutQueryDefinition": _put,
        "DescribeQueryDefinitions": _describe,
        "DeleteQueryDefinition": _delete,
    }

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Any:
        act = actions.get(headers.get("x-amz-target", "").rpartition(".")[2])
        if act is None:
            return await handle(method, path, headers, body, query)
        try:
            return _answer(200, act(json.loads(body or b"{}")))
        except QueryNotFoundError as error:
            return _answer(400, {"__type": "ResourceNotFoundException", "message": str(error)})

    return handle_request


def _answer(status: int, content: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode()


def _put(asked: dict[str, Any]) -> dict[str, Any]:
    query_id = asked.get("queryDefinitionId") or str(uuid.uuid4())
    if "queryDefinitionId" in asked:
        _known(query_id)
    now = int(time.time() * 1000)
    kept = {k: v for k, v in asked.items() if k != "clientToken"}
    _queries[query_id] = {**kept, "queryDefinitionId": query_id, "lastModified": now}
    return {"queryDefinitionId": query_id}


def _known(query_id: str) -> dict[str, Any]:
    query: dict[str, Any] | None = _queries.get(query_id)
    if query is None:
        raise QueryNotFoundError(f"The saved query {query_id} does not exist.")
    return query


def _describe(asked: dict[str, Any]) -> dict[str, Any]:
    prefix = asked.get("queryDefinitionNamePrefix") or ""
    chosen = [query for query in _queries.values() if query["name"].startswith(prefix)]
    return {"queryDefinitions": chosen[: asked.get("maxResults") or 1000]}


def _delete(asked: dict[str, Any]) -> dict[str, Any]:
    _known(asked["queryDefinitionId"])
    del _queries[asked["queryDefinitionId"]]
    return {"success": True}


def _create(properties: Properties) -> tuple[str, Attributes]:
    query_id: str = _put(_asked(properties))["queryDefinitionId"]
    return query_id, {"QueryDefinitionId": query_id}


def _asked(properties: Properties) -> dict[str, Any]:
    return {
        "name": properties["Name"],
        "queryString": properties["QueryString"],
        "logGroupNames": properties.get("LogGroupNames") or [],
    }


def _update(query_id: str, _: Properties, new: Properties) -> Attributes:
    _put({**_asked(new), "queryDefinitionId": query_id})
    return {"QueryDefinitionId": query_id}
