"""The one ordered table of what ministack lacks and we add."""

from importlib import import_module

# In this order: a later gap wraps what an earlier one left. Each module says in its docstring
# what ministack lacks and what it does, and has one function, install().
GAPS = (
    # Who may do what; first what the others' questions go through
    "permission_log",
    "iam_condition_keys",
    "ec2_request_tags",
    "iam_policy_variables",
    "iam_request_resources",
    "iam_resource_tags",
    "iam_principal_arn",
    "iam_pass_role",
    "role_permissions_boundary",
    # EC2, EFS, FSx and RDS, and their resource types
    "ec2_dry_run",
    "ec2_instance_types",
    "ec2_key_pairs",
    "ec2_instances",
    "ec2_network",
    "ec2_security_group_rules",
    "efs_directories",
    "fsx",
    "rds",
    "resource_types",
    "head_node",
    # DynamoDB
    "transaction_conflicts",
    # API Gateway and functions
    "repeated_parameters",
    "rest_api_policies",
    "rest_api_access_logs",
    "function_log_ends",
    "function_log_levels",
    "traces",
    "stream_mappings",
    "stream_mapping_roles",
    "node_ec2_client",
    # CloudWatch
    "embedded_metrics",
    # CloudFormation
    "condition_functions",
    "template_url",
    "wait_conditions_last",
    "stack_permissions",
    # after what refuses deletions
    "needed_by_failed",
    "stack_principal",
    "failed_rollbacks",
    "cancelled_creations",
    # after what cancels a creation: also what was cancelled is left over
    "leftovers",
    "nested_stacks",
    "stack_requests",
    "stack_status_events",
)


class GapError(Exception):
    """A gap could not be closed."""


def install_all() -> None:
    """Close every gap; raises GapError, in one line, at the first that can't be."""
    for name in GAPS:
        try:
            import_module(f"embedded_aws.emulator.{name}").install()
        except Exception as reason:
            raise GapError(f"embedded_aws/emulator/{name}.py: {reason}") from reason
