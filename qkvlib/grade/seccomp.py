"""System calls a process may make: those that Python needs to compute, and no others.

Landlock rules who opens a file. This filter refuses what it lets through: processes, threads (no
limit counts a single process's), signals, sockets, changes of a file's mode, owner, times or flags,
and memory that is kept where no limit looks.
Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
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
_ALLOWED = {
    **{"read": (0, 63), "readv": (19, 65), "pread64": (17, 67), "lseek": (8, 62)},
    **{"write": (1, 64), "writev": (20, 66), "open": (2, 0), "openat": (257, 56)},
    **{"close": (3, 57), "dup": (32, 23), "dup2": (33, 0), "dup3": (292, 24)},
    **{"stat": (4, 0), "fstat": (5, 80), "lstat": (6, 0), "newfstatat": (262, 79)},
    **{"statx": (332, 291), "access": (21, 0), "faccessat": (269, 48), "faccessat2": (439, 439)},
    **{"readlink": (89, 0), "readlinkat": (267, 78), "getdents": (78, 0), "getdents64": (217, 61)},
    **{"getcwd": (79, 17), "chdir": (80, 49), "umask": (95, 166)},
    **{"munmap": (11, 215), "mprotect": (10, 226), "mremap": (25, 216), "madvise": (28, 233)},
    **{"brk": (12, 214), "pipe": (22, 0), "pipe2": (293, 59), "eventfd2": (290, 19)},
    **{"poll": (7, 0), "ppoll": (271, 73), "select": (23, 0), "pselect6": (270, 72)},
    **{"epoll_create": (213, 0), "epoll_create1": (291, 20), "epoll_ctl": (233, 21)},
    **{"epoll_wait": (232, 0), "epoll_pwait": (281, 22), "sendto": (44, 206)},
    **{"recvfrom": (45, 207), "shutdown": (48, 210), "getsockopt": (55, 209)},
    **{"getsockname": (51, 204), "getpeername": (52, 205), "futex": (202, 98)},
    **{"set_robust_list": (273, 99), "set_tid_address": (218, 96), "restart_syscall": (219, 128)},
    **{"sched_yield": (24, 124), "sched_getaffinity": (204, 123), "getcpu": (309, 168)},
    **{"rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139)},
    **{"sigaltstack": (131, 132), "clock_gettime": (228, 113), "clock_getres": (229, 114)},
    **{"clock_nanosleep": (230, 115), "nanosleep": (35, 101), "gettimeofday": (96, 169)},
    **{"time": (201, 0), "times": (100, 153), "getitimer": (36, 102), "setitimer": (38, 103)},
    **{"alarm": (37, 0), "pause": (34, 0), "getpid": (39, 172), "getppid": (110, 173)},
    **{"gettid": (186, 178), "getpgrp": (111, 0), "getpgid": (121, 155), "getsid": (124, 156)},
    **{"getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177)},
    **{"getgroups": (115, 158), "getresuid": (118, 148), "getresgid": (120, 150)},
    **{"uname": (63, 160), "sysinfo": (99, 179), "getrlimit": (97, 163), "getrusage": (98, 165)},
    **{"getrandom": (318, 278), "exit": (60, 93), "exit_group": (231, 94)},
}
_KNOWN = 452  # calls from here on came after this list: as if the kernel had none of them

# A filter is a program on the call: its number at 0, the machine at 4, the arguments from 16 on.
_LOAD, _EQUAL, _AT_LEAST, _HAS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = (_RETURN, 0, 0, 0x7FFF0000), (_RETURN, 0, 0, 0x80000000)


def _fail(error: int) -> tuple[int, ...]:
    return (_RETURN, 0, 0, 0x00050000 | error)


_REFUSE, _UNKNOWN = _fail(errno.EPERM), _fail(errno.ENOSYS)

# Is it a terminal, how wide, how much is there, wait or not, keep it or not; nothing about files.
_ASKS = [0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451]

# Calls of which an argument decides: its place, the test, the values, what then and what else.
_DEPENDS = {
    "prlimit64": ((302, 261), 0, _EQUAL, [0], _ALLOW, _REFUSE),  # one's own limits
    "socketpair": ((53, 199), 1, _HAS, [0b110], _REFUSE, _ALLOW),  # a datagram can go elsewhere
    "mmap": ((9, 222), 3, _HAS, [0x40000], _REFUSE, _ALLOW),  # huge pages are the system's
    "prctl": ((157, 167), 0, _EQUAL, [15, 16], _ALLOW, _REFUSE),  # its name; not to outlive
    # To copy a descriptor and have its flags; no owners to signal, no locks, no larger pipes.
    "fcntl": ((72, 25), 1, _EQUAL, [0, 1, 2, 3, 4, 1030], _ALLOW, _REFUSE),
    "ioctl": ((16, 29), 1, _EQUAL, _ASKS, _ALLOW, _REFUSE),
}


def filter_calls() -> None:
    """Refuse all other calls to this process, from now on."""
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
    steps += [(_AT_LEAST, 0, 1, _KNOWN), _UNKNOWN]
    for numbers in _ALLOWED.values():
        if numbers[own] or not own:  # read is 0 on the first machine
            steps += [(_EQUAL, 0, 1, numbers[own]), _ALLOW]
    for numbers, argument, test, values, then, otherwise in _DEPENDS.values():
        decide = [step for value in values for step in ((test, 0, 1, value), then)]
        decide = [(_LOAD, 0, 0, 16 + 8 * argument), *decide, otherwise]
        steps += [(_EQUAL, 0, len(decide), numbers[own]), *decide]
    return [*steps, _REFUSE]
