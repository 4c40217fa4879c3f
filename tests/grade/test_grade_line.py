"""The line: arrays arrive as they were sent, and nothing that is sent does harm."""

import json
import socket
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from qkvlib.grade.line import Line, LineError, pack, unpack
from qkvlib.grade.stand_in import StandIn


@pytest.fixture
def ends():
    one, other = socket.socketpair()
    with one, other:
        yield Line(one), other


ARRAYS = [np.arange(6.0).reshape(2, 3), np.float64(2), np.int64(3), np.array([]), np.eye(2) > 0]


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_an_array_arrives_as_it_was(array):
    got = unpack(json.loads(json.dumps(pack(array))))
    assert type(got) is type(array)
    assert got.dtype == array.dtype
    np.testing.assert_array_equal(got, array)


@pytest.mark.parametrize(
    "change",
    [
        {"dtype": "O"},
        {"dtype": "V8"},
        {"dtype": "f8,f8"},
        {"dtype": "<U0"},
        {"shape": [10**15]},
        {"shape": [1]},
        {"shape": [-1, -2]},
        {"data": ""},
    ],
    ids=str,
)
def test_an_array_that_is_not_what_it_says_is_refused(change):
    with pytest.raises(ValueError, match=r"an array that is not what it says|negative"):
        unpack({**pack([1.0, 2.0]), **change})


def test_an_array_too_large_to_be_an_answer_is_refused():
    with pytest.raises(ValueError, match=r"an array of shape \(1000000,\) is more than"):
        pack(np.ones(10**6))


@pytest.mark.parametrize(
    "data, says",
    [
        (b"\xff\xff\xff\xff", "it sent more than 16 MB at once"),
        (b"\0\0\0\x02[]", "it wrote to the grader's own line"),
        (b"\0\0\0\x02{]", "it wrote to the grader's own line"),
        (b"\0\1\0\0" + b"[" * 65536, "it wrote to the grader's own line"),
        (b"\0\0\0\x09{}", "it ended before its last cell"),
    ],
)
def test_nonsense_ends_the_conversation(ends, data, says):
    line, other = ends
    writer = threading.Thread(target=lambda: (other.sendall(data), other.shutdown(1)))
    writer.start()
    with pytest.raises(LineError, match=says):
        line.receive()
    writer.join()


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0\x09{}"])
def test_waiting_has_an_end(ends, data):
    line, other = ends
    other.sendall(data)
    line.allow(0.05)
    start = time.monotonic()
    with pytest.raises(LineError, match=r"it was stopped after 0\.05 seconds"):
        line.receive()
    assert time.monotonic() - start < 5


def test_who_does_not_listen_is_not_waited_for_either(ends):
    line, _ = ends
    line.allow(0.05)
    with pytest.raises(LineError, match="stopped"):
        line.send(text="x" * 10**7)


def scripted(*messages):
    """Make a line whose other side says this; it keeps what it is told."""
    line = SimpleNamespace(sent=[], receive=iter(messages).__next__)
    line.send = lambda **message: line.sent.append(message)
    return line


@pytest.mark.parametrize(
    "name, kind", [("ValueError", ValueError), ("AxisError", np.exceptions.AxisError)]
)
def test_an_error_is_made_again_as_what_it_was(name, kind):
    with pytest.raises(kind, match="it said so"):
        StandIn(scripted({"raised": [name, "it said so"]}), {})()


@pytest.mark.parametrize("name", ["MyOwn", "SystemExit", "UnicodeDecodeError", "eval", "__doc__"])
def test_an_error_that_cannot_be_is_one_of_that_name(name):
    with pytest.raises(Exception, match="it said so") as raised:
        StandIn(scripted({"raised": [name, "it said so"]}), {})()
    assert raised.type.__name__ == name


def test_a_function_among_the_arguments_is_called_here():
    line = scripted(
        {"function": 0, "of": pack([1.0, 2.0])},
        {"function": 1, "of": pack([1.0])},  # that argument is no function
        {"returned": [pack(3.0)], "several": False, "arguments": [None, None]},
    )
    assert StandIn(line, {})(np.sum, np.ones(2)) == 3.0
    assert unpack(line.sent[1]["returned"]) == 3.0
    assert line.sent[2]["raised"] == ["TypeError", "'numpy.ndarray' object is not callable"]


def test_talking_out_of_turn_is_no_answer():
    with pytest.raises(LineError, match="it wrote to the grader's own line"):
        StandIn(scripted({"verdict": [True, "right", True]}), {})()
