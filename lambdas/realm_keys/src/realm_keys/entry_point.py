"""What an entry point's log and trace are like: one JSON object a line, and nothing left over."""

import functools
import logging
from collections.abc import Callable
from typing import TypeVar

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

EventT = TypeVar("EventT")
AnswerT = TypeVar("AnswerT")
Handler = Callable[[EventT, LambdaContext], AnswerT]

logger = Logger(service="realm_keys")
# The calls of S3 are parts of the trace; what is asked of Keycloak is told by the pass itself.
_tracer = Tracer(service="realm_keys", patch_modules=["botocore"])


def entry_point(handler: Handler[EventT, AnswerT]) -> Handler[EventT, AnswerT]:
    """Have the handler begin with a log that knows of no former invocation."""

    traced: Handler[EventT, AnswerT] = _tracer.capture_lambda_handler(
        handler, capture_response=False
    )

    @functools.wraps(handler)
    def observed(event: EventT, context: LambdaContext) -> AnswerT:
        try:
            return traced(event, context)
        except Exception:
            # The runtime's own line of it is no JSON everywhere.
            logger.exception("failed")
            raise

    logged: Handler[EventT, AnswerT] = logger.inject_lambda_context(observed, clear_state=True)
    return logged


def _log_libraries_too() -> None:
    """What libraries warn of is a line like ours, in place of the runtime's."""
    logging.getLogger("realm_keys").propagate = False
    root = logging.getLogger()
    root.handlers = [logger.registered_handler]
    root.setLevel(logging.WARNING)
    # It warns of each call where nothing is traced.
    logging.getLogger("aws_xray_sdk").setLevel(logging.ERROR)


_log_libraries_too()
