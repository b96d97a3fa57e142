"""What IAM would say to a request: allowed, refused for want of an Allow, or denied by name.

Source: IAM user guide, "Policy evaluation logic", "Permissions boundaries for IAM entities";
KMS developer guide, "Key policies". Not evaluated: organisations' policies and session policies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from iam_patterns import Context
from iam_policies import Document, Statement, statements

ACCOUNT = "123456789012"


class Effect(StrEnum):
    """How a request ends."""

    ALLOWED = "allowed"
    IMPLICITLY_DENIED = "implicitly denied"
    EXPLICITLY_DENIED = "explicitly denied"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is said to a request.

    Attributes:
        sid: of the statement that decided: that allowed, or that denied. Where nothing allowed,
            what didn't: `identity policies`, `boundary`, `resource policy`.
    """

    effect: Effect
    sid: str

    @property
    def allowed(self) -> bool:
        """Whether the request goes through."""
        return self.effect is Effect.ALLOWED


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A role, user or service that asks.

    Attributes:
        arn: of the role or user; of a service its name, such as `fsx.amazonaws.com`.
        policies: attached and inline ones of an identity, as documents without intrinsics.
        boundary: its permissions boundary.
        tags: of the role or user.
    """

    arn: str
    policies: Sequence[Document] = ()
    boundary: Document | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    account: str = ACCOUNT

    @property
    def is_service(self) -> bool:
        """Whether it is a service and no identity."""
        return not self.arn.startswith("arn:")

    @cached_property
    def identity_statements(self) -> Sequence[Statement]:
        """Of its policies, read once: thousands of requests are evaluated."""
        return statements(self.policies)

    @cached_property
    def boundary_statements(self) -> Sequence[Statement] | None:
        """Of its boundary, if it has one."""
        return None if self.boundary is None else statements([self.boundary])


@dataclass(frozen=True, kw_only=True)
class ResourcePolicy:
    """What a resource says itself.

    Attributes:
        document: with principals in it.
        account: whose resource it is.
        must_allow: identity policies alone don't suffice, as with KMS keys and roles to assume:
            this must name the principal, or leave it to its account's identity policies.
    """

    document: Document
    account: str = ACCOUNT
    must_allow: bool = False

    @cached_property
    def statements(self) -> Sequence[Statement]:
        """Of the document."""
        return statements([self.document])


def evaluate(
    principal: Principal,
    action: str,
    resource: str,
    context: Mapping[str, str | Sequence[str]] | None = None,
    *,
    resource_policy: ResourcePolicy | None = None,
) -> Decision:
    """Decide about one action on one resource.

    Args:
        principal: who asks.
        action: such as `s3:GetObject`.
        resource: its ARN, or `*` for an action that knows no resource.
        context: condition keys of the request; what the principal brings is added.
        resource_policy: of the resource, if it has one.

    Raises:
        ValueError: something in a policy is not evaluated here.
    """
    keys = _context(principal, context or {})

    def about(every: Sequence[Statement]) -> list[Statement]:
        return [s for s in every if s.is_about(action, resource, keys)]

    identity = about(principal.identity_statements)
    within = principal.boundary_statements
    boundary = None if within is None else about(within)
    of_resource = about(resource_policy.statements) if resource_policy else []
    named = [s for s in of_resource if _names(s, principal)]
    delegating = [s for s in of_resource if _leaves_it_to_account(s, principal)]

    for statement in (*identity, *(boundary or ()), *named, *delegating):
        if not statement.allows:
            return Decision(effect=Effect.EXPLICITLY_DENIED, sid=statement.sid)
    return _allowed(
        principal,
        identity=_first(identity),
        within=boundary is None or bool(boundary),
        resource=_first(named),
        delegated=bool(delegating),
        resource_policy=resource_policy,
    )


def _allowed(
    principal: Principal,
    *,
    identity: Statement | None,
    within: bool,
    resource: Statement | None,
    delegated: bool,
    resource_policy: ResourcePolicy | None,
) -> Decision:
    """Decide where nothing denies."""
    elsewhere = resource_policy is not None and resource_policy.account != principal.account
    if principal.is_service:
        return _decision(resource, "resource policy")
    if elsewhere and not (resource or delegated):
        return _decision(None, "resource policy")
    if resource and not elsewhere:
        # What names a role is limited by its boundary; what is for everybody names sessions too.
        for_all = ("AWS", "*") in resource.principals
        return _decision(resource if within or for_all else None, "boundary")
    if resource_policy and resource_policy.must_allow and not (resource or delegated):
        return _decision(None, "resource policy")
    if identity is None:
        return _decision(None, "identity policies")
    return _decision(identity if within else None, "boundary")


def _decision(allowing: Statement | None, lacking: str) -> Decision:
    if allowing is None:
        return Decision(effect=Effect.IMPLICITLY_DENIED, sid=lacking)
    return Decision(effect=Effect.ALLOWED, sid=allowing.sid)


def _first(found: Sequence[Statement]) -> Statement | None:
    return next(iter(found), None)


def _names(statement: Statement, principal: Principal) -> bool:
    """Whether a resource's statement is for this principal itself, or for everybody."""
    kind = "Service" if principal.is_service else "AWS"
    return bool({(kind, principal.arn), ("AWS", "*")} & statement.principals)


def _leaves_it_to_account(statement: Statement, principal: Principal) -> bool:
    """Whether it is for the whole account, whose identity policies then decide."""
    partition = principal.arn.partition(":")[2].partition(":")[0]
    root = f"arn:{partition}:iam::{principal.account}:root"
    return bool({("AWS", root), ("AWS", principal.account)} & statement.principals)


def _context(principal: Principal, given: Mapping[str, str | Sequence[str]]) -> Context:
    of_principal: dict[str, str] = {
        f"aws:PrincipalTag/{key}": value for key, value in principal.tags.items()
    }
    if not principal.is_service:
        of_principal |= {
            "aws:PrincipalArn": principal.arn,
            "aws:PrincipalAccount": principal.account,
        }
    return {key.lower(): value for key, value in {**of_principal, **given}.items()}
