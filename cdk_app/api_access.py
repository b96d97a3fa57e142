"""Who may call the API: the resource policy, in front of every role's own permissions."""

from collections.abc import Iterable
from dataclasses import dataclass

from aws_cdk import aws_iam as iam

# Its callers have it so, in every environment.
STAGE = "production"
ROOT_PATH = "hpc-provisioner"
# Method and path below `/hpc-provisioner/` of the calls that only operators may make.
OPERATORS_ONLY = (("POST", "reconcile"),)

_INVOKE = "execute-api:Invoke"
_EVERY_CALL = "execute-api:/*"


@dataclass(frozen=True, kw_only=True)
class ApiAccess:
    """The principals that are let in, by the ARNs of their roles or users.

    Attributes:
        callers: may make every call but the operators'.
        operators: may make every call.
        vpc_endpoint_id: the only way in; None if the API is reached from anywhere.
    """

    callers: tuple[str, ...]
    operators: tuple[str, ...]
    vpc_endpoint_id: str | None = None

    def operators_as_functions_see_them(self) -> list[str]:
        """Without the paths of roles, which a session's ARN doesn't tell a function."""
        return [_without_path(arn) for arn in self.operators]

    def policy(self) -> iam.PolicyDocument:
        """The API's resource policy.

        In the API's own account the Allow of a role's own policy would do, an administrator's for
        one, so everybody who isn't named is denied explicitly: a Deny wins against any Allow. Of a
        role's session `aws:PrincipalArn` is the role; an unsigned request has none, and is denied
        too (API Gateway developer guide, "AWS condition keys that can be used in API Gateway
        resource policies"; IAM user guide, "AWS global condition context keys"). The Allow is what
        a caller of another account needs besides its own policy.
        """
        everyone = tuple(dict.fromkeys((*self.callers, *self.operators)))
        statements = [
            iam.PolicyStatement(
                sid="CallersAndOperators",
                principals=[iam.ArnPrincipal(arn) for arn in everyone],
                actions=[_INVOKE],
                resources=[f"execute-api:/{STAGE}/*/{ROOT_PATH}/*"],
            ),
            _deny("NobodyElse", [_EVERY_CALL], unless=everyone),
            _deny("OperatorsOnly", _paths(OPERATORS_ONLY), unless=self.operators),
        ]
        if self.vpc_endpoint_id:
            statements.append(
                iam.PolicyStatement(
                    sid="OnlyThroughTheEndpoint",
                    effect=iam.Effect.DENY,
                    principals=[iam.AnyPrincipal()],
                    actions=[_INVOKE],
                    resources=[_EVERY_CALL],
                    conditions={"StringNotEquals": {"aws:SourceVpce": self.vpc_endpoint_id}},
                )
            )
        return iam.PolicyDocument(statements=statements)


def _without_path(arn: str) -> str:
    account, _, name = arn.partition(":role/")
    return f"{account}:role/{name.rpartition('/')[2]}" if name else arn


def _paths(calls: Iterable[tuple[str, str]]) -> list[str]:
    return [f"execute-api:/{STAGE}/{method}/{ROOT_PATH}/{path}" for method, path in calls]


def _deny(sid: str, resources: list[str], *, unless: tuple[str, ...]) -> iam.PolicyStatement:
    # Without anybody to spare, all are denied: a condition with an empty list is refused by IAM.
    conditions = {"ArnNotEquals": {"aws:PrincipalArn": list(unless)}} if unless else {}
    return iam.PolicyStatement(
        sid=sid,
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=[_INVOKE],
        resources=resources,
        conditions=conditions,
    )
