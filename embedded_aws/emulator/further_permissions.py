"""What IAM is asked for besides a request's own action on its own resource, for one service."""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions

from embedded_aws.emulator import api_request
from embedded_aws.emulator.api_request import ApiRequest
from embedded_aws.emulator.permission import Permission
from embedded_aws.emulator.seams import wrap

Further = Callable[[ApiRequest], Iterator[Permission]]

_refused: ContextVar[Permission | None] = ContextVar("embedded_aws_further_refused", default=None)


def ask_for(service: str, further: Further) -> None:
    """Ask for all that `further` gives of a request to the service; name what is refused."""
    wrap("core.iam_evaluator.enforce", lambda original: _enforcing(original, service, further))
    wrap("core.iam_actions.access_denied_response", lambda original: _naming(original, service))


def _enforcing(original: Callable[..., Any], mine: str, further: Further) -> Callable[..., Any]:
    def enforce(
        access_key_id: str, iam_action: str, service: str, region: str, **context: Any
    ) -> Any:
        if service == mine:
            _refused.set(None)
        refusal = original(access_key_id, iam_action, service, region, **context)
        request = api_request.current.get()
        if service != mine or refusal is not None or request is None:
            return refusal
        for permission in further(request):
            keys = {**(context.get("service_context") or {}), **permission.context}
            refusal = original(
                access_key_id,
                permission.action,
                permission.action.partition(":")[0],
                region,
                resource_arn=permission.resource,
                service_context=keys,
            )
            if refusal is not None:
                _refused.set(permission)
                return refusal
        return None

    return enforce


def _naming(original: Callable[..., Any], mine: str) -> Callable[..., Any]:
    def access_denied_response(
        service: str, action: str, principal_arn: str, request_id: str, **details: Any
    ) -> Any:
        refused = _refused.get()
        if service == mine and refused is not None:
            details["message"] = iam_actions.identity_denial_message(
                refused.action, principal_arn, refused.resource, details.get("explicit_deny", False)
            )
        return original(service, action, principal_arn, request_id, **details)

    return access_denied_response
