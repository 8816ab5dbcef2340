"""What kind of disk a folder lies on, as far as SQLite cares: its log in shared memory (WAL) works on one machine only.

It knows the names that Linux gives to file systems, and nothing of SQLite; elsewhere every disk passes for a local one.
"""

import os
import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
SHARED = {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs"}
SHARED |= {"nfs4", "ocfs2", "prl_fs", "smb3", "smbfs", "vboxsf", "vmhgfs"}
SHARED |= {
    f"fuse.{name}" for name in ("davfs", "davfs2", "gcsfuse", "glusterfs", "goofys", "juicefs", "rclone", "s3fs")
}
SHARED |= {"fuse.seaweedfs", "fuse.sshfs", "fuse.vmhgfs-fuse"}


def network(folder: Path) -> str | None:
    """The kind of the file system that `folder` lies on if other machines may see the same files; else None."""
    place = os.fsencode(os.path.realpath(folder))
    try:
        mounts = [_mount(line) for line in MOUNTS.read_bytes().splitlines()]
    except (OSError, ValueError, IndexError):
        return None
    over = [(len(at), kind) for at, kind in mounts if _lies_in(place, at)]
    longest = max((length for length, _ in over), default=0)
    kind = next((kind for length, kind in reversed(over) if length == longest), "")  # the last one hides those before
    return kind if kind in SHARED else None


def _mount(line: bytes) -> tuple[bytes, str]:
    """Where something is mounted, and what: `36 35 98:0 /root /where options - kind source more`, spaces as \\040."""
    before, after = line.split(b" - ", 1)
    where = re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), before.split()[4])
    return where, after.split()[0].decode("ascii", "replace")


def _lies_in(place: bytes, folder: bytes) -> bool:
    return place == folder or place.startswith(folder.rstrip(b"/") + b"/")
