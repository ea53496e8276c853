"""A lock on a file that the system takes back when its holder dies.

That is what tells a process that works from one that was killed: nobody has to guess
whether a process id still means the same process, in the same container.

Limits: on a shared network folder a lock is worth as much as the file system's locks.
"""

from __future__ import annotations

import os
import sys

__all__ = ["lock"]

if sys.platform == "win32":
    import msvcrt

    def lock(handle: int, *, wait: bool) -> bool:
        """Lock an open file; say whether it could be done. Closing it unlocks it."""
        how = msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK
        os.lseek(handle, 1 << 20, os.SEEK_SET)  # beyond what the holder writes there
        try:
            msvcrt.locking(handle, how, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def lock(handle: int, *, wait: bool) -> bool:
        """Lock an open file; say whether it could be done. Closing it unlocks it."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
