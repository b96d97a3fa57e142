"""A project's data on Lustre: which buckets it shows, in which order, and what holds it."""

import itertools

from project_template import associations, imports, needs, properties, the_id
from synthesised import Synthesised, Template, resources

ALL = ["NEW", "CHANGED", "DELETED"]


def test_lustre_shows_the_project_s_prefixes_and_what_is_for_all(lustre: Template) -> None:
    found = {
        it["FileSystemPath"]: it["DataRepositoryPath"]
        for it in properties(lustre, "AWS::FSx::DataRepositoryAssociation").values()
    }

    assert found == {
        "/scratch": "s3://scratches/lab/project/",
        "/project/private": "s3://projects/lab/project/",
        "/project/public": "s3://shared/",
        "/containers": "s3://images/",
    }


def test_every_change_is_imported_and_only_scratch_is_exported(lustre: Template) -> None:
    for it in properties(lustre, "AWS::FSx::DataRepositoryAssociation").values():
        exported = it["S3"].get("AutoExportPolicy")

        assert it["S3"]["AutoImportPolicy"] == {"Events": ALL}
        assert exported == ({"Events": ALL} if it["FileSystemPath"] == "/scratch" else None)
        # FSx would begin a task of its own, of which nobody is told.
        assert "BatchImportMetaDataOnCreate" not in it


def test_associations_are_made_one_after_the_other_and_scratch_first(lustre: Template) -> None:
    ids = associations(lustre)
    order = [ids[path] for path in ("/scratch", "/project/private", "/project/public")]
    order.append(ids["/containers"])

    for before, after in itertools.pairwise(order):
        assert before in needs(lustre, after)


def test_the_guard_depends_on_all_associations_and_on_no_import(lustre: Template) -> None:
    (guard,) = resources(lustre, "Custom::ScratchGuard")
    held = lustre["Resources"][guard]["Properties"]

    assert set(associations(lustre).values()) <= set(needs(lustre, guard))
    assert not set(imports(lustre).values()) & set(needs(lustre, guard))
    assert held["FileSystemId"] == {"Ref": the_id(lustre, "AWS::FSx::FileSystem")}
    assert held["AssociationId"] == {
        "Fn::GetAtt": [associations(lustre)["/scratch"], "AssociationId"]
    }
    assert held["ServiceToken"] == {"Ref": "ScratchGuardToken"}
    assert {held[name]["Ref"] for name in ("VlabId", "ProjectId", "Creation")} == {
        "VlabId",
        "ProjectId",
        "Creation",
    }


def test_the_cluster_depends_on_the_guard_and_waits_for_no_import(lustre: Template) -> None:
    cluster = the_id(lustre, "Custom::ParallelCluster")

    assert the_id(lustre, "Custom::ScratchGuard") in needs(lustre, cluster)
    assert not set(imports(lustre).values()) & set(needs(lustre, cluster))


def test_without_a_bucket_of_containers_there_are_none(local: Synthesised) -> None:
    for name in ("DebugLustre", "DebugPlain"):
        template = local.published()[name]

        assert "ContainersBucket" not in template["Parameters"]
        assert "/containers" not in associations(template)
        assert "containers" not in str(template)
