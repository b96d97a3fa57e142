"""What all entry points have in common: each line of the log, and the trace, say whom it is about.

A cluster's creation leaves two traces, since CloudFormation hands none on: the request's, and those
of the custom resources. Both have the annotation `cluster`, by which X-Ray finds them.
"""

import functools
import logging
from collections.abc import Callable
from typing import TypeVar

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.subject import is_about_nobody, subject

EventT = TypeVar("EventT")
AnswerT = TypeVar("AnswerT")
Handler = Callable[[EventT, LambdaContext], AnswerT]

_PACKAGE = "cluster_api"

logger = Logger(service=_PACKAGE)
# Each call of AWS is a part of the trace; without what goes in and out.
_tracer = Tracer(service=_PACKAGE, patch_modules=["botocore"])


def entry_point(handler: Handler[EventT, AnswerT]) -> Handler[EventT, AnswerT]:
    """Have the handler begin with a log and a trace that know of no former invocation."""

    @functools.wraps(handler)
    def annotated(event: EventT, context: LambdaContext) -> AnswerT:
        try:
            return handler(event, context)
        finally:
            if "cluster" in subject():
                _tracer.put_annotation("cluster", subject()["cluster"])

    traced: Handler[EventT, AnswerT] = _tracer.capture_lambda_handler(
        annotated, capture_response=False
    )

    @functools.wraps(handler)
    def observed(event: EventT, context: LambdaContext) -> AnswerT:
        is_about_nobody()
        try:
            return traced(event, context)
        except Exception:
            # The runtime's own line of it doesn't know the cluster.
            logger.exception("failed")
            raise

    logged: Handler[EventT, AnswerT] = logger.inject_lambda_context(
        observed, correlation_id_path="requestContext.requestId", clear_state=True
    )
    return logged


def _name_the_subject(record: logging.LogRecord) -> bool:
    record.__dict__.update(subject())
    return True


def _log_libraries_too() -> None:
    """What botocore and others warn of is a line like ours, in place of the runtime's."""
    handler = logger.registered_handler
    handler.addFilter(_name_the_subject)
    logging.getLogger(_PACKAGE).propagate = False
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    # It warns of each call where nothing is traced.
    logging.getLogger("aws_xray_sdk").setLevel(logging.ERROR)


_log_libraries_too()
