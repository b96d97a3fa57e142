"""Clients of the deployed API that call at the same moment, each with a signature of its own."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

import requests

from deployed_application import Application
from embedded_aws.patient_client import AFTER_NO_ANSWER_SECONDS, aws_is_busy
from embedded_aws.workflow_service import Answer, WorkflowService

Ids = dict[str, str]

# Of what Retry-After says a client here waits so much: it says seconds.
_HURRY = 0.2


@dataclass(frozen=True, kw_only=True)
class SignedClients:
    """As many callers as there are clients."""

    clients: Sequence[WorkflowService]
    # How many POSTs of each project ended in no answer, or in AWS being busy: such a one takes back
    # what it had been admitted to, which somebody may get who was sent away before. If AWS did
    # begin the stack, and only didn't say so in time, another POST of the same project may have
    # seen it, and answered 200.
    unfinished: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, application: Application, number: int) -> Self:
        """So many clients; their first calls start as many functions."""
        return cls(
            clients=[
                WorkflowService(application.aws, application.deployment) for _ in range(number)
            ]
        )

    def post(self, every: Sequence[Ids]) -> list[Answer]:
        """The answers to a POST for each of these, one a client, all sent at the same moment."""
        together = threading.Barrier(len(self.clients))

        def send(client: WorkflowService, ids: Ids) -> Answer:
            together.wait()
            return self.patient_post(client, ids)

        with ThreadPoolExecutor(len(self.clients)) as threads:
            return list(threads.map(send, self.clients, every))

    def patient_post(self, client: WorkflowService, ids: Ids) -> Answer:
        """The answer that is no "come again": a caller comes again, also when none came in time.

        The gateway's 429 doesn't say when: it admits 50 requests a second.
        """
        while True:
            try:
                answer = client.post(**ids, include_lustre="false")
            except requests.Timeout:
                self.unfinished[ids["project_id"]] += 1
                time.sleep(AFTER_NO_ANSWER_SECONDS)
                continue
            later = int(answer.headers.get("Retry-After", 5 if answer.status == 429 else 0))
            if not later or none_is_free(answer):
                return answer
            if aws_is_busy(answer):
                self.unfinished[ids["project_id"]] += 1
            time.sleep(_HURRY * later)


def none_is_free(answer: Answer) -> bool:
    """Whether the caller is told that every subnet is taken."""
    return answer.status == 503 and "is free" in answer.body["message"]
