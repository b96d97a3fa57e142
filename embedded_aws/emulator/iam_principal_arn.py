"""The condition key `aws:PrincipalArn` of a role's session is the role.

ministack gives it the session's own ARN (`…:assumed-role/name/session`). On AWS it is the ARN of
the role, with its path, whoever assumed it (IAM user guide, "AWS global condition context keys").
"""

from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam

from embedded_aws.emulator.seams import wrap

Resolve = Callable[[str, Any], Any]


def install() -> None:
    """Answer for sessions of roles that are there; of other principals nothing changes."""
    wrap("core.iam_evaluator._resolve_condition_key", _with_roles)


def _with_roles(original: Resolve) -> Resolve:
    def resolve(key: str, context: Any) -> Any:
        if key.lower() == "aws:principalarn" and context.principal_type == "AssumedRole":
            name = iam_evaluator._role_name_from_assumed_arn(context.principal_arn)
            role = iam._roles.get_scoped(context.principal_account, None, name)
            if role is not None:
                return role["Arn"]
        return original(key, context)

    return resolve
