"""What the tests of the reconciler share."""

from cluster_api.model import Launch, Project
from cluster_api.reconciling import Report, Result
from cluster_api.survey import OWNER_TAG
from cluster_api_fake_world import FakeWorld
from cluster_api_world import GRACE

OTHER = Project(vlab_id="lab", project_id="other")
CLUSTER = "pcluster-lab-project-0a1b2c3d"


def reconcile_later(world: FakeWorld, *, dry_run: bool = False) -> Report:
    """A pass, once everything is older than the grace."""
    world.clock.sleep(GRACE.total_seconds() + 1)
    return world.reconciler.reconcile(dry_run=dry_run)


def found(report: Report) -> list[tuple[str, str, Result]]:
    return [(each.kind, each.subject, each.result) for each in report.outcomes]


def launch_stack(world: FakeWorld, name: str, *, owner: str) -> None:
    world.stacks.launch(
        Launch(
            stack_name=name,
            template_url="https://x",
            token="",
            parameters={},
            tags={OWNER_TAG: owner} if owner else {},
        )
    )
