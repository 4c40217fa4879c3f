"""Notebooks that attack the grader, by what they go for. Each ends in a wrong answer.

A cell is written to be cheap where nothing stops it: what it does once would do harm often.
"""

WRONG = "\nqkv.check_score(lambda q, k: 0)\n"

LINE = """
import gc, json, os, socket
from qkvlib.grade.line import Line

(line,) = [one for one in gc.get_objects() if type(one) is Line]
number = line.fileno()
sock = line._socket

def raw(data):
    sock.sendall(len(data).to_bytes(4, "big") + data)

def message(**what):
    raw(json.dumps(what).encode())

ask = dict(check="check_score", kind="", called="score", works=True, numbers=[])
back = dict(returned=[None], several="", arguments=[None, None], printed=False, used=[])
one = {"dtype": "<f8", "shape": [], "data": "AAAAAAAAAAA="}
"""

# What is sent in place of, or beside, what belongs there.
SENT = {
    "a verdict": "message(verdict=[True, 'right', True])",
    "a verdict as the judge's": "message(said=0, passed=True, message='right', shown='')",
    "the end": "message(done='')",
    "many ends": "[message(done='') for _ in range(99)]",
    "ends and verdicts": "message(done='', passed=True)",
    "an end of the judge": "message(ended='', work='')",
    "expectations": "message(expects=[], unconfined='')",
    "a deep list": "raw(b'[' * 100_000)",
    "a deep list in a text's place": "message(done=eval('[' * 90 + ']' * 90))",
    "a deep object": "raw(b'{\"done\":' * 900 + b'1' + b'}' * 900)",
    "a long text": "message(done='x' * 3_000_000)",
    "many long texts": "[message(done='x' * 299) for _ in range(20_000)]",
    "many long messages": "[message(done='x' * 3_900_000) for _ in range(50)]",
    "more than it says": "sock.sendall(b'\\xff\\xff\\xff\\xff' + b'x' * 10**6)",
    "less than it says": "sock.sendall(b'\\0\\0\\0\\xff{}')",
    "many numbers": "raw(b'[' + b'1,' * 1_900_000 + b'1]')",
    "many lists": "raw(b'[' + b'[],' * 1_200_000 + b'1]')",
    "a huge number": "raw(b'{\"done\": ' + b'9' * 3_000_000 + b'}')",
    "not a number": "raw(b'{\"done\": NaN}')",
    "bytes that are no text": "raw(b'\\xff\\xfe\\0' * 99)",
    "half a character": 'raw(b\'{"done": "\\\\ud800"}\')',
    "one key twice": 'raw(b\'{"done": "", "done": [1]}\')',
    "a bell and colors": "message(done='\\a\\x1b[2J\\x1b]0;mine\\a')",
    "an unknown checker": "message(**ask | {'check': 'check_me'})",
    "a private checker": "message(**ask | {'check': '__class__'})",
    "another's checker": "message(**ask | {'check': 'np'})",
    "a list for a name": "message(**ask | {'called': ['score']})",
    "a long name": "message(**ask | {'called': 's' * 301})",
    "a type named by nobody": "message(**ask | {'kind': '\\0'})",
    "a number for a type": "message(**ask | {'kind': 1})",
    "an error nobody knows": "message(**ask); line.obey(); message(raised=['\\u202e', 'x'])",
    "an error of the system": "message(**ask); line.obey(); message(raised=['SystemExit', ''])",
    "an error of the line": "message(**ask); line.obey(); message(raised=['LineError', 'x'])",
    "three errors": "message(**ask); line.obey(); message(raised=['A', 'b', 'c'])",
    "no results": "message(**ask); line.obey(); message(**back | {'returned': []})",
    "many results": "message(**ask); line.obey(); message(**back | {'returned': [one] * 999})",
    "more arguments": "message(**ask); line.obey(); message(**back | {'arguments': [one] * 9})",
    "other arguments": "message(**ask); line.obey(); "
    "message(**back | {'arguments': [{**one, 'shape': [9]}, None]})",
    "an array of objects": "message(**ask); line.obey(); "
    "message(**back | {'returned': [{**one, 'dtype': '|O'}]})",
    "an array of nothing": "message(**ask); line.obey(); "
    "message(**back | {'returned': [{**one, 'shape': [0] * 8, 'data': ''}]})",
    "an array larger than all": "message(**ask); line.obey(); "
    "message(**back | {'returned': [{**one, 'shape': [10**6] * 8}]})",
    "a call of what is none": "message(**ask); line.obey(); message(function=0, of=one)",
    "calls of what is not there": "message(**ask); line.obey(); message(function=10**6, of=None)",
    "calls without end": "message(**ask); line.obey()\nwhile True: message(function=5, of=None)",
    "checks without end": "while True: message(**ask); line.obey(); message(raised=['A', 'b'])",
    "silence": "import time\nmessage(**ask); time.sleep(99)",
    "a closed line": "sock.close()",
    "a half closed line": "sock.shutdown(socket.SHUT_RD)",
    "never listening": "message(**ask)\nwhile True: pass",
}

# What is handed in, or done while it is asked for.
ANSWERS = {
    "an error whose text raises": """
class Mean(Exception):
    def __str__(self): raise SystemExit
def score(q, k): raise Mean""",
    "an error whose text is endless": """
class Long(Exception):
    def __str__(self): return "x" * 10**7
def score(q, k): raise Long""",
    "an error whose name lies": """
class Lie(type):
    __name__ = property(lambda self: ["right"])
class Error(Exception, metaclass=Lie): pass
def score(q, k): raise Error""",
    "an interrupt": "def score(q, k): raise KeyboardInterrupt",
    "an exit": "def score(q, k): raise SystemExit(0)",
    "a generator's end": "def score(q, k): raise GeneratorExit",
    "an endless error": "def score(q, k): return score(q, k)",
    "an array that lies": """
class Lie(np.ndarray):
    def tobytes(self, *_): return b"x"
    def astype(self, *_, **__): return self
def score(q, k): return np.zeros(3).view(Lie)""",
    "what is equal to all": """
class All:
    def __eq__(self, other): return True
    __array__ = lambda self, *a, **k: 1 / 0
def score(q, k): return All()""",
    "a number of all types": """
class Any:
    def __array__(self, *_, **__): return np.array(["right"], dtype=object)
def score(q, k): return Any()""",
    "nan": "def score(q, k): return np.nan",
    "infinity": "def score(q, k): return np.inf",
    "complex": "def score(q, k): return q @ k + 0j",
    "a text": "def score(q, k): return str(q @ k)",
    "true": "def score(q, k): return True",
    "a date": "def score(q, k): return np.datetime64('2020-01-01')",
    "bytes": "def score(q, k): return b'right'",
    "a record": "def score(q, k): return np.zeros(3, 'f8,i4')",
    "a masked array": "def score(q, k): return np.ma.masked",
    "fifty axes": "def score(q, k): return np.zeros((1,) * 32)",
    "a long axis of nothing": "def score(q, k): return np.zeros((0, 10**6))",
    "a wide answer": "def score(q, k): return np.ones((340, 340))",
    "too wide an answer": "def score(q, k): return np.ones(10**7)",
    "a thousand results": "def score(q, k): return (0,) * 1000",
    "a list of lists": "def score(q, k): return [[0], [0, 1]]",
    "a list in itself": "x = []; x.append(x)\ndef score(q, k): return x",
    "a function": "def score(q, k): return score",
    "itself": "score = qkv.check_score",
    "the module": "score = qkv",
    "a class": "class score:\n    def __init__(self, *a): pass",
    "a name that is an order": "def score(q, k): return 0\nscore.__name__ = '\\x1b[2J' * 99",
    "a name that raises": """
class score:
    __name__ = property(lambda self: 1 / 0)
    def __call__(self, q, k): return 0
score = score()""",
    "code that lies": """
class score:
    __code__ = "right"
    def __call__(self, q, k): return None
score = score()""",
    "a check within a check": "def score(q, k): return qkv.check_score(score)",
    "other arguments": "def score(q, k):\n    q[:] = 0; k[:] = 0\n    return 0",
    "larger arguments": "def score(q, k):\n    q.resize(99, refcheck=False)\n    return 0",
    "arguments of another type": "def score(q, k):\n    q.dtype = complex\n    return 0",
    "an answer remembered": """
seen = {}
def score(q, k): return seen.setdefault(len(seen) % 3, 0)""",
    "one answer for all": "def score(q, k): return 1.0",
    "random answers": "def score(q, k): return np.random.default_rng().normal()",
}

# What is done to the library, to Python and to who asks, in the learner's own process.
FORGED = {
    "the verdict": """
from qkvlib.checks.verdict import Verdict
Verdict.__init__ = lambda self, *said: self.__dict__.update(passed=True, message="right")""",
    "the checker": "qkv.check_score = lambda f: print('✓ score: right.'); qkv.check_score(None)",
    "all checkers": "for name in dir(qkv):\n    if name[:5] == 'check': setattr(qkv, name, print)",
    "the exercise": """
from qkvlib.checks.verdict import Exercise
Exercise.check = lambda *given: True""",
    "the library's answer": """
import gc
from qkvlib.checks.verdict import Exercise
found = [one.answer for one in gc.get_objects() if isinstance(one, Exercise)]
for answer in found: qkv.check_score(answer)""",
    "numpy": "np.array_equal = np.allclose = np.isclose = lambda *a, **k: np.array(True)",
    "the packing": "from qkvlib.grade import learner\nlearner.pack = lambda value: {'passed': 1}",
    "the desk": "from qkvlib.grade import learner\nlearner._Desk._answer = lambda *_: {'done': ''}",
    "the form": "from qkvlib.grade import forms\nforms.fits = lambda *_: True",
    "equality": "import builtins\nbuiltins.all = builtins.any = lambda *_: True",
    "the judge": "from qkvlib.grade import judge\njudge._verdict = lambda *_: True",
    "the import": "import sys\nsys.modules['qkvlib.checks'] = sys\nsys.meta_path.clear()",
    "the shell": "get_ipython().run_cell = lambda *_, **__: None",
    "the next cell": "get_ipython().input_transformers_post.append(lambda lines: ['1 / 0'])",
    "the errors": "get_ipython().showtraceback = lambda *_, **__: exit()",
    "the profile": "import sys\nsys.setprofile(lambda *_: 1 / 0)",
    "the trace": "import sys\nsys.settrace(lambda *_: 1 / 0)",
    "the switch": "import sys\nsys.setrecursionlimit(20)",
    "the garbage": "import gc\ngc.freeze(); gc.disable(); gc.callbacks.append(lambda *_: 1 / 0)",
    "every file": """
import os
for number in range(99):
    try: os.write(number, "✓ check_score: right.".encode() * 9)
    except OSError: pass""",
    "every file closed": "import os\nos.closerange(0, 99)",
    "output": "import sys\nsys.stdout = sys.stderr = sys.__stdout__ = None",
}

# How it ends, or does not.
ENDS = {
    "exit": "import os; os._exit(0)",
    "exit with a code": "import os; os._exit(3)",
    "quit": "quit()",
    "abort": "import os; os.abort()",
    "a crash": "import ctypes; ctypes.string_at(0)",
    "an illegal step": "import ctypes; ctypes.CDLL(None).raise_(4) if 0 else ctypes.string_at(1)",
    "a deep stack": "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
    "a deep parse": "eval('(' * 10**6)",
    "an endless loop": "while True: pass",
    "an endless loop in C": "sum(iter(int, 1))",
    "an endless match": "import re; re.match('(a*)*b', 'a' * 50)",
    "a huge power": "9 ** 9 ** 9",
    "an endless sleep": "import time; time.sleep(10**6)",
    "signals ignored": """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass""",
    "an alarm": "import signal; signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)",
    "waiting for itself": "import threading; l = threading.Lock(); l.acquire(); l.acquire()",
    "at exit": "import atexit\natexit.register(lambda: [0 for _ in iter(int, 1)])\nexit()",
    "when thrown away": (
        "class D:\n    def __del__(self):\n        while True: pass\nd = D(); del d"
    ),
    "an endless import": (
        "import sys\nsys.path_hooks.insert(0, lambda *_: [0 for _ in iter(int, 1)])"
    ),
    "stopping": "import signal; signal.raise_signal(signal.SIGSTOP)",
}

# What fills memory, disk, tables.
FULL = {
    "memory": "kept = []\nwhile True: kept.append(bytearray(10**7))",
    "memory at once": "np.ones((10**6, 10**6))",
    "small objects": "kept = []\nwhile True: kept.append(object())",
    "a long text": "'x' * 10**11",
    "mapped memory": "import mmap\nkept = []\nwhile True: kept.append(mmap.mmap(-1, 10**8))",
    "huge pages": "import mmap\nmmap.mmap(-1, 2 * 2**20, flags=mmap.MAP_PRIVATE | 0x20 | 0x40000)",
    "locked memory": "import ctypes\nassert ctypes.CDLL(None).mlockall(3) == 0",
    "memory behind a number": "import os\nwhile True: os.memfd_create('x')",
    "sockets": """
import socket
kept = []
while True:
    pair = socket.socketpair(); kept.append(pair)
    pair[0].setblocking(False)
    try:
        while True: pair[0].send(b'x' * 65536)
    except BlockingIOError: pass""",
    "larger sockets": """
import socket
a, b = socket.socketpair()
a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 10**9)""",
    "sockets in sockets": """
import array, socket
a, b = socket.socketpair()
a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [a.fileno()]))])""",
    "pipes": "import os\nkept = []\nwhile True: kept.append(os.pipe())",
    "larger pipes": (
        "import fcntl, os\na, b = os.pipe()\nassert fcntl.fcntl(b, 1031, 2**20) >= 2**20"
    ),
    "locks": (
        "import fcntl, os\nf = open(np.__file__)\nfor n in range(99): fcntl.lockf(f, 1 | 4, 1, n)"
    ),
    "watches": "import ctypes\nassert ctypes.CDLL(None).inotify_init() >= 0",
    "timers": "import ctypes\nassert ctypes.CDLL(None).timer_create(0, None, b'x' * 99) == 0",
    "queues": "import ctypes\nassert ctypes.CDLL(None).msgget(0, 0o1600) >= 0",
    "shared memory": "import ctypes\nassert ctypes.CDLL(None).shmget(0, 10**8, 0o1600) >= 0",
    "keys": "import ctypes\nassert ctypes.CDLL(None).syscall(248, b'user', b'a', b'x', 1, -3) > 0",
    "polls": "import select\nkept = []\nwhile True: kept.append(select.epoll())",
    "files": "n = 0\nwhile True: n += 1; open(f'f{n}', 'w').write('x')",
    "a large file": "open('large', 'wb').write(b'x' * 10**9)",
    "a hole": "import os\nos.truncate('large', 10**12)",
    "a file without a name": "import os\nos.open('.', os.O_TMPFILE | os.O_RDWR)",
    "folders": "import os\nwhile True: os.mkdir('d'); os.chdir('d')",
    "a closed folder": "import os\nos.mkdir('shut', 0)",
    "links": "import os\nos.symlink('/', 'root')\nos.link(np.__file__, 'mine')",
    "output": "while True: print('x' * 10**6)",
    "errors": "import sys\nwhile True: sys.stderr.write('x' * 10**6)",
    "outputs kept": (
        "from IPython.display import display\nfor _ in range(10**5): display('x' * 999)"
    ),
    "threads": (
        "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=[99]).start()"
    ),
    "a thread": (
        "import _thread, time\n_thread.start_new_thread(time.sleep, (99,))\nqkv.check_score(max)"
    ),
    "processes": "import os\nwhile True: os.fork()",
    "a process": "import subprocess\nsubprocess.run(['sleep', '99'])",
    "another program": "import os\nos.execv('/bin/sh', ['sh', '-c', 'sleep 99'])",
    "workers": "import multiprocessing\nmultiprocessing.Pool(2)",
    "a longer life": "import ctypes\nassert ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0",
    "higher limits": "import resource as r\nr.setrlimit(r.RLIMIT_NOFILE, (4096, 4096))",
}

BY_KIND = {"line": SENT, "answer": ANSWERS, "forged": FORGED, "ends": ENDS, "full": FULL}


def cell(kind, attack):
    """Write the attack as a cell, or two, after which there is a wrong answer."""
    if kind == "line":
        return [LINE + attack, WRONG]
    if kind == "answer":
        return [f"{attack}\nqkv.check_score(score)"]
    return [attack, WRONG]
