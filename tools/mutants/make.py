"""Make the mutants: each is a function with one small change.

Numbers, operators, conditions, arguments, returns, checks and the names in messages change; the
words around those names do not.
"""

import ast
import copy
from typing import NamedTuple

_PAIRS = "Add-Sub Mult-Div BitAnd-BitOr Lt-LtE Gt-GtE Eq-NotEq Is-IsNot In-NotIn And-Or"
_TO_ONE = "FloorDiv-Mult Mod-Mult Pow-Mult MatMult-Mult USub-UAdd Invert-UAdd"
_NAMES = [pair.split("-") for pair in f"{_PAIRS} {_TO_ONE}".split()]
_NAMES += [pair.split("-")[::-1] for pair in _PAIRS.split()]
SWAPS = {getattr(ast, old): getattr(ast, new) for old, new in _NAMES}
COMMUTES = {"min", "max", "minimum", "maximum", "multiply"}
COMMUTES |= {"broadcast_shapes", "promote_types", "result_type"}
SAVES = {"copy", "strict"}  # keywords on which no result depends


class Mutant(NamedTuple):
    """A change: in which module and function, and which line became which."""

    module: str
    function: str
    old: str
    new: str


def mutants(source, module):
    """Yield each mutant of a module, with its function's new tree."""
    for name, function in _functions(ast.parse(source)):
        _drop_annotations(function)
        left = {
            id(part) for node in ast.walk(function) if _is_left(node) for part in ast.walk(node)
        }
        before = ast.unparse(function).splitlines()
        for number, node in enumerate(ast.walk(function)):
            for field, value in () if id(node) in left else _changes(node):
                changed = copy.deepcopy(function)
                setattr(list(ast.walk(changed))[number], field, value)
                after = ast.unparse(ast.fix_missing_locations(changed)).splitlines()
                pairs = zip(before, after, strict=True)
                for old, new in [pair for pair in pairs if pair[0] != pair[1]][:1]:
                    yield Mutant(module, name, old.strip(), new.strip()), changed


def _is_left(node):
    """Say whether nothing in it changes: words of a message, and what saves time or trouble."""
    return isinstance(node, ast.JoinedStr) or getattr(node, "arg", None) in SAVES


def _changes(node):
    """Yield what can be done to a node: the name of a field, and what to put there."""
    match node:
        case ast.BinOp() | ast.AugAssign() | ast.BoolOp() | ast.UnaryOp() if type(node.op) in SWAPS:
            yield "op", SWAPS[type(node.op)]()
        case ast.Compare():
            yield "ops", [SWAPS[type(op)]() for op in node.ops]
        case ast.If() | ast.IfExp():
            yield "test", ast.UnaryOp(ast.Not(), node.test)
        case ast.Constant(value=bool()):
            yield "value", not node.value
        case ast.Constant(value=int() | float()):
            yield "value", node.value + 1
        case ast.Return(value=ast.expr()) | ast.Expr(value=ast.Call()):
            yield "value", ast.Constant(None)
        case ast.Call():
            if len(node.args) > 1 and ast.unparse(node.func).removeprefix("np.") not in COMMUTES:
                yield "args", [node.args[1], node.args[0], *node.args[2:]]
            if node.args and isinstance(node.args[0], ast.Constant):  # the name of an argument
                yield "args", [ast.Constant(f"{node.args[0].value}_"), *node.args[1:]]
            for keyword in node.keywords:
                if keyword.arg not in SAVES:
                    yield "keywords", [other for other in node.keywords if other is not keyword]


def _functions(tree, prefix=""):
    """The functions of a module and the methods of its classes, by qualified name."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{node.name}.")


def _drop_annotations(function):
    function.returns = None
    for argument in ast.walk(function.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
