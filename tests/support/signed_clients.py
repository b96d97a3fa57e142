"""Clients of the deployed API that call at the same moment, each with a signature of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self, TypeVar

import requests

from deployed_application import Application
from embedded_aws.workflow_service import Answer, WorkflowService

Ids = dict[str, str]
Result = TypeVar("Result")

# Of what Retry-After says a client here waits so much: it says seconds.
_HURRY = 0.2
# So many functions start at once on this machine's few cores without a caller's losing patience.
_COLD_STARTS = 4


@dataclass(frozen=True, kw_only=True)
class SignedClients:
    """As many callers as there are clients."""

    clients: Sequence[WorkflowService]

    @classmethod
    def of(cls, application: Application, number: int) -> Self:
        """So many clients, and a warm function for each."""
        made = cls(
            clients=[
                WorkflowService(application.aws, application.deployment) for _ in range(number)
            ]
        )
        for some in [*range(_COLD_STARTS, number, _COLD_STARTS), number]:
            cls(clients=made.clients[:some]).each(_until_answered)
        return made

    def each(self, call: Callable[[WorkflowService], Result]) -> list[Result]:
        """What each client's call gives; all begin at the same moment."""
        together = threading.Barrier(len(self.clients))

        def begin(client: WorkflowService) -> Result:
            together.wait()
            return call(client)

        with ThreadPoolExecutor(len(self.clients)) as threads:
            return list(threads.map(begin, self.clients))

    def post(self, every: Sequence[Ids]) -> list[Answer]:
        """The answers to a POST for each of these, one a client."""
        ids = dict(zip(map(id, self.clients), every, strict=True))
        return self.each(lambda client: patient_post(client, ids[id(client)]))


def none_is_free(answer: Answer) -> bool:
    """Whether the caller is told that every subnet is taken."""
    return answer.status == 503 and "is free" in answer.body["message"]


def patient_post(client: WorkflowService, ids: Ids) -> Answer:
    """The answer that is no "come again": a caller comes again, also when none came in time.

    The gateway's 429 doesn't say when: it admits 50 requests a second.
    """
    while True:
        try:
            answer = client.post(**ids, include_lustre="false")
        except requests.Timeout:
            continue
        later = int(answer.headers.get("Retry-After", 5 if answer.status == 429 else 0))
        if not later or none_is_free(answer):
            return answer
        time.sleep(_HURRY * later)


def _until_answered(client: WorkflowService) -> None:
    while True:
        try:
            if client.version().status == 200:
                return
        except requests.Timeout:
            continue
        time.sleep(_HURRY)
