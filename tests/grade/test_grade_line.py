"""The line: arrays arrive as they were sent, and nothing that is sent does harm."""

import json
import socket
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from qkvlib.grade import line as line_module
from qkvlib.grade.forms import fits
from qkvlib.grade.line import Line, LineError
from qkvlib.grade.packing import ARRAY, pack, pack_error, unpack
from qkvlib.grade.stand_in import StandIn


@pytest.fixture
def ends():
    one, other = socket.socketpair()
    with one, other:
        yield Line(one), other


ONE = {"dtype": "<f4", "shape": [1], "data": "AAAAAA=="}
RETURNED = {"returned": [None], "several": "", "arguments": [], "printed": False, "used": []}
ARRAYS = [np.arange(6.0).reshape(2, 3), np.float64(2), np.int64(3), np.array([]), np.eye(2) > 0]


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_an_array_arrives_as_it_was(array):
    got = unpack(json.loads(json.dumps(pack(array))))
    assert type(got) is type(array)
    assert got.dtype == array.dtype
    np.testing.assert_array_equal(got, array)


WRONG = {
    "a text where a list is due": {"raised": "no"},
    "a list where a text is due": {"raised": [["no"], "no"]},
    "a deep list": {"done": [[[[[[[[]]]]]]]]},
    "too long a text": {"done": "x" * 301},
    "a text no terminal shows": {"done": "\x1b[2J"},
    "half a character": {"done": "\ud800"},
    "a number for yes": {"check": "a", "kind": "", "called": "", "works": 1, "numbers": []},
    "no for a number": {"function": False, "of": None},
    "a number below 0": {"function": -1, "of": None},
    "a key too many": {"done": "", "verdict": [True, "right", True]},
    "a key too few": {"check": "a", "kind": "", "called": ""},
    "another's message": {"said": 0, "passed": True, "message": "right", "shown": ""},
    "no object": ["done"],
    "nothing": None,
    "many results": {**RETURNED, "returned": [None] * 17},
    "no result": {**RETURNED, "returned": {}},
    "no array": {**RETURNED, "returned": [{"dtype": "<f8"}]},
    "objects": {**RETURNED, "returned": [{**ONE, "dtype": "O"}]},
    "a record": {**RETURNED, "returned": [{**ONE, "dtype": "f8,f8"}]},
    "a size that is a text": {**RETURNED, "returned": [{**ONE, "shape": ["1"]}]},
    "a size below 0": {**RETURNED, "returned": [{**ONE, "shape": [-1, -1]}]},
    "many axes": {**RETURNED, "returned": [{**ONE, "shape": [1] * 9}]},
    "a huge shape": {**RETURNED, "returned": [{**ONE, "shape": [0, 10**6, 10**6]}]},
    "data that is a list": {**RETURNED, "returned": [{**ONE, "data": [0]}]},
}
FROM_LEARNERS = ["ready", "check", "returned", "raised", "function", "done", "functions"]


@pytest.mark.parametrize("message", WRONG.values(), ids=WRONG)
def test_what_has_not_the_form_of_a_message_is_refused(ends, message):
    line, other = ends
    text = json.dumps(message).encode()
    other.sendall(len(text).to_bytes(4, "big") + text)
    with pytest.raises(LineError, match="it wrote to the grader's own line"):
        line.receive(*FROM_LEARNERS)


def test_messages_of_the_right_form_pass(ends):
    _, other = ends
    for message in (
        {"done": "é"},
        {"function": 3, "of": ONE},
        RETURNED,
        {"functions": [["f", "q"]]},
    ):
        Line(other).send(**message)
        assert ends[0].receive(*FROM_LEARNERS) == message
        with pytest.raises(LineError):
            Line(other).send(**message)
            ends[0].receive("ready")


@pytest.mark.parametrize("change", [{"shape": [2]}, {"data": ""}, {"data": "AAAA"}, {"shape": [0]}])
def test_an_array_that_is_not_what_it_says_is_refused(change):
    with pytest.raises(ValueError, match="an array that is not what it says"):
        unpack({**pack([1.0]), **change})


def test_an_array_too_large_to_be_an_answer_is_refused():
    with pytest.raises(ValueError, match=r"an array of shape \(1000000,\) is more than"):
        pack(np.ones(10**6))


@pytest.mark.parametrize("dtype", [">f8", ">i4", np.longdouble, np.clongdouble])
def test_numbers_of_other_machines_arrive(dtype):
    sent = pack(np.array([1.5, 2]).astype(dtype))
    assert fits(sent | {"shape": list(sent["shape"])}, ARRAY)
    np.testing.assert_array_equal(unpack(sent), np.array([1.5, 2]).astype(dtype))


@pytest.mark.parametrize(
    "data, says",
    [
        (b"\xff\xff\xff\xff", "it sent more than 4 MB at once"),
        (b"\0\0\0\x02{]", "it wrote to the grader's own line"),
        (b"\0\1\0\0" + b"[" * 65536, "it sent more parts than a message has"),
        (b"\0\0\x0f\0" + b"[" * 3840, "it wrote to the grader's own line"),
        (b"\0\0\x20\0" + b"[" + b"0," * 4095 + b"]", "it sent more parts than a message has"),
        (b"\0\0\0\x09{}", "it ended before its last cell"),
    ],
)
def test_nonsense_ends_the_conversation(ends, data, says):
    line, other = ends
    writer = threading.Thread(target=lambda: (other.sendall(data), other.shutdown(1)))
    writer.start()
    with pytest.raises(LineError, match=says):
        line.receive("done")
    writer.join()


def test_all_messages_together_have_a_limit_too(ends, monkeypatch):
    monkeypatch.setattr(line_module, "_ALL", 100)
    line, talker = Line(ends[1]), ends[0]
    for _ in range(9):
        talker.send(done="")
    with pytest.raises(LineError, match="it sent more than 0 MB in all"):
        for _ in range(9):
            line.receive("done")


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0\x09{}"])
def test_waiting_has_an_end(ends, data):
    line, other = ends
    other.sendall(data)
    line.wait(0.05)
    start = time.monotonic()
    with pytest.raises(LineError, match="it did not answer"):
        line.receive("done")
    assert time.monotonic() - start < 5


def test_who_does_not_listen_is_not_waited_for_either(ends):
    line, _ = ends
    line.wait(0.05)
    with pytest.raises(LineError, match="it did not answer"):
        line.send(text="x" * 10**7)


class SilentError(Exception):
    """It cannot be asked."""

    def __str__(self):
        raise SystemExit


def test_an_error_that_cannot_be_asked_is_an_error_all_the_same():
    assert pack_error(SilentError()) == ["Exception", "an error that cannot say what it is"]


SAID = {"called": "", "works": True}


def scripted(*messages):
    """Make a line whose other side says this; it keeps what it is told."""
    rest = iter(messages)
    line = SimpleNamespace(sent=[], receive=lambda *kinds: next(rest))
    line.send = lambda **message: line.sent.append(message)
    return line


@pytest.mark.parametrize(
    "name, kind", [("ValueError", ValueError), ("AxisError", np.exceptions.AxisError)]
)
def test_an_error_is_made_again_as_what_it_was(name, kind):
    with pytest.raises(kind, match="it said so"):
        StandIn(scripted({"raised": [name, "it said so"]}), SAID)()


@pytest.mark.parametrize("name", ["MyOwn", "SystemExit", "UnicodeDecodeError", "eval", "__doc__"])
def test_an_error_that_cannot_be_is_one_of_that_name(name):
    with pytest.raises(Exception, match="it said so") as raised:
        StandIn(scripted({"raised": [name, "it said so"]}), SAID)()
    assert raised.type.__name__ == name


def test_a_function_among_the_arguments_is_called_here():
    line = scripted(
        {"function": 0, "of": pack([1.0, 2.0])},
        {"function": 1, "of": pack([1.0])},  # that argument is no function
        {**RETURNED, "returned": [pack(3.0)], "arguments": [None, None]},
    )
    assert StandIn(line, SAID)(np.sum, np.ones(2)) == 3.0
    assert unpack(line.sent[1]["returned"]) == 3.0
    assert line.sent[2]["raised"] == ["TypeError", "'numpy.ndarray' object is not callable"]


def test_an_argument_that_is_not_there_cannot_be_called():
    line = scripted({"function": 7, "of": None}, {**RETURNED, "arguments": [None]})
    assert StandIn(line, SAID)(np.ones(2)) is None
    assert line.sent[1]["raised"][0] == "IndexError"


@pytest.mark.parametrize("change", [{"returned": []}, {"arguments": []}])
def test_too_few_values_are_no_answer(change):
    with pytest.raises(LineError, match="it wrote to the grader's own line"):
        StandIn(scripted({**RETURNED, "arguments": [None], **change}), SAID)(1.0)


@pytest.mark.parametrize("several, kind", [("tuple", tuple), ("list", list)])
def test_several_results_stay_several(several, kind):
    two = {**RETURNED, "returned": [pack(1.0), pack(2.0)], "several": several}
    assert StandIn(scripted(two), SAID)() == kind([1.0, 2.0])
