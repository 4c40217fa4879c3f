"""Make wrong answers from a right one: each is the same function with one small change."""

import ast
import contextlib
import copy
import itertools
import warnings

import numpy as np

_OPERATORS = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.Div],
    ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.FloorDiv: [ast.Mod],
    ast.BitAnd: [ast.BitOr],
}
_COMPARISONS = {
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.Eq: [ast.NotEq],
}
_COMMUTES = (ast.Add, ast.Mult, ast.BitAnd)
_CALLS = {
    "sum": ["mean", "max", "cumsum"],
    "mean": ["sum", "max"],
    "max": ["min", "mean"],
    "argmax": ["argmin"],
    "np.exp": ["np.exp2", "np.expm1", "np.abs"],
    "np.sqrt": ["np.square", "np.log", "np.cbrt"],
    "np.log": ["np.log2", "np.log10", "np.log1p"],
    "max_of_two": ["min"],
    "min": ["max"],
    "np.outer": ["np.multiply"],
    "np.stack": ["np.concatenate"],
}
_WRAPS = [  # what is done to a value that should be left alone
    "np.abs({})",
    "np.maximum({}, 0)",
    "np.clip({}, -1, 1)",
    "np.clip({}, -50, 50)",
    "np.round({}, 2)",
    "np.round({})",
    "-({})",
    "2 * ({})",
    "({}) / 2",
    "({}) + 1e-2",
    "({}) ** 2",
    "np.sqrt(np.abs({}))",
    "np.sort({})",
    "np.flip({})",
    "np.float32(np.int64({}))",
    "({}) / np.linalg.norm({}, axis=-1, keepdims=True)",
    "({}) - np.mean({}, axis=-1, keepdims=True)",
    "({}) / np.sum({}, axis=-1, keepdims=True)",
    "np.where(np.equal({}, 0), -np.inf, {})",
    "np.nan_to_num({}, nan=0.0, neginf=-1e9)",
]
_LEAVES = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop, ast.keyword)


def changed(source, name, every=1):
    """Yield (what was changed, function) for each n-th change of the function of that name."""
    tree = next(one for one in ast.parse(source).body if getattr(one, "name", "") == name)
    seen = {ast.unparse(tree)}
    for new in itertools.chain(_expressions(tree), _statements(tree)):
        text = ast.unparse(ast.fix_missing_locations(new))
        if text not in seen:
            seen.add(text)
            if len(seen) % every:
                continue
            with contextlib.suppress(SyntaxError):  # no answer at all
                yield _lines(ast.unparse(tree), text), made(text, name)


def made(text, name):
    """Run the text, and return the function in it."""
    space = {"np": np}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a changed text may compare oddly
        exec(compile(text, "<changed>", "exec"), space)
    return space[name]


def _lines(before, after):
    old, new = before.splitlines(), after.splitlines()
    gone = [line.strip() for line in old if line not in new]
    come = [line.strip() for line in new if line not in old]
    if not gone and not come:
        return "lines in another order: " + " / ".join(line.strip() for line in new)
    return f"{' / '.join(gone) or '(nothing)'}  →  {' / '.join(come) or '(nothing)'}"


def _expressions(tree):
    nodes = list(ast.walk(tree))
    names = [argument.arg for argument in tree.args.args]
    for number, node in enumerate(nodes):
        if not isinstance(node, ast.expr) or isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        for new in _instead(node, names):
            yield _replaced(tree, number, new)


def _replaced(tree, number, new):
    """The tree with another node at a place; a function's own node is never replaced."""
    tree = copy.deepcopy(tree)
    old = list(ast.walk(tree))[number]
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if value is old:
                setattr(node, field, new)
            elif isinstance(value, list):
                value[:] = [new if one is old else one for one in value]
    return tree


def _instead(node, names):
    """Yield what could stand in place of an expression."""
    match node:
        case ast.BinOp():
            for operator in _OPERATORS.get(type(node.op), []):
                yield ast.BinOp(node.left, operator(), node.right)
            yield node.left
            yield node.right
            if not isinstance(node.op, _COMMUTES):
                yield ast.BinOp(node.right, node.op, node.left)
            yield from _regrouped(node)
            yield from _wrapped(node)
        case ast.UnaryOp():
            yield node.operand
        case ast.Compare(ops=[op]):
            for other in _COMPARISONS.get(type(op), []):
                yield ast.Compare(node.left, [other()], node.comparators)
        case ast.BoolOp():
            yield from node.values
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            for value in (0, 1, 2, -1, -2, None, node.value + 1):
                yield ast.Constant(value)
        case ast.Name(id=name) if name in names:
            yield from (ast.Name(other, ast.Load()) for other in names if other != name)
            yield from _wrapped(node)
        case ast.Attribute(attr="T"):
            yield node.value
        case ast.Attribute(attr="inf"):
            yield from map(ast.Constant, (0, 1, 100, 1e9, float("nan")))
        case ast.Tuple(elts=parts) if len(parts) > 1:
            for i, j in itertools.combinations(range(len(parts)), 2):
                swapped = list(parts)
                swapped[i], swapped[j] = parts[j], parts[i]
                yield ast.Tuple(swapped, ast.Load())
                yield ast.Tuple([*parts[:j], parts[i], *parts[j + 1 :]], ast.Load())
        case ast.Subscript():
            yield node.value
            yield from _wrapped(node)
        case ast.Slice(lower=None, upper=ast.expr()):
            yield ast.Slice(node.upper, None)
        case ast.Call():
            yield from _calls(node)
            if not (isinstance(node.func, ast.Name) and node.func.id in ("range", "slice", "len")):
                yield from _wrapped(node)


def _regrouped(node):
    """Other parentheses: a / (b * c) as a / b * c, and the reverse."""
    right, left = node.right, node.left
    if isinstance(right, ast.BinOp) and isinstance(node.op, ast.Div | ast.Mult | ast.Sub | ast.Pow):
        yield ast.BinOp(ast.BinOp(left, node.op, right.left), right.op, right.right)
    if isinstance(left, ast.BinOp) and not isinstance(node.op, _COMMUTES):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, right))


def _calls(node):
    name = ast.unparse(node.func)
    key = "max_of_two" if name == "max" else name
    for other in _CALLS.get(key, []):
        yield ast.Call(ast.parse(other, mode="eval").body, node.args, node.keywords)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS and name[:3] != "np.":
        for other in _CALLS[node.func.attr]:
            yield ast.Call(
                ast.Attribute(node.func.value, other, ast.Load()), node.args, node.keywords
            )
        yield node.func.value
        yield ast.Constant(0)  # what is subtracted is left out
    if len(node.args) > 1:
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    if len(node.args) == 3:
        yield ast.Call(node.func, [node.args[0], node.args[2], node.args[1]], node.keywords)
    if node.args and name not in ("np.zeros", "np.full", "np.empty"):
        yield node.args[0]
    for keyword in node.keywords:
        yield ast.Call(node.func, node.args, [one for one in node.keywords if one is not keyword])
    if name == "range":
        stop = node.args[-1]
        yield ast.Call(node.func, [ast.BinOp(stop, ast.Sub(), ast.Constant(1))], [])
        yield ast.Call(node.func, [ast.Constant(1), stop], [])


def _wrapped(node):
    text = ast.unparse(node)
    for wrap in _WRAPS:
        yield ast.parse(wrap.replace("{}", text), mode="eval").body


def _statements(tree):
    """Yield the trees with a line dropped, moved into or out of a loop, or `=` for `+=`."""
    for number, node in enumerate(ast.walk(tree)):
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if not isinstance(body, list):
                continue
            for i in range(len(body)):
                for new in _bodies(body, i):
                    copied = copy.deepcopy(tree)
                    setattr(list(ast.walk(copied))[number], field, copy.deepcopy(new))
                    yield copied
            if isinstance(node, ast.For) and len(body) > 1:
                yield from _hoisted(tree, number, field)


def _bodies(body, i):
    one = body[i]
    if len(body) > 1 and not isinstance(one, ast.Return):
        yield body[:i] + body[i + 1 :]
    if isinstance(one, ast.AugAssign):
        yield [*body[:i], ast.Assign([one.target], one.value), *body[i + 1 :]]
        for operator in _OPERATORS.get(type(one.op), []):
            yield [*body[:i], ast.AugAssign(one.target, operator(), one.value), *body[i + 1 :]]
    if isinstance(one, ast.Return) and i and isinstance(body[i - 1], ast.For):
        loop = copy.deepcopy(body[i - 1])
        loop.body.append(one)  # return inside the loop
        yield [*body[: i - 1], loop]
        inner = next((node for node in loop.body if isinstance(node, ast.For)), None)
        if inner:
            loop = copy.deepcopy(body[i - 1])
            next(node for node in loop.body if isinstance(node, ast.For)).body.append(one)
            yield [*body[: i - 1], loop]
    if isinstance(one, ast.For) and i + 1 < len(body) and not isinstance(body[i + 1], ast.Return):
        loop = copy.deepcopy(one)
        loop.body.append(body[i + 1])  # a line after the loop moved into it
        yield [*body[:i], loop, *body[i + 2 :]]
    if i + 1 < len(body):
        yield [*body[:i], body[i + 1], one, *body[i + 2 :]]


def _hoisted(tree, number, field):
    """A loop whose first line stands before it: a sum that does not start again."""
    loop = list(ast.walk(tree))[number]
    for parent_number, parent in enumerate(ast.walk(tree)):
        siblings = getattr(parent, "body", None)
        if isinstance(siblings, list) and loop in siblings:
            copied = copy.deepcopy(tree)
            inner = list(ast.walk(copied))[number]
            outer = list(ast.walk(copied))[parent_number].body
            outer.insert(outer.index(inner), inner.body.pop(0))
            yield copied
