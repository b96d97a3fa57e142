"""Make the root file system that nodes on this machine boot: a small Debian with Slurm.

They are those of `make test-nodes`, and, for root, the head nodes of `make demo` and `make up`.

Slurm's version is why it is Debian 13 and no older one: ParallelCluster's is newer still, and
nothing nearer is packaged. What nodes have instead, Amazon Linux 2023, can't be had as packages
outside of AWS; docs/storage.md says where the two differ.

It takes a minute and half a gigabyte, so clones share it: it is kept in the user's cache directory,
by what it is made of, and the argument becomes a link to it. Nobody writes it.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools import debian_packages

SUITE = "trixie"
PACKAGES = (
    *("iproute2", "openssh-client", "openssh-server", "python3", "systemd", "systemd-sysv"),
    *("munge", "slurm-client", "slurmctld", "slurmd", "slurmdbd", "slurmrestd"),
    *("slurm-wlm-basic-plugins", "slurm-wlm-jwt-plugin", "slurm-wlm-mysql-plugin"),
    *("mariadb-server", "nginx", "python3-cryptography", "python3-jwt"),
    *("environment-modules", "fuse3", "python3-boto3", "rclone", "sudo"),
)

# With ParallelCluster's ids (its cookbook, aws-parallelcluster-shared/attributes/users.rb), before
# the packages come, which leave a user alone that is there.
_USERS = {"slurm": 401, "munge": 402}
# Units that have nothing to do in a namespace, and would count as failed.
_MASKED = ("systemd-modules-load.service", "sys-kernel-debug.mount", "sys-kernel-tracing.mount")
# Started at boot by nobody: a node that has one says so itself.
_DISABLED = ("mariadb", "munge", "nginx", "slurmctld", "slurmd", "slurmdbd", "slurmrestd")
# Debian's package makes host keys when it is installed: all nodes would have the same.
_HOST_KEYS = """\
[Unit]
ConditionFirstBoot=
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key

[Service]
ExecStart=
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
"""
# By the package that has it.
_TO_MAKE = {"mmdebstrap": "mmdebstrap"}
_TO_BOOT = {
    **dict.fromkeys(("unshare", "nsenter", "setpriv"), "util-linux"),
    "ssh": "openssh-client",
}
_UNUSED_DAYS = 30


def main() -> None:
    """Have it, and let the path that the argument names lead to it."""
    link = Path(sys.argv[1])
    if os.geteuid() != 0:
        sys.exit("make: nodes need root, to be made and to boot: sudo make node-root")
    _have_tools(_TO_BOOT)
    cache = _cache()
    root = cache / f"{SUITE}-{_key()}"
    with _locked(cache):
        if link.is_dir() and not link.is_symlink():
            shutil.rmtree(link)
        if not root.is_dir():
            # No node shall boot with what an older version made, if this one can't be made.
            link.unlink(missing_ok=True)
            _have_tools(_TO_MAKE)
            _forget_unused(cache)
            _make(root)
        os.utime(root)
        _lead(link, root)


def _lead(link: Path, root: Path) -> None:
    """Let it lead there, and never nowhere on the way: other programs may look just now."""
    link.parent.mkdir(parents=True, exist_ok=True)
    new = link.with_name(f"{link.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    new.symlink_to(root)
    new.replace(link)


def _cache() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = base / "parallelcluster-provisioner" / "node-roots"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"make: {cache} can't be made ({error.strerror}): name another XDG_CACHE_HOME")
    return cache


def _key() -> str:
    """What it is made of, which is all that this file says."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """One at a time; the kernel lets go of the lock, however its holder ends."""
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_unused(cache: Path) -> None:
    """Those that no run has asked for in a month, and what interrupted ones left."""
    since = time.time() - _UNUSED_DAYS * 24 * 60 * 60
    for other in cache.iterdir():
        if other.is_dir() and (other.suffix == ".part" or other.stat().st_mtime < since):
            shutil.rmtree(other)


def _make(root: Path) -> None:
    print(f"make: making the nodes' root file system in {root.parent}, once", flush=True)
    part = root.with_name(f"{root.name}.part")
    made = subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--mode=root", "--variant=minbase"),
            f"--include={','.join(PACKAGES)}",
            '--aptopt=APT::Install-Recommends "false"',
            '--aptopt=Acquire::Retries "3"',
            *(f"--dpkgopt=path-exclude=/usr/share/{kind}/*" for kind in ("man", "doc", "locale")),
            *(f"--essential-hook={hook}" for hook in _user_hooks()),
            *(SUITE, str(part), *_archive()),
        ],
        check=False,
    )
    if made.returncode:
        shutil.rmtree(part, ignore_errors=True)
        sys.exit("make: mmdebstrap made no root file system: is Debian's archive in apt's sources?")
    for unit in _MASKED:
        (part / "etc/systemd/system" / unit).symlink_to("/dev/null")
    for wanted in (part / "etc/systemd/system").glob("*.wants/*.service"):
        if wanted.stem in _DISABLED:
            wanted.unlink()
    for key in (part / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    each_boot = part / "etc/systemd/system/sshd-keygen.service.d/each-node.conf"
    each_boot.parent.mkdir()
    each_boot.write_text(_HOST_KEYS)
    part.rename(root)


def _user_hooks() -> Iterator[str]:
    for name, number in _USERS.items():
        user = f"{name}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin"
        yield f'echo "{user}" >>"$1/etc/passwd"; echo "{name}:x:{number}:" >>"$1/etc/group"'


def _have_tools(tools: Mapping[str, str]) -> None:
    missing = sorted({package for tool, package in tools.items() if not shutil.which(tool)})
    if not missing:
        return
    if not shutil.which("apt-get"):
        sys.exit(f"make: install {' and '.join(missing)}: the nodes' root file system needs it")
    if debian_packages.install(missing):
        sys.exit(f"make: install {' and '.join(missing)}: apt-get couldn't (what it said is above)")


def _archive() -> list[str]:
    """The Debian archive that this machine's apt is set up with; else mmdebstrap's own default."""
    for source in sorted(Path("/etc/apt").glob("sources.list*/*debian*")):
        found = re.search(r"^(?:URIs:|deb)\s+.*?(https?://\S+)", source.read_text(), re.MULTILINE)
        if found:
            return [found[1]]
    return []


if __name__ == "__main__":
    main()
