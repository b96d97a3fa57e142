"""The application's version as a tag of an image."""

import re

# The distribution specification's.
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIRTY = "-dirty"


class ImageVersionError(Exception):
    """A version that no image may have; says which, and what may be."""


def tag(version: str) -> str:
    """The version, if an image may have it as its tag.

    Raises:
        ImageVersionError: it may not.
    """
    if not _TAG.fullmatch(version):
        raise ImageVersionError(
            f"VERSION is '{version}', which is no tag of an image: 1 to 128 letters, digits, '_',"
            " '.' and '-', the first no '.' or '-'"
        )
    return version


def published(version: str) -> str:
    """The version, if it says which sources the image is of.

    Raises:
        ImageVersionError: it does not.
    """
    if version.endswith(_DIRTY):
        raise ImageVersionError(
            f"VERSION is '{version}': the tree holds what is in no commit, and nobody could tell"
            " what the image is of; commit first, then make image and make push"
        )
    return tag(version)
