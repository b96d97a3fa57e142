"""What the entry points have in common: a log and a trace that say whom they are about."""

import functools
import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

EventT = TypeVar("EventT")
AnswerT = TypeVar("AnswerT")
Handler = Callable[[EventT, LambdaContext], AnswerT]

logger = Logger(service="accounting_database")
# The calls of AWS are parts of the trace; statements, which may hold a password's proof, are not.
_tracer = Tracer(service="accounting_database", patch_modules=["botocore"])


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
            # The runtime's own line of it doesn't know the cluster.
            logger.exception("failed")
            raise

    logged: Handler[EventT, AnswerT] = logger.inject_lambda_context(observed, clear_state=True)
    return logged


def is_about(fields: Mapping[str, str]) -> None:
    """Have each line that follows hold the fields, and the trace its `cluster`."""
    logger.append_keys(**fields)
    if "cluster" in fields:
        _tracer.put_annotation("cluster", fields["cluster"])


def _log_libraries_too() -> None:
    """What libraries warn of is a line like ours, in place of the runtime's."""
    logging.getLogger("accounting_database").propagate = False
    root = logging.getLogger()
    root.handlers = [logger.registered_handler]
    root.setLevel(logging.WARNING)
    # It warns of each call where nothing is traced.
    logging.getLogger("aws_xray_sdk").setLevel(logging.ERROR)


_log_libraries_too()
