"""How the projects of a run are found: by what callers and CloudFormation did before."""

from enum import StrEnum

from cluster_api.model import Project
from cluster_scene import Scene


class Beginning(StrEnum):
    """How a project may be found, so that not every example has to get there first."""

    NOTHING = "it has no cluster"
    THERE = "it has a cluster"
    FAILED = "its creation has failed, and the listener knows"
    FAILED_UNHEARD = "its creation has failed, and no event came"
    STUCK = "its creation has failed, and could not be rolled back"
    EXPORTING = "it is being deleted, and its scratch exported"

    def come_about(self, scene: Scene, project: Project) -> None:
        """Get there, by what callers and CloudFormation do."""
        if self is Beginning.NOTHING:
            return
        before = set(scene.stack_ids)
        scene.call("POST", project)
        for stack_id in set(scene.stack_ids) - before:
            self._go_on(scene, stack_id)
        if self is Beginning.EXPORTING:
            scene.call("DELETE", project)

    def _go_on(self, scene: Scene, stack_id: str) -> None:
        # Of the reservation, the guard and the cluster, and of the rollback.
        answers: dict[Beginning, tuple[bool, ...]] = {
            Beginning.THERE: (),
            Beginning.EXPORTING: (),
            Beginning.STUCK: (True, True, False, False),
        }
        for well in answers.get(self, (True, True, False)):
            asked = scene.waits_for(stack_id)
            assert asked is not None
            scene.go_on(asked, well=well)
        scene.finish(stack_id)
        if self is not Beginning.FAILED_UNHEARD:
            scene.event(stack_id)
