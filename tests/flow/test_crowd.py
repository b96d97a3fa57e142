"""Thirty-two signed clients at once, and fewer subnets than projects."""

from deployed_application import Application, status_of
from signed_clients import SignedClients, none_is_free

CLIENTS = 32
LAB = "crowd"
PROJECTS = [
    {"project_id": f"project-{number:02}", "vlab_id": LAB} for number in range(CLIENTS // 2)
]
# Both calls of a project side by side.
TWICE = [ids for ids in PROJECTS for _ in range(2)]


def test_as_many_are_admitted_as_there_are_subnets_and_their_deletion_leaves_no_trace(
    application: Application,
) -> None:
    before = application.inventory()
    free = _subnets(application)
    clients = SignedClients.of(application, CLIENTS)

    at_once = clients.post(TWICE)
    afterwards = clients.post_when_quiet(PROJECTS)

    try:
        made = application.inventory() - before
        shown = [application.client.get(**ids) for ids in PROJECTS]
        failed = {
            ids["project_id"]: answer.body["failures"]
            for ids, answer in zip(PROJECTS, shown, strict=True)
            if status_of(answer) == "CREATE_FAILED"
        }
        answers = zip(PROJECTS, at_once[::2], at_once[1::2], afterwards, strict=True)
        assert 0 < len(free) < len(PROJECTS)
        admitted, late, replaced = [], 0, 0
        for ids, *three in answers:
            told = [answer for answer in three if not none_is_free(answer)]
            refused = [answer for answer in three if none_is_free(answer)]
            assert {answer.status for answer in told} <= {200}, three
            assert {answer.headers["Retry-After"] for answer in refused} <= {"60"}
            if three[-1] in told:
                admitted.append(ids["project_id"])
                late += bool(refused)
            replaced += any(answer.body != three[-1].body for answer in told)
        seen = f"{late} late, {replaced} replaced; {failed=}, {clients.unfinished=}"
        # A machine that was too busy to answer may have failed a stack, too: its subnet is free for
        # another project then, and the record says what happened.
        assert max(late, replaced, len(failed)) <= len(clients.unfinished), seen
        assert len(admitted) == len(free), seen
        assert _named(made, "registry: lease") == free, seen
        assert sorted(_named(made, "registry: cluster")) == sorted(
            f"{LAB}/{project}" for project in {*admitted, *failed}
        ), seen
        names = {answer.body["clusterName"] for answer in shown if answer.status == 200}
        assert len(names) == len({*admitted, *failed}), seen
        for what, begins in (("key pair", "pcluster-"), ("secret", "hpc/pcluster-")):
            of_users = {each for each in _named(made, what) if each.startswith(begins)}
            assert len(of_users) == 2 * len(names), seen
            assert all(any(name in each for name in names) for each in of_users)
    finally:
        # Whatever was found: other tests need the subnets.
        there = [ids for ids in PROJECTS if application.client.get(**ids).status == 200]
        deleted = [application.client.delete(**ids).status for ids in there]
        for ids in there:
            application.wait_until_gone(**ids)

    assert deleted == [200] * len(names)
    assert application.left_since(before) == frozenset()


def _subnets(application: Application) -> set[str]:
    """All cluster subnets; no test of the flow leaves one taken."""
    pages = (
        application.service("ssm")
        .get_paginator("get_parameters_by_path")
        .paginate(Path="/hpc-provisioner/local/launch/subnets", Recursive=True)
    )
    lists = [parameter["Value"] for page in pages for parameter in page["Parameters"]]
    return {subnet for each in lists for subnet in each.split(",")}


def _named(items: frozenset[tuple[str, str]], what: str) -> set[str]:
    return {name for kind, name in items if kind == what}
