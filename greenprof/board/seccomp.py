"""System calls that no contestant needs, refused by the kernel: an extra wall, where pyseccomp is installed.

The namespaces hold without it. What is refused is what has let programs out of sandboxes before: tracing others, new
namespaces, mounting, loading code into the kernel, rings that get around filters, keys of the machine.
"""

from __future__ import annotations

import errno
import os

_REFUSED = (
    "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd",
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "fsopen", "fsmount", "open_tree", "move_mount",
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff",
    "keyctl", "add_key", "request_key", "acct", "quotactl", "name_to_handle_at", "open_by_handle_at",
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "vhangup", "syslog",
)  # fmt: skip


def filter_file() -> int | None:
    """The filter as a file descriptor to hand to bubblewrap, the caller closes it; ``None`` without the library."""
    try:
        import pyseccomp
    except Exception:  # not installed, or there is no libseccomp for it: it says so with several kinds of errors
        return None
    refuse = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for call in _REFUSED:
        try:
            refuse.add_rule(pyseccomp.ERRNO(errno.EPERM), call)
        except (OSError, RuntimeError, ValueError):  # a call that this system does not have
            continue
    descriptor = os.memfd_create("filter")
    with os.fdopen(os.dup(descriptor), "wb") as file:
        refuse.export_bpf(file)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
