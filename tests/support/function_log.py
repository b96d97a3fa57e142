"""What an invocation of a function of ours wrote, and what of it went past our loggers."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Of our stack: the logs of CDK's provider frameworks, of the gateway, and of a state machine.
_NOT_OUR_FUNCTIONS = ("Framework", "AccessLog", "DeletionsLog")
_THE_PLATFORM_S = re.compile(r"(START|END|REPORT) RequestId: ")
# What jsii, which runs the ParallelCluster library's templates in Node.js, says of a release of
# Node.js that is too old for it: from another process, and as the text of Python's bytes.
_JSII_S = re.compile(r"b'!!.*!!\\n'$")
_ERROR = "[ERROR] "
_TRACEBACK = "Traceback (most recent call last):"


def is_of_our_functions(log_group: str) -> bool:
    """Whether functions that are written here log to it."""
    is_ours = not any(part in log_group for part in _NOT_OUR_FUNCTIONS)
    return "HpcProvisioner-Provisioner" in log_group and is_ours


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """What one invocation wrote, line by line, with the platform's own lines around it."""

    messages: Sequence[str]

    def lines(self) -> list[dict[str, Any]]:
        """Those of them that are an object."""
        return [found for found in map(_parsed, self.messages) if found is not None]

    def strays(self) -> list[str]:
        """Those that are neither an object nor the platform's, nor jsii's about Node.js.

        What a function dies of the runtime says at the end: on AWS as an object, here as text. It
        is no stray if a line of ours tells the same exception.
        """
        written = [
            message
            for message in self.messages
            if _parsed(message) is None
            and not _THE_PLATFORM_S.match(message)
            and not _JSII_S.match(message)
        ]
        begin = next((at for at, each in enumerate(written) if _begins_a_death(each)), len(written))
        told = [line["exception"] for line in self.lines() if "exception" in line]
        died_of = _exception(written[begin:])
        if died_of and any(exception.endswith(died_of) for exception in told):
            return written[:begin]
        return written


def _begins_a_death(message: str) -> bool:
    return message == _TRACEBACK or message.startswith(_ERROR)


def _exception(death: Sequence[str]) -> str | None:
    """The exception of a runtime's text: Python's own has it at the end, awslambdaric's before."""
    if not death or not death[0].startswith(_ERROR):
        return death[-1] if death else None
    if _TRACEBACK not in death:
        return None
    calls = death.index(_TRACEBACK)
    if any(not line[:1].isspace() for line in death[calls + 1 :]):
        return None
    return "\n".join(death[:calls]).removeprefix(_ERROR)


def _parsed(message: str) -> dict[str, Any] | None:
    try:
        found = json.loads(message)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
