"""A function writes its own log group, and no other."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from hpc_constructs.errors import FunctionWithoutOwnRole


def write_own_logs_only(*scopes: IConstruct) -> None:
    """Let every function at or below the scopes write the log group that it was given.

    CDK gives each role it makes the managed policy `AWSLambdaBasicExecutionRole`, which makes and
    writes any log group of the account.

    Raises:
        FunctionWithoutOwnRole: a function was given its role from elsewhere.
    """
    for scope in scopes:
        for construct in scope.node.find_all():
            if isinstance(construct, lambda_.Function):
                _confine(construct)


def _confine(function: lambda_.Function) -> None:
    role = function.role.node.default_child if function.role else None
    if not isinstance(role, iam.CfnRole):
        raise FunctionWithoutOwnRole(function.node.path)
    role.managed_policy_arns = None
    function.log_group.grant_write(function)
