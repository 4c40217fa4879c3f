"""System calls a process may not make: those that reach beyond it and its folder.

Landlock rules who opens a file. This filter refuses what it lets through: new processes, signals,
sockets, changes of a file's mode, owner or times, of another process's limits, and memory that no
limit counts. Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from .libc import NotConfinedError, call

_PRCTL_SECCOMP, _FILTER = 22, 2
# The number of each call, from the kernel's headers; 0 where the machine has no such call. What
# belongs together is a dict of its own, which keeps it on one line.
_MACHINES = ("x86_64", "aarch64")
_AUDIT = (0xC000003E, 0xC00000B7)
_REFUSED = {
    **{"fork": (57, 0), "vfork": (58, 0), "unshare": (272, 97), "setns": (308, 268)},
    **{"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131)},
    **{"rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)},
    **{"pidfd_send_signal": (424, 424), "ptrace": (101, 117)},
    **{"socket": (41, 198), "io_uring_setup": (425, 425), "bpf": (321, 280)},
    **{"chmod": (90, 0), "fchmod": (91, 52), "fchmodat": (268, 53)},
    **{"chown": (92, 0), "fchown": (93, 55), "lchown": (94, 0), "fchownat": (260, 54)},
    **{"utime": (132, 0), "utimes": (235, 0), "futimesat": (261, 0), "utimensat": (280, 88)},
    **{"setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7)},
    **{"removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16)},
    **{"setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setaffinity": (203, 122)},
    **{"sched_setscheduler": (144, 119), "sched_setparam": (142, 118)},
    **{"sched_setattr": (314, 274), "keyctl": (250, 219), "add_key": (248, 217)},
    **{"shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195)},
    **{"semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192)},
    **{"msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187)},
    **{"mq_open": (240, 180), "mq_unlink": (241, 181)},
    **{"memfd_create": (319, 279), "memfd_secret": (447, 447)},
}
_CLONE3 = 435
_NEWER = 452  # calls from here on came after this list: as if the kernel had none of them

# A filter is a program on the call: its number at 0, the machine at 4, the arguments from 16 on.
_LOAD, _EQUAL, _AT_LEAST, _HAS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = (_RETURN, 0, 0, 0x7FFF0000), (_RETURN, 0, 0, 0x80000000)


def _fail(error: int) -> tuple[int, ...]:
    return (_RETURN, 0, 0, 0x00050000 | error)


_REFUSE, _UNKNOWN = _fail(errno.EPERM), _fail(errno.ENOSYS)

# Calls of which an argument decides: its place, the test, the values, what then and what else.
_DEPENDS = {
    "clone": ((56, 220), 0, _HAS, [0x10000], _ALLOW, _REFUSE),  # a thread, no process
    "prlimit64": ((302, 261), 0, _EQUAL, [0], _ALLOW, _REFUSE),  # one's own limits
    "socketpair": ((53, 199), 1, _HAS, [0b110], _REFUSE, _ALLOW),  # a datagram can go elsewhere
    # A file can be told whom to signal, and with what: F_SETOWN, F_SETSIG, F_SETOWN_EX, by ioctl.
    "fcntl": ((72, 25), 1, _EQUAL, [8, 10, 15], _REFUSE, _ALLOW),
    "ioctl": ((16, 29), 1, _EQUAL, [0x8901, 0x8902], _REFUSE, _ALLOW),
}


def filter_calls() -> None:
    """Refuse these calls to this process, from now on."""
    if platform.machine() not in _MACHINES:
        raise NotConfinedError(f"no list of system calls for {platform.machine()}")
    program = [struct.pack("HBBI", *step) for step in _program(platform.machine())]
    steps = ctypes.create_string_buffer(b"".join(program))
    head = struct.pack("HxxxxxxP", len(program), ctypes.addressof(steps))
    call("prctl", _PRCTL_SECCOMP, _FILTER, head, 0, 0)


def _program(machine: str) -> list[tuple[int, ...]]:
    """Write the filter. A step that compares says how many to skip if it is so, and if not."""
    own = _MACHINES.index(machine)
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, _AUDIT[own]), _KILL, (_LOAD, 0, 0, 0)]
    steps += [(_AT_LEAST, 0, 1, _NEWER), _UNKNOWN]
    steps += [(_EQUAL, 0, 1, _CLONE3), _UNKNOWN]  # the C library then takes clone
    for numbers in _REFUSED.values():
        if numbers[own]:
            steps += [(_EQUAL, 0, 1, numbers[own]), _REFUSE]
    for numbers, argument, test, values, then, otherwise in _DEPENDS.values():
        decide = [step for value in values for step in ((test, 0, 1, value), then)]
        decide = [(_LOAD, 0, 0, 16 + 8 * argument), *decide, otherwise]
        steps += [(_EQUAL, 0, len(decide), numbers[own]), *decide]
    return [*steps, _ALLOW]
