"""The attempts of a deletion to export a cluster's scratch: begun, taken up, given up; pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cluster_api.lustre import Export, Forced
from cluster_api.model import Project, Record, State
from cluster_api.release import mark_deleting

# Steps are at most five minutes apart and are repeated for some more: this one came to nothing.
DEAD_AFTER = timedelta(minutes=30)


def may_hold_data(record: Record) -> bool:
    """Whether its scratch may hold what nobody has saved, as far as the record tells.

    Without `scratch` there never was a cluster: the guard is made before it and tells the record.
    A creation that failed rolls back, and nobody was ever told its head node's address.
    """
    if record.scratch is None or record.state is State.CREATE_FAILED:
        return False
    told = record.export is not None and record.export.stack_told
    return not (told and record.state is State.DELETE_IN_PROGRESS)


def begin_export(record: Record, now: datetime, forced_by: str | None = None) -> Record:
    """The record of a cluster that goes as soon as its scratch is exported.

    The same while that goes on, unless it is forced now, or its workflow has died. After a failure
    it is a new attempt; what was exported stays so: no node has been there since. What was forced
    has to be forced again, since nodes may have stayed.
    """
    forced = Forced(by=forced_by, at=now) if forced_by is not None else None
    last = record.export
    if last is not None and record.state is State.DELETE_IN_PROGRESS:
        going_on = replace(last, forced=last.forced or forced)
        if is_dead(last, now):
            return take_up(record, going_on, now)
        return replace(record, export=going_on)
    saved = last if last is not None and last.is_saved else None
    export = Export(
        # A revision is there once: so is the name, and nobody needs to draw it.
        attempt=f"{record.revision:08x}",
        begun_at=now,
        checked_at=now,
        forced=forced,
        transfer=saved.transfer if saved else None,
    )
    return replace(mark_deleting(record, now), export=export)


def is_dead(export: Export, now: datetime) -> bool:
    """Whether its workflow has stopped without having ended it."""
    return now - export.checked_at > DEAD_AFTER


def take_up(record: Record, export: Export, now: datetime) -> Record:
    """The record whose export another execution goes on with: the same task, another name."""
    return replace(record, export=replace(export, run=export.run + 1, checked_at=now))


@dataclass(frozen=True, kw_only=True)
class Order:
    """What an execution of the workflow is for; one of an earlier attempt or run has nothing to do.

    An execution's input has the same fields, and its name is made of them.
    """

    vlab_id: str
    project_id: str
    creation: str
    attempt: str
    run: int

    @property
    def project(self) -> Project:
        """Whose cluster goes."""
        return Project(vlab_id=self.vlab_id, project_id=self.project_id)

    @property
    def name(self) -> str:
        """The execution's name; the execution of another state machine may have the same."""
        return f"{self.creation}-{self.attempt}-{self.run}"

    @property
    def token(self) -> str:
        """By which FSx knows the attempt's export task again, whichever execution begins it."""
        return f"export-{self.creation}-{self.attempt}"

    def report_path(self, repository_path: str) -> str:
        """Where FSx lists the files that failed: it takes no place but the association's own."""
        return f"{repository_path.rstrip('/')}/.export-reports/{self.creation}-{self.attempt}"


def order_of(record: Record, export: Export) -> Order:
    """The order of the execution that goes on with an export."""
    return Order(
        vlab_id=record.project.vlab_id,
        project_id=record.project.project_id,
        creation=record.creation,
        attempt=export.attempt,
        run=export.run,
    )
