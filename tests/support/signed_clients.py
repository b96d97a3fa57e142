"""Clients of the deployed API that call at the same moment, each with a signature of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Self, TypeVar

import requests

from deployed_application import Application
from embedded_aws.patient_client import aws_is_busy
from embedded_aws.workflow_service import Answer, WorkflowService

Ids = dict[str, str]
Result = TypeVar("Result")

# The gateway itself waits no longer. Who gives up earlier and comes again finds its first function
# busy still, has another one started, and makes all wait longer.
_GATEWAY_SECONDS = 29
# It answers so for a function that had to be ended.
_TOO_LATE = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
# A function that nobody waits for any more ends within 15 s.
_FUNCTION_ENDS_SECONDS = 20
# Of what Retry-After says a client here waits so much: it says seconds.
_HURRY = 0.2


@dataclass(frozen=True, kw_only=True)
class SignedClients:
    """As many callers as there are clients."""

    clients: Sequence[WorkflowService]
    # The projects of those POSTs that ended in no answer, or in AWS being busy: such a one takes
    # back what it had been admitted to, which somebody may get who was sent away before. If AWS did
    # begin the stack, and only didn't say so in time, another POST of the same project may have
    # seen it, and answered 200.
    unfinished: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, application: Application, number: int) -> Self:
        """So many clients, and a function that was started for each."""
        aws, deployment = application.aws, application.deployment
        clients = [
            WorkflowService(aws, deployment, timeout_seconds=_GATEWAY_SECONDS)
            for _ in range(number)
        ]
        while not all(_together([partial(_is_answered, client) for client in clients])):
            time.sleep(_FUNCTION_ENDS_SECONDS)
        return cls(clients=clients)

    def post(self, every: Sequence[Ids]) -> list[Answer]:
        """The answers to a POST for each of these, one a client, all sent at the same moment."""
        pairs = zip(self.clients, every, strict=True)
        return _together([partial(self._patient_post, client, ids) for client, ids in pairs])

    def post_when_quiet(self, every: Sequence[Ids]) -> list[Answer]:
        """The answers to a POST for each of these in turn, while no earlier one is at work.

        One that was not answered in time may yet take back what it had begun.
        """
        while True:
            unfinished = len(self.unfinished)
            if unfinished:
                time.sleep(_FUNCTION_ENDS_SECONDS)
            answers = [self._patient_post(self.clients[0], ids) for ids in every]
            if len(self.unfinished) == unfinished:
                return answers

    def _patient_post(self, client: WorkflowService, ids: Ids) -> Answer:
        """The answer that is no "come again": a caller comes again, also when none came in time.

        The gateway's 429 doesn't say when: it admits 50 requests a second.
        """
        while True:
            answer = _answer(partial(client.post, **ids, include_lustre="false"))
            if answer is None:
                self.unfinished.append(ids["project_id"])
                time.sleep(1)
                continue
            later = int(answer.headers.get("Retry-After", 5 if answer.status == 429 else 0))
            if not later or none_is_free(answer):
                return answer
            if aws_is_busy(answer):
                self.unfinished.append(ids["project_id"])
            time.sleep(_HURRY * later)


def none_is_free(answer: Answer) -> bool:
    """Whether the caller is told that every subnet is taken."""
    return answer.status == 503 and "is free" in answer.body["message"]


def _is_answered(client: WorkflowService) -> bool:
    return _answer(client.version) is not None


def _answer(call: Callable[[], Answer]) -> Answer | None:
    """What the function answered; none if it was too late for the client or for the gateway."""
    try:
        answer = call()
    except requests.Timeout:
        return None
    return None if answer.status in _TOO_LATE else answer


def _together(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results of the calls, which all begin at the same moment."""
    barrier = threading.Barrier(len(calls))

    def begin(call: Callable[[], Result]) -> Result:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(begin, calls))
