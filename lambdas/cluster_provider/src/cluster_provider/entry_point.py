"""What both entry points have in common: a log and a trace that say whom they are about.

A cluster's creation leaves two kinds of traces, since CloudFormation hands none on: the API's, and
those of these functions. All have the annotation `cluster`, by which X-Ray finds them.
"""

import functools
import logging
from collections.abc import Callable
from typing import TypeVar

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_provider.request import ResourceEvent, subject_of

AnswerT = TypeVar("AnswerT")
Handler = Callable[[ResourceEvent, LambdaContext], AnswerT]

logger = Logger(service="cluster_provider")
# Each call of AWS that ParallelCluster makes is a part of the trace; without what goes in and out.
_tracer = Tracer(service="cluster_provider", patch_modules=["botocore"])


def entry_point(handler: Handler[AnswerT]) -> Handler[AnswerT]:
    """Have the handler begin with a log that knows of this event's cluster, and of no other."""

    @functools.wraps(handler)
    def annotated(event: ResourceEvent, context: LambdaContext) -> AnswerT:
        _tracer.put_annotation("cluster", subject_of(event)["cluster"])
        return handler(event, context)

    traced: Handler[AnswerT] = _tracer.capture_lambda_handler(annotated, capture_response=False)

    @functools.wraps(handler)
    def observed(event: ResourceEvent, context: LambdaContext) -> AnswerT:
        logger.append_keys(request_type=event["RequestType"], **subject_of(event))
        try:
            return traced(event, context)
        except Exception:
            # The runtime's own line of it doesn't know the cluster.
            logger.exception("failed")
            raise

    logged: Handler[AnswerT] = logger.inject_lambda_context(observed, clear_state=True)
    return logged


def _log_libraries_too() -> None:
    """What libraries warn of is a line like ours, in place of the runtime's.

    ParallelCluster logs the parameters of its AWS calls at INFO: that is left out.
    """
    logging.getLogger("cluster_provider").propagate = False
    root = logging.getLogger()
    root.handlers = [logger.registered_handler]
    root.setLevel(logging.WARNING)
    # It warns of each call where nothing is traced.
    logging.getLogger("aws_xray_sdk").setLevel(logging.ERROR)


_log_libraries_too()
