"""Access logs of REST APIs.

ministack drops a stage's AccessLogSetting. Here each request that reaches the stage, whether it is
let in or not, is a line in its log group, by its format. Not so exact: the time before and after
the function counts as the function's; what isn't known here is "-", as on AWS is what doesn't
apply.
"""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.router import extract_access_key_id
from ministack.services import apigateway_v1, cloudwatch_logs

from embedded_aws.emulator.seams import wrap, wrap_handler

Answer = tuple[int, Mapping[str, Any], bytes]
Handle = Callable[..., Awaitable[Answer | None]]
_VARIABLE = re.compile(r"\$context\.([A-Za-z.]*[A-Za-z])")
_STREAM = "requests"

# What a function was told of the request that is being answered.
_event: ContextVar[dict[str, Any] | None] = ContextVar("embedded_aws_event", default=None)
_error: ContextVar[str] = ContextVar("embedded_aws_gateway_error", default="")


def install() -> None:
    """Keep the setting of a stage, and write a line for each of its requests."""
    for verb in ("create", "update"):
        wrap_handler("AWS::ApiGateway::Stage", verb, _keeping_the_setting)
    wrap("services.apigateway_v1._build_lambda_event_v1", _remembering_the_event)
    wrap("services.apigateway_v1._gateway_error_response", _remembering_the_error)
    wrap("app._handle_execute_api_request", _logging)


def _keeping_the_setting(original: Callable[..., Any]) -> Callable[..., Any]:
    def keep(*arguments: Any, **more: Any) -> Any:
        made = original(*arguments, **more)
        # create(logical id, properties, stack); update(physical id, old, new properties, stack)
        properties = [each for each in arguments if isinstance(each, dict)][-1]
        setting = properties.get("AccessLogSetting") or {}
        stages = apigateway_v1.stages_for_api(properties["RestApiId"])
        stages[properties["StageName"]]["accessLogSettings"] = {
            "destinationArn": setting.get("DestinationArn", ""),
            "format": setting.get("Format", ""),
        }
        return made

    return keep


def _remembering_the_event(original: Callable[..., Any]) -> Callable[..., Any]:
    def build(*arguments: Any, **more: Any) -> Any:
        event = original(*arguments, **more)
        _event.set(event)
        return event

    return build


def _remembering_the_error(original: Callable[..., Any]) -> Callable[..., Any]:
    def respond(error: Any, request: Any) -> Any:
        _error.set(error.response_type)
        return original(error, request)

    return respond


def _logging(original: Handle) -> Handle:
    async def handle(
        host: str,
        path: str,
        method: str,
        headers: dict[str, Any],
        body: bytes,
        query: dict[str, Any],
        **more: Any,
    ) -> Answer | None:
        called = app._parse_execute_api_url(host, path)
        stage = called and apigateway_v1.stages_for_api(called[0]).get(called[1])
        if not called or not stage or not (stage.get("accessLogSettings") or {}).get("format"):
            return await original(host, path, method, headers, body, query, **more)
        _event.set(None)
        _error.set("")
        began = time.time()
        answer = await original(host, path, method, headers, body, query, **more)
        if answer is not None:
            caller = iam_evaluator.resolve_caller_identity(extract_access_key_id(headers, query))
            values = {
                **_of_the_answer(answer, began),
                "httpMethod": method,
                "path": f"/{called[1]}{called[2]}",
                "stage": called[1],
                "identity.userArn": (caller or {}).get("userArn"),
                "identity.sourceIp": "127.0.0.1",
            }
            _write(stage["accessLogSettings"], values)
        return answer

    return handle


def _of_the_answer(answer: Answer, began: float) -> dict[str, Any]:
    status, headers, body = answer
    milliseconds = int((time.time() - began) * 1000)
    event = _event.get()
    values: dict[str, Any] = {
        "requestId": next((v for k, v in headers.items() if k.lower() == "x-amzn-requestid"), None),
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(began)),
        "requestTimeEpoch": int(began * 1000),
        "status": status,
        "responseLatency": milliseconds,
        "responseLength": len(body),
        "error.responseType": _error.get() or None,
    }
    if event is not None:
        values["requestId"] = event["requestContext"]["requestId"]
        values["resourcePath"] = event["resource"]
        values["integration.latency"] = milliseconds
        values["integration.status"] = None if _error.get() else status
    return values


def _write(setting: Mapping[str, str], values: Mapping[str, Any]) -> None:
    group = setting["destinationArn"].partition(":log-group:")[2].removesuffix(":*")
    line = _VARIABLE.sub(lambda found: _told(values.get(found[1])), setting["format"])
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": _STREAM})
    event = {"timestamp": int(time.time() * 1000), "message": line}
    cloudwatch_logs._put_log_events(
        {"logGroupName": group, "logStreamName": _STREAM, "logEvents": [event]}
    )


def _told(value: Any) -> str:
    return "-" if value is None else str(value)
