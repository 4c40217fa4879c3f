"""A notebook that is shut in: what it tries to read, change, start or signal stays as it was.

The attacks are made twice: where the process is shut in, and where it is not, to see that they are
real. The notebook tells which ones worked.
"""

import os
import platform
import re
import socket
from pathlib import Path

import pytest

import qkvlib
from qkvlib.grade import TamperedError, UnconfinedError, bubblewrap, seccomp

ATTACKS_ON_FILES = {
    "write": "open(path, 'w').write('mine')",
    "append": "open(path, 'a').write('mine')",
    "read": "open(path).read()",
    "remove": "os.remove(path)",
    "replace": "Path('new').write_text('mine'); os.replace('new', path)",
    "move": "os.replace(path, 'old')",
    "link": "os.link(path, 'same')",
    "empty": "os.truncate(path, 0)",
    "mode": "os.chmod(path, 0o600)",
    "times": "os.utime(path, (1, 1))",
    "beside": "Path(path + '.new').write_text('mine')",
    "list": "os.listdir(os.path.dirname(path))",
}
ATTACKS_ON_THE_LIBRARY = {  # none changes anything, should it work
    "write": "open(path, 'r+').close()",
    "mode": "os.chmod(path, os.stat(path).st_mode)",
    "times": "os.utime(path, ns=(os.stat(path).st_atime_ns, os.stat(path).st_mtime_ns))",
    "own": "os.chown(path, -1, -1)",
}
REACHES = {
    "signal": "os.kill(os.getppid(), signal.SIGCONT)",
    "signal to the group": "os.killpg(os.getpgid(os.getppid()), signal.SIGCONT)",
    "signal from a file": "fcntl.fcntl(pair[0], fcntl.F_SETOWN, os.getppid())",
    "signal by ioctl": "fcntl.ioctl(pair[0], 0x8901, struct.pack('i', os.getppid()))",
    "message": "socket.socketpair(type=socket.SOCK_DGRAM)",
    "process": "os.fork() or os._exit(0)",
    "program": "subprocess.run(['true'])",
    "secrets": "open(f'/proc/{os.getppid()}/environ').read()",
    "limits": "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)",
    "network": "socket.create_connection(('127.0.0.1', int(path)))",
    "kept memory": "os.memfd_create('mine')",
    "folders": "os.listdir(os.path.dirname(os.getcwd()))",
}


RESTORE = "Path(path).write_text('as it was')"


def trying(attacks, path, before="pass"):
    """A cell that tries each attack on what is at `path`, and tells which ones worked."""
    return f"""
import fcntl, os, resource, signal, socket, struct, subprocess
from pathlib import Path

path, done, pair = {str(path)!r}, [], socket.socketpair()
for name, attack in {attacks!r}.items():
    try:
        {before}
    except OSError:
        pass
    try:
        exec(attack)
        done.append(name)
    except OSError:
        pass

def answer(q, k):
    raise ValueError(done)

qkv.check_score(answer)
"""


@pytest.fixture
def victim(tmp_path):
    """A file that a notebook should not touch, such as the results."""
    path = tmp_path / "results" / "results.csv"
    path.parent.mkdir()
    path.write_text("as it was")
    return path


@pytest.fixture
def port():
    """Where somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def state(path):
    found = path.stat()
    beside = sorted(one.name for one in path.parent.iterdir())
    return path.read_text(), found.st_mode, found.st_mtime_ns, found.st_nlink, beside


@pytest.mark.usefixtures("confined")
def test_it_reaches_nothing_but_its_own_folder(hand_in, graded, told, right, victim, port):
    library = Path(qkvlib.__file__).with_name("attention.py")
    before = [state(victim), state(library)]
    *tried, good = graded(
        hand_in("files.ipynb", trying(ATTACKS_ON_FILES, victim, before=RESTORE)),
        hand_in("library.ipynb", trying(ATTACKS_ON_THE_LIBRARY, library)),
        hand_in("beyond.ipynb", trying(REACHES, port)),
        hand_in("good.ipynb", *right),
    )
    assert [told(results) for results in tried] == [[], [], []]
    assert [state(victim), state(library)] == before
    assert all(one.passed for one in good)


@pytest.mark.usefixtures("unconfined")
def test_those_attacks_are_real(hand_in, fresh, told, victim, port):
    on_files, beyond = fresh(
        hand_in("files.ipynb", trying(ATTACKS_ON_FILES, victim, before=RESTORE)),
        hand_in("beyond.ipynb", trying(REACHES, port)),
        unconfined=True,
    )
    assert told(on_files) == list(ATTACKS_ON_FILES)
    assert told(beyond) == list(REACHES)


@pytest.mark.usefixtures("unconfined")
@pytest.mark.parametrize("kind", ["another notebook", "the library", "byte code", "a new file"])
def test_where_nothing_keeps_it_from_tampering_the_batch_stops(
    kind, hand_in, fresh, right, library, monkeypatch
):
    good = hand_in("good.ipynb", *right)
    monkeypatch.setattr("qkvlib.grade.grader._LIBRARY", library)
    places = {
        "another notebook": good,
        "the library": library / "attention.py",
        "byte code": library / "__pycache__" / "attention.cpython-311.pyc",
        "a new file": library / "checks" / "sitecustomize.py",
    }
    bad = hand_in("bad.ipynb", trying({"write": "open(path, 'a').write('mine')"}, places[kind]))
    with pytest.raises(TamperedError, match=rf"bad.ipynb changed .*{places[kind].name}"):
        fresh(bad, good, unconfined=True)


@pytest.fixture
def library(tmp_path):
    """A folder like the library's, to be changed."""
    for name in ("attention.py", "__pycache__/attention.cpython-311.pyc", "checks/a.py"):
        path = tmp_path / "library" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("as it was")
    return tmp_path / "library"


@pytest.mark.usefixtures("unconfined")
def test_without_confinement_it_refuses(hand_in, fresh, right):
    with pytest.raises(UnconfinedError, match="made up by a test"):
        fresh(hand_in("a.ipynb", *right))


@pytest.mark.usefixtures("unconfined")
def test_results_tell_that_nothing_confined_them(hand_in, fresh, right):
    (results,) = fresh(hand_in("a.ipynb", *right), unconfined=True)
    assert [(one.passed, one.confined) for one in results] == [(True, False)] * 3


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", HEADERS)
def test_the_numbers_of_the_calls_are_the_kernels(machine):
    if not HEADERS[machine].exists():
        pytest.skip(f"the kernel's headers are not here: {HEADERS[machine]}")
    found = re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)", HEADERS[machine].read_text())
    kernels = {name: int(number) for name, number in found}
    kernels.setdefault("newfstatat", kernels.get("fstatat", 0))
    own = seccomp._MACHINES.index(machine)
    depends = {name: row[0] for name, row in seccomp._DEPENDS.items()}
    ours = {name: both[own] for name, both in {**seccomp._ALLOWED, **depends}.items()}
    assert ours == {name: kernels.get(name, 0) for name in ours}
    assert 0 < max(kernels.values()) < seccomp._KNOWN + 20


@pytest.mark.usefixtures("confined")
def test_every_other_call_is_refused(hand_in, graded, told):
    """Each number is tried with arguments that do nothing; newer ones do not exist."""
    cell = """
import ctypes, errno, os, platform
allowed = KNOWN

call = ctypes.CDLL(None, use_errno=True).syscall
wrong = []
for number in range(460):  # 335 and 336 kill who makes them, unseen by any filter
    if number not in {*allowed, 335, 336}:
        failed = call(number, *[-1] * 6) == -1
        expected = errno.EPERM if number < 452 else errno.ENOSYS
        if not failed or ctypes.get_errno() != expected:
            wrong.append(number)

def answer(q, k):
    raise ValueError(wrong)

qkv.check_score(answer)
"""
    own = seccomp._MACHINES.index(platform.machine())
    rows = [*seccomp._ALLOWED.values(), *(one[0] for one in seccomp._DEPENDS.values())]
    allowed = {row[own] for row in rows}
    assert len(allowed) < 100
    cell = cell.replace("KNOWN", str(allowed))
    (results,) = graded(hand_in("a.ipynb", cell))
    assert told(results) == []


ARGUMENTS = {  # allowed with some arguments alone
    "fcntl": [1024, 1025, 8, 10, 15, 6, 7, 1031, 1033],  # leases, notes, owners, locks, pipes
    "ioctl": [0x40086602, 0x401C5820, 0x5412, 0x8901, 0xC0189436, 0x40049409, 0x40106614],
    "prctl": [1, 4, 23, 38, 43, 59],
}


@pytest.mark.usefixtures("confined")
def test_arguments_that_change_or_reach_something_are_refused(hand_in, graded, told):
    own = seccomp._MACHINES.index(platform.machine())
    tried = [
        (seccomp._DEPENDS[name][0][own], name == "prctl", values)
        for name, values in ARGUMENTS.items()
    ]
    cell = f"""
import ctypes, errno, os, platform
call = ctypes.CDLL(None, use_errno=True).syscall
wrong, file = [], os.open(np.__file__, os.O_RDONLY)
for number, first, values in {tried}:
    for value in values:
        given = [value, 0, 0, 0] if first else [file, value, 0, 0]
        if call(number, *given) != -1 or ctypes.get_errno() != errno.EPERM:
            wrong.append((number, value))

def answer(q, k):
    raise ValueError(wrong)

qkv.check_score(answer)
"""
    (results,) = graded(hand_in("a.ipynb", cell))
    assert told(results) == []


@pytest.mark.usefixtures("confined")
def test_where_bubblewrap_works_other_files_are_not_even_there(hand_in, fresh, told, monkeypatch):
    """By measurement: what Landlock and the filter alone cannot keep from being asked."""
    if not bubblewrap.works():
        pytest.skip("bubblewrap is not installed, or may not work here")
    asks = {
        "exists": "os.stat(path)",
        "resolves": "os.open(path, os.O_PATH)",
        "processes": f"os.stat('/proc/{os.getpid()}')",
    }
    path = hand_in("other.ipynb")
    cell = trying(asks, path)
    with_it = told(fresh(hand_in("a.ipynb", cell))[0])
    monkeypatch.setattr("qkvlib.grade.bubblewrap.works", lambda: False)
    assert with_it == []
    assert told(fresh(hand_in("b.ipynb", cell))[0]) == list(asks)


@pytest.mark.usefixtures("confined")
def test_without_bubblewrap_it_is_confined_as_well(hand_in, fresh, told, victim, monkeypatch):
    monkeypatch.setattr("qkvlib.grade.bubblewrap.works", lambda: False)
    tried = fresh(
        hand_in("files.ipynb", trying(ATTACKS_ON_FILES, victim)),
        hand_in("beyond.ipynb", trying(REACHES, 1)),
    )
    assert [told(results) for results in tried] == [[], []]
    assert victim.read_text() == "as it was"


@pytest.mark.usefixtures("confined")
def test_it_holds_no_answer_and_no_checker(hand_in, graded, told):
    look = """
import gc, glob, importlib, os, sys
found = [type(one).__name__ for one in gc.get_objects() if type(one).__name__ == "Exercise"]
root = os.path.dirname(qkv.__file__)
for name in ("scores", "cases"):
    try:
        found.append(open(f"{root}/checks/{name}.py").read())
    except OSError:
        pass
    try:
        found.append(importlib.import_module(f"qkvlib.checks.{name}").__name__)
    except ImportError:
        pass

def answer(q, k):
    raise ValueError(found)

qkv.check_score(answer)
"""
    (results,) = graded(hand_in("a.ipynb", look))
    assert told(results) == []


def test_a_notebook_that_every_one_could_read_is_not_graded(hand_in, shared, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    monkeypatch.setattr("qkvlib.grade.places.PREFIXES", [str(tmp_path)])
    with pytest.raises(ValueError, match=r"^notebooks: .*a.ipynb is below .*, which every one may"):
        list(shared().grade([hand_in("a.ipynb")]))
