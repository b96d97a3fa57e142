"""The API's client that makes a request again where the API says to, or says nothing in time.

Repeating is always safe (docs/api.md): nothing is made twice.
"""

import time
from http import HTTPStatus

import requests

from embedded_aws.workflow_service import Answer, WorkflowService

PATIENCE_SECONDS = 120
# A client gives up after 10 s, a function ends after 15 s: an earlier repeat starts another one.
AFTER_NO_ANSWER_SECONDS = 5


class PatientClient(WorkflowService):
    """For a busy machine, on which a function may need longer to begin than a caller waits."""

    def call(self, method: str, path: str, **parameters: str) -> Answer:
        """See `WorkflowService.call`.

        Raises:
            requests.Timeout: none of the repeats within two minutes was answered.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            is_last = time.monotonic() > end
            try:
                answer = super().call(method, path, **parameters)
            except requests.Timeout:
                if is_last:
                    raise
                time.sleep(AFTER_NO_ANSWER_SECONDS)
                continue
            if is_last or not aws_is_busy(answer):
                return answer
            time.sleep(int(answer.headers.get("Retry-After", 1)))


def aws_is_busy(answer: Answer) -> bool:
    """Whether the API says that AWS was, and asks for the request once more."""
    is_unavailable = answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    return is_unavailable and "AWS is busy" in answer.body.get("message", "")
