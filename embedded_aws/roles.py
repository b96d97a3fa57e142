"""The roles that call the API, and sessions of them."""

from embedded_aws.deployment import ACCOUNT
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.session import Credentials, Session

WORKFLOW_SERVICE = "workflow-service"
OPERATOR = "hpc-operator"
# The longest that a role may be taken on for (`cdk_app/surroundings.py` allows it).
SESSION_HOURS = 12


def arn(role: str) -> str:
    """The ARN of the role."""
    return f"arn:aws:iam::{ACCOUNT}:role/{role}"


def assume(aws: EmbeddedAws, role: str) -> Credentials:
    """The credentials of a new session of the role, good for 12 hours."""
    given = (
        Session(aws)
        .client("sts")
        .assume_role(
            RoleArn=arn(role), RoleSessionName=role, DurationSeconds=SESSION_HOURS * 60 * 60
        )["Credentials"]
    )
    return Credentials(
        access_key=given["AccessKeyId"],
        secret_key=given["SecretAccessKey"],
        token=given["SessionToken"],
    )
