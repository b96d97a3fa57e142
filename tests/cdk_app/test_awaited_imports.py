"""Metadata that is imported onto Lustre: after all associations, and what is awaited first."""

import itertools

import pytest
from aws_cdk import App

from cdk_app.feature_flags import feature_flags
from cdk_app.project_cluster import ProjectCluster, StorageKind
from cdk_app.project_data import import_order
from cdk_app.settings import DataDirectory, Settings
from project_template import associations, imports, needs, properties
from synthesised import Synthesised, Template

SCRATCH, PRIVATE, PUBLIC, CONTAINERS = DataDirectory


def rendered(settings: Settings, kind: StorageKind, synthesised: Synthesised) -> Template:
    """The template of the first tier with other settings."""
    app = App(context=feature_flags())
    tier = synthesised.configuration.tiers[0].tier
    stack = ProjectCluster(app, "Debug", settings=settings, tier=tier, storage=kind)
    return dict(app.synth().get_stack_artifact(stack.artifact_id).template)


def with_storage(settings: Settings, **storage: object) -> Settings:
    changed = {**settings.storage.model_dump(), **storage}
    return Settings.model_validate({**settings.model_dump(), "storage": changed})


def test_each_association_has_an_import_that_comes_after_all_associations(
    lustre: Template,
) -> None:
    """A task at work would be disturbed by an association that is made, or goes."""
    by_path = associations(lustre)
    linked = properties(lustre, "AWS::FSx::DataRepositoryAssociation")
    found = imports(lustre)

    assert set(found) == set(by_path)
    for path, id_ in found.items():
        asked = properties(lustre, "Custom::MetadataImport")[id_]
        assert set(by_path.values()) <= set(needs(lustre, id_))
        assert asked["RepositoryPath"] == linked[by_path[path]]["DataRepositoryPath"]
        assert lustre["Resources"][id_]["Properties"]["ServiceToken"] == {
            "Ref": "MetadataImportToken"
        }


def test_scratch_and_private_are_awaited_and_imported_first(lustre: Template) -> None:
    ids = imports(lustre)
    asked = properties(lustre, "Custom::MetadataImport")
    order = ["/scratch", "/project/private", "/containers", "/project/public"]

    assert [asked[ids[path]]["Wait"] for path in order] == ["true", "true", "false", "false"]
    for before, after in itertools.pairwise(order):
        assert ids[before] in needs(lustre, ids[after])


def test_the_settings_say_which_imports_are_awaited(local: Synthesised) -> None:
    settings = with_storage(local.configuration.settings, awaited_imports=["public"])

    template = rendered(settings, StorageKind.LUSTRE, local)

    asked = properties(template, "Custom::MetadataImport").values()
    assert {it["Path"] for it in asked if it["Wait"] == "true"} == {"/project/public"}
    ids = imports(template)
    assert ids["/project/public"] in needs(template, ids["/scratch"])


def test_awaited_imports_come_first_and_the_shared_bucket_last_of_its_kind() -> None:
    every = list(DataDirectory)

    assert import_order(every, []) == [SCRATCH, PRIVATE, CONTAINERS, PUBLIC]
    assert import_order(every, [PUBLIC, PRIVATE]) == [PRIVATE, PUBLIC, SCRATCH, CONTAINERS]


@pytest.mark.parametrize(
    ("awaited", "words"),
    [
        (["scratch", "home"], "'scratch', 'private', 'public' or 'containers'"),
        (["scratch", "scratch"], "name each once"),
        (["containers"], "there is no containers_bucket"),
    ],
)
def test_only_what_is_imported_can_be_awaited(
    awaited: list[str], words: str, local: Synthesised
) -> None:
    with pytest.raises(ValueError, match=words):
        with_storage(local.configuration.settings, awaited_imports=awaited)
