"""Which associations and which files the paths of a task name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from embedded_aws.emulator.fsx import contents, links, objects, records


class PathError(Exception):
    """A path that names nothing: it fails the task, not the request."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A file or directory and its object: the path from the root, the association that links them.

    The path of a directory ends with a slash, as its object's key.
    """

    path: str
    link: records.Record

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory, which tasks don't count."""
        return self.path.endswith("/")

    @property
    def bucket(self) -> str:
        """The object's bucket."""
        return links.repository_of(self.link).bucket

    @property
    def key(self) -> str:
        """The object's key."""
        return links.key_of(self.link, self.path)


def touched(file_system_id: str, kind: str, paths: Iterable[str]) -> list[records.Record]:
    """Give the associations that the paths reach, all of them without paths."""
    ours = records.associations.of(file_system_id)
    wanted = list(paths)
    if not wanted:
        return ours
    reaches = _imports if kind == "IMPORT_METADATA_FROM_REPOSITORY" else _exports
    return [link for link in ours if any(reaches(link, path) for path in wanted)]


def to_import(file_system_id: str, paths: Iterable[str]) -> Iterator[Item]:
    """Give the objects below the paths `s3://bucket/prefix`, without paths all."""
    ours = records.associations.of(file_system_id)
    wanted = list(paths) or [str(link.data["DataRepositoryPath"]) for link in ours]
    for path in wanted:
        reached = [link for link in ours if _imports(link, path)]
        if not reached:
            raise PathError(f"The path {path} is in no linked data repository")
        for link in reached:
            place = links.repository_of(link)
            for key in objects.names(place.bucket, place.prefix):
                there = links.path_of(link, key)
                if _within(key, links.place_of(path).prefix) and contents.is_possible(there):
                    yield Item(path=there, link=link)


def to_export(file_system_id: str, paths: Iterable[str]) -> Iterator[Item]:
    """Give the files below the paths that the repositories haven't as they are, without paths all.

    A path is relative to the root of the file system and begins without a slash.
    """
    ours = records.associations.of(file_system_id)
    present = contents.names(file_system_id)
    for path in list(paths) or [""]:
        below = f"{path.rstrip('/')}/" if path else ""
        reached = [link for link in ours if _exports(link, path)]
        found = [name for name in present if _within(name, below)]
        linked = any(links.directory_of(link).startswith(below) for link in reached)
        if not reached or not (found or linked):
            raise PathError(f"The path {path} is not on the file system, or not linked")
        for name in found:
            for link in reached:
                directory = links.directory_of(link)
                inside = name.startswith(directory) and name != directory
                if inside and contents.is_changed(file_system_id, name):
                    yield Item(path=name, link=link)


def _imports(link: records.Record, path: str) -> bool:
    if not path.startswith(links.S3_SCHEME):
        return False
    place, wanted = links.repository_of(link), links.place_of(path)
    return place.bucket == wanted.bucket and links.overlap(place.prefix, wanted.prefix)


def _exports(link: records.Record, path: str) -> bool:
    return links.overlap(links.directory_of(link), f"{path.rstrip('/')}/" if path else "")


def _within(name: str, directory: str) -> bool:
    return name.startswith(directory) or name == directory.rstrip("/")
