"""Why a stack failed, in words for an operator: the first cause, without traces."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cluster_api.model import Failure, Record, Stack, StackEvent, State
from cluster_api.ports import Stacks

_SHOWN_CHARACTERS = 2000
# CloudFormation cancels what it had begun when something else failed.
_CONSEQUENCE = re.compile(r"(Resource \w+|.*creation) cancelled", re.IGNORECASE)
_WRAPPING = re.compile(
    r"^(Received response status \[FAILED\] from custom resource\. Message returned: )?"
    r"((?:Error|CustomResourceError|\w+Exception): )?"
)
# CDK's provider framework appends a link to its log and a trace; CloudFormation the request's id.
_TAIL = re.compile(
    r"(\n\s*Logs: |\n\s+at |\nTraceback |\s*\(RequestId: [0-9a-f-]+\)).*$", re.DOTALL
)


def explained(seen: Record, record: Record, stack: Stack | None, stacks: Stacks) -> Record:
    """`seen` with the first cause of a failure that `record` does not know yet.

    What the provider recorded stands: it knows more than CloudFormation.
    """
    if stack is None or record.failures or not seen.failures:
        return seen
    failed = of_operation(stacks.events(stack.id), stack.name, seen.state)
    failure = first_failure(failed, seen.failures[0].code)
    return replace(seen, failures=(failure,)) if failure else seen


def of_operation(
    events: Sequence[StackEvent], stack_name: str, state: State
) -> Sequence[StackEvent]:
    """What tells of `state` among a stack's events, the oldest first: events of its whole life.

    A failed deletion is told by the last attempt at it, a failed creation by what came before any.
    """
    deletions = [
        index
        for index, event in enumerate(events)
        if event.resource == stack_name and event.status == "DELETE_IN_PROGRESS"
    ]
    if not deletions:
        return events
    return events[deletions[-1] :] if state is State.DELETE_FAILED else events[: deletions[0]]


def first_failure(events: Iterable[StackEvent], code: str) -> Failure | None:
    """What failed first of a stack's events, the oldest first; None when nothing says why."""
    for event in events:
        if event.status.endswith("_FAILED") and not _CONSEQUENCE.match(event.reason):
            sentence = plain_words(event.reason)
            if sentence:
                return Failure(code=code, reason=f"{event.resource}: {sentence}")
    return None


def plain_words(reason: str) -> str:
    """A resource's reason without wrappings, log links and traces, at most 2000 characters."""
    words = _TAIL.sub("", _WRAPPING.sub("", reason)).strip()
    return words if len(words) <= _SHOWN_CHARACTERS else f"{words[:_SHOWN_CHARACTERS]}…"
