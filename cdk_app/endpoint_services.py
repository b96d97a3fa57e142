"""Which services of AWS clusters call through interface endpoints.

Each supports endpoint policies (AWS PrivateLink guide, "AWS services that integrate with AWS
PrivateLink").
"""

# By the endpoint's construct id: the service's name after `com.amazonaws.<region>.`.
# What a ParallelCluster needs offline (its user guide, "AWS ParallelCluster in a single subnet with
# no internet access"; Secrets Manager for Slurm's database password), and monitoring for what the
# CloudWatch agent on the head node sends.
_OFFLINE_CLUSTER = {
    "Ec2": "ec2",
    "CloudFormation": "cloudformation",
    "Logs": "logs",
    "Monitoring": "monitoring",
    "SecretsManager": "secretsmanager",
}
# Systems Manager user guide, "Improve the security of EC2 instances by using VPC endpoints".
_SESSION_MANAGER = {"Ssm": "ssm", "SsmMessages": "ssmmessages", "Ec2Messages": "ec2messages"}


def interface_services(*, session_manager: bool) -> dict[str, str]:
    """The services by the construct ids of their endpoints."""
    return {**_OFFLINE_CLUSTER, **(_SESSION_MANAGER if session_manager else {})}
