"""What is true of every ClusterLibrary; a test class inherits it and says which one it tests."""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

import pytest

from cluster_provider.errors import ClusterExists, InvalidConfiguration, UpdateRefused
from cluster_provider.model import OWNER_TAG, Configuration
from cluster_provider.ports import ClusterLibrary

NAME = "pcluster-contract"
Library = TypeVar("Library", bound=ClusterLibrary)


class ClusterLibraryContract(ABC, Generic[Library]):
    """Fixtures to provide: `library`, and `configuration`, one that the library accepts."""

    @abstractmethod
    def finish(self, library: Library) -> None:
        """Let what is in progress succeed."""

    def test_what_was_never_created_is_described_as_none(self, library: Library) -> None:
        assert library.describe(NAME) is None

    def test_a_created_cluster_is_described_with_its_tags(
        self, library: Library, configuration: Configuration
    ) -> None:
        library.create(NAME, _owned(configuration), suppressed=())

        cluster = library.describe(NAME)

        assert cluster is not None
        assert (cluster.name, cluster.owner, cluster.version) == (NAME, "me/Cluster", "3.16.1")
        assert cluster.stack_status in {"CREATE_IN_PROGRESS", "CREATE_COMPLETE"}
        assert f":stack/{NAME}/" in cluster.stack_arn

    def test_a_complete_cluster_has_a_head_node_and_a_fleet(
        self, library: Library, configuration: Configuration
    ) -> None:
        library.create(NAME, configuration, suppressed=())
        self.finish(library)

        cluster = library.describe(NAME)

        assert cluster is not None
        assert cluster.stack_status == "CREATE_COMPLETE"
        assert cluster.compute_fleet_status == "RUNNING"
        assert cluster.head_node.instance_id.startswith("i-")
        assert cluster.head_node.private_ip.startswith("10.")
        assert cluster.head_node.state == "running"
        assert cluster.head_node.launch_time[:2] == "20"
        assert cluster.failures == ()

    def test_a_name_can_be_created_once(
        self, library: Library, configuration: Configuration
    ) -> None:
        library.create(NAME, configuration, suppressed=())

        with pytest.raises(ClusterExists, match=NAME):
            library.create(NAME, configuration, suppressed=())

    def test_a_configuration_that_is_none_is_refused_and_nothing_is_made(
        self, library: Library
    ) -> None:
        with pytest.raises(InvalidConfiguration, match="ConfigSchemaValidator"):
            library.create(NAME, {"Imagination": {}}, suppressed=())

        assert library.describe(NAME) is None

    def test_an_update_that_changes_nothing_begins_nothing(
        self, library: Library, configuration: Configuration
    ) -> None:
        library.create(NAME, configuration, suppressed=())
        self.finish(library)

        assert library.update(NAME, configuration, suppressed=()) is False

    def test_an_update_of_the_head_node_s_type_is_refused(
        self, library: Library, configuration: Configuration
    ) -> None:
        library.create(NAME, configuration, suppressed=())
        self.finish(library)
        other = {**configuration, "HeadNode": _larger(configuration["HeadNode"])}

        with pytest.raises(UpdateRefused, match=r"HeadNode\.InstanceType"):
            library.update(NAME, other, suppressed=())

    def test_to_delete_what_is_gone_is_no_error(self, library: Library) -> None:
        library.delete(NAME)

        assert library.describe(NAME) is None

    def test_a_deleted_cluster_is_described_as_none(
        self, library: Library, configuration: Configuration
    ) -> None:
        library.create(NAME, configuration, suppressed=())
        self.finish(library)

        library.delete(NAME)
        if library.describe(NAME):
            self.finish(library)

        assert library.describe(NAME) is None


def _owned(configuration: Configuration) -> Configuration:
    return {**configuration, "Tags": [{"Key": OWNER_TAG, "Value": "me/Cluster"}]}


def _larger(head_node: object) -> object:
    return {**head_node, "InstanceType": "t3.large"} if isinstance(head_node, dict) else head_node
