"""Why a stack failed is what failed first, in the stack where it failed."""

from cluster_provider.stack_events import StackEvent, root_causes


def _event(logical: str, status: str, reason: str = "", **more: str) -> StackEvent:
    return {
        "StackId": "stack",
        "LogicalResourceId": logical,
        "PhysicalResourceId": more.get("physical", logical),
        "ResourceType": more.get("type", "AWS::EC2::Instance"),
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def _stack(status: str, reason: str = "") -> StackEvent:
    return _event("pcluster", status, reason, physical="stack", type="AWS::CloudFormation::Stack")


def test_the_first_failure_comes_first_and_the_cancelled_are_left_out() -> None:
    events = [  # the newest first, as CloudFormation gives them
        _stack("CREATE_FAILED", "The following resource(s) failed to create: [A, B]"),
        _event("C", "CREATE_FAILED", "Resource creation cancelled"),
        _event("B", "CREATE_FAILED", "second"),
        _event("A", "CREATE_FAILED", "first"),
        _stack("CREATE_IN_PROGRESS", "User Initiated"),
    ]

    causes = root_causes("pcluster", {"pcluster": events}.__getitem__)

    assert causes == ["A (AWS::EC2::Instance): first", "B (AWS::EC2::Instance): second"]


def test_only_the_last_operation_is_looked_at() -> None:
    events = [
        _event("A", "DELETE_FAILED", "in use"),
        _stack("DELETE_IN_PROGRESS"),
        _event("B", "CREATE_FAILED", "long ago"),
        _stack("CREATE_IN_PROGRESS"),
    ]

    causes = root_causes("pcluster", {"pcluster": events}.__getitem__)

    assert causes == ["A (AWS::EC2::Instance): in use"]


def test_a_nested_stack_s_own_failure_stands_for_it() -> None:
    nested = "AWS::CloudFormation::Stack"
    stacks = {
        "pcluster": [
            _event("Queues", "CREATE_FAILED", "Embedded stack failed", physical="q", type=nested)
        ],
        "q": [_event("Role", "CREATE_FAILED", "not authorized", type="AWS::IAM::Role")],
    }

    causes = root_causes("pcluster", stacks.__getitem__)

    assert causes == ["Role (AWS::IAM::Role): not authorized"]
