"""A REST API's resource policy holds for the account's root too; a denial is the gateway's answer.

ministack lets the root past every policy. On AWS a Deny in the resource policy of an API keeps the
root out like anybody. And what a policy denies it answers in IAM's own form; API Gateway does so
by the gateway response ACCESS_DENIED of the stage, which has the request's id. Not so exact: other
services' resource policies still don't hold for the root.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import apigateway_v1

from embedded_aws.emulator.seams import wrap

Answer = tuple[int, dict[str, Any], bytes]
Check = Callable[..., Any]
_INVOKE = "execute-api:Invoke"
_DENIED = "AccessDeniedException"


def install() -> None:
    """Evaluate the policy for the root, and word the denial as the gateway does."""
    apigateway_v1._AUTHENTICATION_GATEWAY_ERRORS[_DENIED] = ("ACCESS_DENIED", _DENIED)
    wrap("core.iam_evaluator.enforce", _for_the_root_too)
    wrap("app._enforce_execute_api", _as_the_gateway)


def _for_the_root_too(original: Check) -> Check:
    def enforce(access_key: str, action: str, service: str, region: str, **context: Any) -> Any:
        denied = original(access_key, action, service, region, **context)
        if denied is not None or action != _INVOKE or not access_key:
            return denied
        principal = iam_evaluator.resolve_principal(access_key, get_account_id())
        if principal.policies is not None:
            return None
        found = apigateway_v1.rest_api_policy_for_arn(context["resource_arn"])
        if found is None:
            return None
        request = iam_evaluator.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=principal.account,
            action=action,
            resource_arn=context["resource_arn"],
            region=region,
            principal_keys=principal.keys,
        )
        result = iam_evaluator.evaluate_resource_policy(found[0], request)
        if result.decision != "Deny":
            return None
        result.principal_arn, result.resource_policy_arn = principal.arn, request.resource_arn
        return result

    return enforce


def _as_the_gateway(original: Check) -> Check:
    def enforce(
        api_id: str,
        stage: str,
        method: str,
        path: str,
        headers: dict[str, Any],
        query: dict[str, Any],
        iam_action: str = _INVOKE,
    ) -> Any:
        answer = original(api_id, stage, method, path, headers, query, iam_action)
        message = _of_a_denial(answer)
        if message is None or iam_action != _INVOKE:
            return answer
        error = iam_evaluator.AuthError(_DENIED, message)
        answered = apigateway_v1.authentication_error_response(api_id, stage, error, headers, query)
        return answered or answer

    return enforce


def _of_a_denial(answer: Answer | None) -> str | None:
    """The message of a denial in IAM's form; None if the gateway has answered, or nobody has."""
    if answer is None or "x-amzn-requestid" in answer[1]:
        return None
    body = json.loads(answer[2])
    message = body.get("message") or body.get("Message")
    return str(message) if message else None
