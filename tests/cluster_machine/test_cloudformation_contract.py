"""What CloudFormation does with a project's stack; the fake and the embedded AWS do the same."""

import pytest

from cloudformation_driver import Asked, Driver
from cluster_api.errors import StackBusy
from cluster_api.model import Launch
from cluster_api_world import BASE_URL

CREATE_RESERVATION = ("Create", "Reservation")
CREATE_CLUSTER = ("Create", "Cluster")
CREATE_GUARD = ("Create", "Guard")
DELETE_GUARD = ("Delete", "Guard")
DELETE_CLUSTER = ("Delete", "Cluster")
DELETE_RESERVATION = ("Delete", "Reservation")


def launch_of(creation: str, *, template: str = "p.json") -> Launch:
    name = f"hpc-lab-project-0a1b2c3d-{creation}"
    return Launch(
        stack_name=name,
        template_url=f"{BASE_URL}{template}",
        token=creation,
        parameters={
            "ClusterName": "pcluster-lab-project-0a1b2c3d",
            "VlabId": "lab",
            "ProjectId": "project",
            "Creation": creation,
            "SubnetId": "subnet-1",
            "AdminKeyName": "admin",
            "SimPublicKey": "ssh-ed25519 AAAA",
            "Token": "arn:provider",
        },
        tags={"hpc:creation": creation},
    )


@pytest.fixture
def launched(driver: Driver, creation: str) -> str:
    driver.launch(launch_of(creation))
    stack = driver.find(launch_of(creation).stack_name)
    assert stack is not None
    return stack.id


def waits(driver: Driver, stack_id: str) -> Asked | None:
    return next((each for each in driver.pending() if each.stack_id == stack_id), None)


def go_on(driver: Driver, stack_id: str, *, well: bool = True) -> tuple[str, str]:
    asked = waits(driver, stack_id)
    assert asked is not None
    driver.answer(asked, well=well)
    return asked.verb, asked.resource


def goes_on(driver: Driver, stack_id: str) -> list[tuple[str, str]]:
    steps = []
    while waits(driver, stack_id):
        steps.append(go_on(driver, stack_id))
    return steps


def status(driver: Driver, stack_id: str) -> str:
    stack = driver.find(stack_id)
    assert stack is not None
    return stack.status


def test_the_reservation_is_made_before_the_cluster(driver: Driver, launched: str) -> None:
    at_first = status(driver, launched)

    steps = goes_on(driver, launched)

    assert at_first == "CREATE_IN_PROGRESS"
    assert steps == [CREATE_RESERVATION, CREATE_CLUSTER]
    stack = driver.find(launched)
    assert stack is not None
    assert stack.status == "CREATE_COMPLETE"
    assert stack.outputs["ClusterStackArn"]


def test_the_function_is_told_who_asks(driver: Driver, launched: str, creation: str) -> None:
    asked = waits(driver, launched)

    assert asked is not None
    assert (asked.project.id, asked.creation) == ("lab/project", creation)
    assert (asked.subnet_id, asked.public_key) == ("subnet-1", "ssh-ed25519 AAAA")


def test_a_reservation_that_failed_is_deleted_in_the_rollback(
    driver: Driver, launched: str
) -> None:
    go_on(driver, launched, well=False)

    rolling_back, steps = status(driver, launched), goes_on(driver, launched)

    assert rolling_back == "ROLLBACK_IN_PROGRESS"
    assert steps == [DELETE_RESERVATION]
    assert status(driver, launched) == "ROLLBACK_COMPLETE"


def test_a_rollback_deletes_the_cluster_before_the_reservation(
    driver: Driver, launched: str
) -> None:
    go_on(driver, launched)
    go_on(driver, launched, well=False)

    steps = goes_on(driver, launched)
    rolled_back = status(driver, launched)
    driver.delete(launched)

    assert steps == [DELETE_CLUSTER, DELETE_RESERVATION]
    assert rolled_back == "ROLLBACK_COMPLETE"
    assert waits(driver, launched) is None
    assert status(driver, launched) == "DELETE_COMPLETE"


def test_a_deletion_deletes_the_cluster_before_the_reservation(
    driver: Driver, launched: str
) -> None:
    goes_on(driver, launched)

    driver.delete(launched)
    deleting, steps = status(driver, launched), goes_on(driver, launched)

    assert deleting == "DELETE_IN_PROGRESS"
    assert steps == [DELETE_CLUSTER, DELETE_RESERVATION]
    assert status(driver, launched) == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("made", "deleted"), [(0, [DELETE_RESERVATION]), (1, [DELETE_CLUSTER, DELETE_RESERVATION])]
)
def test_a_deletion_cancels_a_creation_and_deletes_what_was_begun(
    driver: Driver, launched: str, made: int, deleted: list[tuple[str, str]]
) -> None:
    for _ in range(made):
        go_on(driver, launched)

    driver.delete(launched)
    at_once, steps = status(driver, launched), goes_on(driver, launched)

    assert at_once == "DELETE_IN_PROGRESS"
    assert steps == deleted
    assert status(driver, launched) == "DELETE_COMPLETE"


@pytest.mark.parametrize("well", [True, False])
def test_an_answer_that_nobody_waits_for_changes_nothing(
    driver: Driver, launched: str, well: bool
) -> None:
    late = waits(driver, launched)
    assert late is not None
    driver.delete(launched)
    before = waits(driver, launched)

    driver.answer(late, well=well)

    assert waits(driver, launched) == before
    assert status(driver, launched) == "DELETE_IN_PROGRESS"


def test_a_second_deletion_changes_nothing(driver: Driver, launched: str) -> None:
    driver.delete(launched)
    before = waits(driver, launched)

    driver.delete(launched)

    assert waits(driver, launched) == before
    assert goes_on(driver, launched) == [DELETE_RESERVATION]


def test_a_cluster_that_can_t_be_deleted_keeps_its_reservation_until_it_can(
    driver: Driver, launched: str
) -> None:
    goes_on(driver, launched)
    driver.delete(launched)
    go_on(driver, launched, well=False)

    failed, waiting = status(driver, launched), waits(driver, launched)
    driver.delete(launched)

    assert (failed, waiting) == ("DELETE_FAILED", None)
    assert goes_on(driver, launched) == [DELETE_CLUSTER, DELETE_RESERVATION]
    assert status(driver, launched) == "DELETE_COMPLETE"


def test_a_reservation_that_can_t_be_deleted_is_asked_again(driver: Driver, launched: str) -> None:
    goes_on(driver, launched)
    driver.delete(launched)
    go_on(driver, launched)
    go_on(driver, launched, well=False)

    failed = status(driver, launched)
    driver.delete(launched)

    assert failed == "DELETE_FAILED"
    assert goes_on(driver, launched) == [DELETE_RESERVATION]


@pytest.mark.parametrize(
    ("deleted", "left"), [(0, [DELETE_CLUSTER, DELETE_RESERVATION]), (1, [DELETE_RESERVATION])]
)
def test_what_a_rollback_could_not_delete_is_deleted_with_the_stack(
    driver: Driver, launched: str, deleted: int, left: list[tuple[str, str]]
) -> None:
    go_on(driver, launched)
    go_on(driver, launched, well=False)
    for _ in range(deleted):
        go_on(driver, launched)
    go_on(driver, launched, well=False)

    failed, waiting = status(driver, launched), waits(driver, launched)
    driver.delete(launched)

    assert (failed, waiting) == ("ROLLBACK_FAILED", None)
    assert goes_on(driver, launched) == left
    assert status(driver, launched) == "DELETE_COMPLETE"


def test_a_stack_that_rolls_back_is_not_deleted_meanwhile(driver: Driver, launched: str) -> None:
    go_on(driver, launched, well=False)

    with pytest.raises(StackBusy):
        driver.delete(launched)

    assert status(driver, launched) == "ROLLBACK_IN_PROGRESS"
    assert goes_on(driver, launched) == [DELETE_RESERVATION]


def test_a_deleted_stack_is_found_by_its_id_and_its_name_is_free(
    driver: Driver, launched: str, creation: str
) -> None:
    driver.delete(launched)
    goes_on(driver, launched)

    found = driver.find(launch_of(creation).stack_name)
    driver.launch(launch_of(creation))
    again = driver.find(launch_of(creation).stack_name)

    assert found is None
    assert again is not None
    assert again.id != launched
    assert status(driver, launched) == "DELETE_COMPLETE"


def test_the_same_launch_again_asks_nothing_new(
    driver: Driver, launched: str, creation: str
) -> None:
    before = driver.pending()

    driver.launch(launch_of(creation))

    assert driver.pending() == before
    assert waits(driver, launched) in before


def test_with_lustre_the_guard_is_made_before_the_cluster_and_goes_after_it(
    driver: Driver, creation: str
) -> None:
    launch = launch_of(creation, template="l.json")
    driver.launch(launch)
    stack = driver.find(launch.stack_name)
    assert stack is not None

    made = goes_on(driver, stack.id)
    driver.delete(stack.id)
    gone = goes_on(driver, stack.id)

    assert made == [CREATE_RESERVATION, CREATE_GUARD, CREATE_CLUSTER]
    assert gone == [DELETE_CLUSTER, DELETE_GUARD, DELETE_RESERVATION]


def test_a_guard_that_refuses_is_asked_again(driver: Driver, creation: str) -> None:
    launch = launch_of(creation, template="l.json")
    driver.launch(launch)
    stack = driver.find(launch.stack_name)
    assert stack is not None
    goes_on(driver, stack.id)
    driver.delete(stack.id)
    go_on(driver, stack.id)
    go_on(driver, stack.id, well=False)

    failed = status(driver, stack.id)
    driver.delete(stack.id)

    assert failed == "DELETE_FAILED"
    assert goes_on(driver, stack.id) == [DELETE_GUARD, DELETE_RESERVATION]
