"""What a process of its own that reads foreign files may take of this machine, and no more."""

import os
import signal
from collections.abc import Callable

try:
    import resource
except ImportError:  # not a Unix: the parent's patience is the only limit
    resource = None


def limit(cpu_seconds: int, seconds: int, megabytes: int, written_megabytes: int, nice: int = 5, too_late: Callable | None = None) -> None:
    """From here on the kernel ends us when we take more: of the processor, of time, of memory, of what we write.

    `nice`: 5 where somebody waits for it, and requests of others come first; 19 where nobody does. `too_late`: a handler of the signal
    that time is up, for who wants to say so before the end.
    """
    if resource is None:
        return
    os.nice(nice)
    if too_late is not None:
        signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    mega = 2**20
    for what, most in (
        (resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_AS, megabytes * mega), (resource.RLIMIT_FSIZE, written_megabytes * mega),
        (resource.RLIMIT_NOFILE, 32), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
