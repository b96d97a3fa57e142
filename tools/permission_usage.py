"""What roles were granted beside what they used, and the report of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from embedded_aws.permissions import Decision
from tools.deployed_roles import VARYING, DeployedRole, Grant

_INTRODUCTION = """\
# What the roles may do, and what the flow used

Written by tests/flow/test_permissions.py after all other tests of the flow, from the roles as they
are deployed onto the embedded AWS and from each decision of IAM there about them; don't edit. It
shows what could be taken away, not that what is left suffices on AWS (embedded_aws/README.md says
what isn't checked there). *Used* counts the different resources, not how often; `*` is one. What a
row with 0 is for, tests/flow/unused_permissions.yaml says.
"""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What one role was granted, used and was refused.

    Attributes:
        role: its name in the application.
        grants: each with how many different resources it was used on.
        ungranted: what was allowed though no policy of the role grants it.
        refused: what was not allowed.
    """

    role: str
    grants: Sequence[tuple[Grant, int]]
    ungranted: Sequence[Decision]
    refused: Sequence[Decision]

    def unused(self) -> list[Grant]:
        """The grants that were used on nothing."""
        return [grant for grant, count in self.grants if not count]


def usage(role: DeployedRole, decisions: Iterable[Decision]) -> Usage:
    """The role's grants with what its sessions asked for."""
    own = [each for each in decisions if each.role == role.physical_name]
    allowed = [each for each in own if each.allowed]
    return Usage(
        role=role.name,
        grants=[
            (grant, len({each.resource for each in allowed if _covers(grant, each)}))
            for grant in sorted(set(role.grants), key=lambda each: (each.action, each.resources))
        ],
        ungranted=[
            each for each in allowed if not any(_covers(grant, each) for grant in role.grants)
        ],
        refused=[each for each in own if not each.allowed],
    )


def _covers(grant: Grant, decision: Decision) -> bool:
    return fnmatchcase(decision.action.lower(), grant.action.lower()) and any(
        fnmatchcase(decision.resource, resource.replace("[", "[[]")) for resource in grant.resources
    )


def render(
    usages: Iterable[Usage],
    *,
    names: Mapping[str, str],
    reasons: Mapping[tuple[str, str], str],
) -> str:
    """The report, in Markdown.

    Args:
        usages: of each role.
        names: readable names of physical ids.
        reasons: why an action is not used, by the role's name and the action.
    """
    sections = [_section(each, names, reasons) for each in usages]
    return "\n".join([_INTRODUCTION, *(line for section in sections for line in section)])


def _section(
    each: Usage, names: Mapping[str, str], reasons: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    yield f"## {each.role}\n"
    yield "| action | granted on | used |"
    yield "|---|---|---|"
    rows = [
        (
            grant.action,
            ", ".join(sorted({f"`{readable(arn, names)}`" for arn in grant.resources})),
            count,
        )
        for grant, count in each.grants
    ]
    for action, granted_on, count in sorted(rows):
        yield f"| `{action}` | {granted_on} | {count} |"
    unused = sorted({grant.action for grant in each.unused()})
    yield "\nNot used:" + ("\n" if unused else " nothing.\n")
    for action in unused:
        yield f"- `{action}`: {reasons.get((each.role, action), 'no reason is given')}"
    refused = sorted({f"`{d.action}` on `{readable(d.resource, names)}`" for d in each.refused})
    yield ("\n" if unused else "") + "Refused:" + ("\n" if refused else " nothing.\n")
    for line in refused:
        yield f"- {line}"
    if refused:
        yield ""


def readable(arn: str, names: Mapping[str, str]) -> str:
    """The ARN with readable names in place of physical ids, and `…` for what varies."""
    for id_ in sorted(names, key=len, reverse=True):
        arn = arn.replace(id_, names[id_])
    return VARYING.sub("…", arn)
