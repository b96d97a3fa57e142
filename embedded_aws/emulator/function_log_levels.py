"""Node functions with ApplicationLogLevel FATAL log nothing of their own.

ministack writes all that a function prints. On AWS the Node runtime drops what is below the level
of a function with JSON logs: console.log, console.error and the errors that are thrown (its
LogPatch.js). Of the levels only FATAL is imitated, which CDK's provider framework has.
"""

from collections.abc import Callable
from typing import Any

from embedded_aws.emulator.seams import wrap

Emit = Callable[..., None]


def install() -> None:
    """Keep the platform's own lines (START, END, REPORT) only."""
    wrap("services.lambda_svc._emit_lambda_logs", _by_level)


def _by_level(original: Emit) -> Emit:
    def emit(
        function: dict[str, Any], request_id: str, text: str, *details: Any, **more: Any
    ) -> None:
        original(function, request_id, "" if _is_silent(function) else text, *details, **more)

    return emit


def _is_silent(function: dict[str, Any]) -> bool:
    config = function.get("config") or function
    logging = config.get("LoggingConfig") or {}
    return (
        str(config.get("Runtime")).startswith("nodejs")
        and logging.get("LogFormat") == "JSON"
        and logging.get("ApplicationLogLevel") == "FATAL"
    )
