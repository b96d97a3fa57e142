"""What a node may do so that Session Manager reaches it: its agent registers and answers.

Nothing that begins a session, runs a command or reads a parameter is among it.

Source: Systems Manager user guide, "Create a custom IAM role for Session Manager"; Service
authorization reference, "Amazon Message Gateway Service", whose actions take no resource.
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam


def answer_sessions(stack: Stack) -> list[iam.PolicyStatement]:
    """The agent's few actions, the same for the boundary and for a cluster's policy."""
    return [
        iam.PolicyStatement(
            sid="SessionChannels",
            actions=[
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ],
            resources=["*"],
        ),
        iam.PolicyStatement(
            sid="SessionAgent",
            actions=["ssm:UpdateInstanceInformation"],
            resources=[
                stack.format_arn(service="ec2", resource="instance", resource_name="*"),
            ],
        ),
    ]
