"""What GET, POST and DELETE do when a creation fails."""

from deployed_application import Application

NOT_REACHABLE = "Failed to run chef recipe slurmdbd::config (slurmdbd not reachable)"


def test_a_head_node_that_fails_is_told_tried_again_with_the_same_keys_and_deleted(
    application: Application,
) -> None:
    ids = {"project_id": "fails", "vlab_id": "lab"}
    before = application.inventory()
    name = _name(application, ids)
    application.fail_head_node(name, NOT_REACHABLE)
    created = application.client.post(**ids, include_lustre="false").body["cluster"]

    failed = application.wait_for("CREATE_FAILED", **ids)

    [reason] = [f["failureReason"] for f in failed["failures"] if "slurmdbd" in f["failureReason"]]
    assert failed["failures"][0]["failureCode"] == "HeadNodeBootstrapFailure"
    assert "arn:aws:lambda" not in reason

    application.heal_head_node(name)
    again = _post_when_rolled_back(application, ids)
    assert again["private_ssh_key_arn"] == created["private_ssh_key_arn"]
    application.wait_for("CREATE_COMPLETE", **ids)

    application.client.delete(**ids)
    application.wait_until_gone(**ids)
    assert application.left_since(before) == frozenset()


def test_a_failed_creation_is_deleted_without_a_trace(application: Application) -> None:
    ids = {"project_id": "fails-for-good", "vlab_id": "lab"}
    before = application.inventory()
    name = _name(application, ids)
    application.fail_head_node(name, NOT_REACHABLE)
    application.client.post(**ids, include_lustre="false")
    application.wait_for("CREATE_FAILED", **ids)

    assert application.client.delete(**ids).status == 200

    application.wait_until_gone(**ids)
    application.heal_head_node(name)
    assert application.left_since(before) == frozenset()


def test_what_parallelcluster_refuses_is_told_in_its_own_words(application: Application) -> None:
    ids = {"project_id": "refused", "vlab_id": "lab"}
    artifacts = _artifacts_bucket(application)
    s3 = application.service("s3")
    s3.put_bucket_versioning(Bucket=artifacts, VersioningConfiguration={"Status": "Suspended"})
    application.client.post(**ids, include_lustre="false")

    failed = application.wait_for("CREATE_FAILED", **ids)

    s3.put_bucket_versioning(Bucket=artifacts, VersioningConfiguration={"Status": "Enabled"})
    assert any("versioning" in f["failureReason"].lower() for f in failed["failures"])
    assert failed["failures"][0]["failureCode"] == "InvalidConfiguration"
    application.client.delete(**ids)
    application.wait_until_gone(**ids)


def _name(application: Application, ids: dict[str, str]) -> str:
    """The cluster's name, which only depends on the ids."""
    created = application.client.post(**ids, include_lustre="false")
    application.client.delete(**ids)
    application.wait_until_gone(**ids)
    return str(created.body["cluster"]["clusterName"])


def _post_when_rolled_back(application: Application, ids: dict[str, str]) -> dict[str, str]:
    answers = iter(lambda: application.client.post(**ids, include_lustre="false"), None)
    for answer in answers:
        if answer.status == 200:
            return dict(answer.body["cluster"])
        assert answer.status == 409
        assert int(answer.headers["Retry-After"]) > 0
    raise AssertionError


def _artifacts_bucket(application: Application) -> str:
    buckets = application.service("s3").list_buckets()["Buckets"]
    [name] = [b["Name"] for b in buckets if "artifacts" in b["Name"]]
    return str(name)
