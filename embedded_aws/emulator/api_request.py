"""The request to the emulator that is being answered: what its checks and handlers can know."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_actions


@dataclass(frozen=True, kw_only=True)
class ApiRequest:
    """An API call by its IAM action ("cloudformation:CreateStack"), with its parameters."""

    action: str
    body: bytes
    query: Mapping[str, Any]

    def parameter(self, name: str) -> str:
        """The parameter's value in either of AWS's encodings, "" if it isn't given."""
        return str(iam_actions._param(self.body, self.query, name))


# Each request is a task of its own, and so are the stack operations that it starts: what is set
# here is seen by the request's handler and by nothing else.
current: ContextVar[ApiRequest | None] = ContextVar("embedded_aws_request", default=None)
access_key: ContextVar[str] = ContextVar("embedded_aws_access_key", default="")
