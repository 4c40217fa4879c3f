"""Right is right: whatever type the numbers have, and however they are packed."""

import ast
import inspect
import textwrap

import numpy as np
import pytest
from exercises import NAMES, exercise_of
from test_one_change import styles


def each(change):
    """Change every array that a function is given, or gives."""
    return lambda one: change(one) if isinstance(one, np.ndarray | np.generic | list) else one


def through(change, back):
    """The function, on changed arguments, with changed results."""

    def style(function):
        def answer(*arguments):
            result = function(*map(each(change), arguments))
            return tuple(map(back, result)) if isinstance(result, tuple) else back(result)

        return answer

    return style


def by_einsum(a, b):
    left, right = ("k", "...ik")[np.ndim(a) > 1], ("k", "...kj")[np.ndim(b) > 1]
    rows, columns = ("i" * (np.ndim(a) > 1), "j" * (np.ndim(b) > 1))
    return np.einsum(f"{left},{right}->...{rows}{columns}", a, b)


def by_loops(a, b):
    if np.ndim(a) == np.ndim(b) == 1:
        return sum(x * y for x, y in zip(a, b, strict=True))
    if np.ndim(b) == 1:
        return np.array([by_loops(row, b) for row in a])
    if np.ndim(a) < 3 and np.ndim(b) == 2:
        columns = [by_loops(a, column) for column in b.T]
        return np.stack(columns, axis=-1)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    pairs = (np.broadcast_to(one, batch + one.shape[-2:]) for one in (a, b))
    return np.array([by_loops(*pair) for pair in zip(*pairs, strict=True)])


class _Products(ast.NodeTransformer):
    """Calls in place of @."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult):
            return node
        return ast.Call(ast.Name("product", ast.Load()), [node.left, node.right], [])


def with_product(product):
    """The same answer, written out with another product in place of @."""

    def style(function):
        tree = _Products().visit(ast.parse(textwrap.dedent(inspect.getsource(function))))
        space = {"np": np, "product": product}
        exec(compile(ast.fix_missing_locations(tree), "<style>", "exec"), space)
        return space[function.__name__]

    return style


class Foreign:
    """An array of another library: NumPy is handed a copy, and no more."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return self.values.astype(dtype or self.values.dtype)


def tuples(one):
    return tuple(map(tuples, one)) if isinstance(one, list | tuple) else one


def tupled(function):
    """Several results, and each of them, as tuples."""

    def answer(*arguments):
        result = function(*arguments)
        several = isinstance(result, tuple)
        return tuple(tuples(nested(one)) for one in result) if several else tuples(nested(result))

    return answer


def same(one):
    return one


def float32(one):
    one = np.asarray(one)
    return one.astype(np.float32)[()] if one.dtype.kind == "f" else one[()]


def nested(one):
    return np.asarray(one).tolist()


def listed(function):
    """Several results, and each of them, as lists."""

    def answer(*arguments):
        result = function(*arguments)
        return [*map(nested, result)] if isinstance(result, tuple) else nested(result)

    return answer


STYLES = {
    "float32 within": through(float32, same),
    "float32 back": through(same, float32),
    "float32 within, float64 back": through(float32, lambda one: np.asarray(one, dtype=float)),
    "lists": listed,
    "tuples": tupled,
    "another library's arrays": through(same, Foreign),
    "einsum": with_product(by_einsum),
    "loops": with_product(by_loops),
    "0-d arrays": through(same, np.asarray),
    "read-only views": through(same, lambda one: np.broadcast_to(one, np.shape(one))),
    "Fortran's order": through(same, lambda one: np.asarray(one, order="F")),
    "a matrix of one row": through(
        same, lambda one: np.asarray(one)[None] if np.ndim(one) < 2 else one
    ),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_passes_in_every_style(name, style):
    for function in styles(name).values():
        verdict = exercise_of(name).check(STYLES[style](function))
        assert verdict, verdict


@pytest.mark.parametrize("name", NAMES)
def test_a_tensor_passes(name):
    torch = pytest.importorskip("torch")

    def tensors(*arguments):
        result = function(*arguments)
        results = result if isinstance(result, tuple) else (result,)
        made = [torch.tensor(np.asarray(one, float), requires_grad=True) for one in results]
        return tuple(made) if isinstance(result, tuple) else made[0]

    function = next(iter(styles(name).values()))
    assert exercise_of(name).check(tensors)


WRITTEN_OUT = ("einsum", "loops")  # these need an answer's source


@pytest.mark.parametrize("style", [one for one in STYLES if one not in WRITTEN_OUT])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_is_wrong_in_every_style(name, style):
    """Off by one part in thirty: a coarse type is no excuse."""

    def off(*arguments):
        result = function(*arguments)
        results = result if isinstance(result, tuple) else (result,)
        wrong = tuple(np.asarray(one) * 1.03 + 0.003 for one in results)
        return wrong if isinstance(result, tuple) else wrong[0]

    function = next(iter(styles(name).values()))
    assert not exercise_of(name).check(STYLES[style](off))
