"""A notebook that is shut in: what it tries to read, change, start or signal stays as it was.

The attacks are made twice: where the process is shut in, and where it is not, to see that they are
real. The notebook tells which ones worked.
"""

import re
import socket
from pathlib import Path

import pytest

import qkvlib
from qkvlib.grade import TamperedError, seccomp

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
def test_those_attacks_are_real(hand_in, graded, told, victim, port):
    on_files, beyond = graded(
        hand_in("files.ipynb", trying(ATTACKS_ON_FILES, victim, before=RESTORE)),
        hand_in("beyond.ipynb", trying(REACHES, port)),
    )
    assert told(on_files) == list(ATTACKS_ON_FILES)
    assert told(beyond) == list(REACHES)


@pytest.mark.usefixtures("unconfined")
def test_where_nothing_keeps_it_from_tampering_the_batch_stops(hand_in, graded, right):
    good = hand_in("good.ipynb", *right)
    bad = hand_in("bad.ipynb", trying({"write": "open(path, 'w').write('mine')"}, good))
    with pytest.raises(TamperedError, match=r"bad.ipynb changed .*good.ipynb"):
        graded(bad, good)


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
    own = seccomp._MACHINES.index(machine)
    depends = {name: row[0] for name, row in seccomp._DEPENDS.items()}
    ours = {name: both[own] for name, both in {**seccomp._REFUSED, **depends}.items()}
    assert ours == {name: kernels.get(name, 0) for name in ours}


@pytest.mark.usefixtures("confined")
def test_every_call_on_the_list_is_refused(hand_in, graded, told):
    """Each is made with nothing but zeros; one that is too new for the list does not exist."""
    cell = """
import ctypes, errno, platform
from qkvlib.grade import seccomp

call = ctypes.CDLL(None, use_errno=True).syscall
own = seccomp._MACHINES.index(platform.machine())
calls = {name: numbers[own] for name, numbers in seccomp._REFUSED.items() if numbers[own]}
wrong = [name for name in calls if call(calls[name], *[0] * 6) != -1
         or ctypes.get_errno() != errno.EPERM]
new = call(seccomp._NEWER, *[0] * 6), ctypes.get_errno() == errno.ENOSYS

def answer(q, k):
    raise ValueError([wrong, len(calls) > 40, new])

qkv.check_score(answer)
"""
    (results,) = graded(hand_in("a.ipynb", cell))
    assert told(results) == [[], True, (-1, True)]


@pytest.mark.usefixtures("confined")
def test_threads_still_work(hand_in, graded):
    use = "from concurrent.futures import ThreadPoolExecutor\n"
    use += "def score(q, k): return ThreadPoolExecutor(2).submit(np.dot, q, k).result()\n"
    (results,) = graded(hand_in("a.ipynb", use + "qkv.check_score(score)"))
    assert results[0].passed
