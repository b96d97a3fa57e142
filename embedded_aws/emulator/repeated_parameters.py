"""A REST API's queryStringParameters hold the last value of a repeated parameter.

ministack gives functions the first one. (multiValueQueryStringParameters are right.)
"""

from collections.abc import Callable
from typing import Any

from embedded_aws.emulator.seams import wrap

Event = dict[str, Any]


def install() -> None:
    """Correct the event that a function gets."""
    wrap("services.apigateway_v1._build_lambda_event_v1", _with_last_values)


def _with_last_values(original: Callable[..., Event]) -> Callable[..., Event]:
    def build(*arguments: Any, **more: Any) -> Event:
        event = original(*arguments, **more)
        values = event["multiValueQueryStringParameters"]
        if values:
            event["queryStringParameters"] = {name: every[-1] for name, every in values.items()}
        return event

    return build
