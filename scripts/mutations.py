"""Small changes of Python code, for `mutants.py`: of comparisons, arithmetic, constants, statements and calls."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEGATED = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SHIFTED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
LOGIC = {ast.And: ast.Or, ast.Or: ast.And}
OTHER = {
    one: other
    for pair in (
        ("any", "all"), ("min", "max"), ("zeros", "ones"), ("argmin", "argmax"), ("minimum", "maximum"),
        ("bitwise_or", "bitwise_and"), ("logical_or", "logical_and"), ("floor", "ceil"),
    )
    for one, other in (pair, pair[::-1])
}  # fmt: skip
"""What each function or method is taken for instead."""
SORTED = {"sorted", "sort"}
EITHER_WAY = {
    "max", "min", "maximum", "minimum", "bitwise_or", "bitwise_and", "bitwise_xor", "logical_or", "logical_and",
    "hypot", "gcd", "isclose", "array_equal", "union1d", "intersect1d",
}  # fmt: skip
"""Functions whose first two arguments may be swapped."""


class Mutant(NamedTuple):
    """A change: where it stands, of what kind it is, and the code before and after."""

    file: str
    line: int
    lines: tuple[int, ...]
    function: str
    kind: str
    before: str
    after: str
    number: int
    nth: int

    @property
    def name(self) -> str:
        """What tells it from others, wherever its line moves."""
        nth = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.file} {self.function}: {self.before} -> {self.after}{nth}"


def expressions(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:  # noqa: C901, PLR0912 - a table of cases
    """Yield the kinds of change of an expression, each with what stands in its place."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=right):
            if type(op) in SHIFTED:
                yield "comparison", ast.Compare(left, [SHIFTED[type(op)]()], right)
            yield "comparison", ast.Compare(left, [NEGATED[type(op)]()], right)
        case ast.BoolOp(op=op, values=values):
            yield "boolean", ast.BoolOp(LOGIC[type(op)](), values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            yield "arithmetic", ast.BinOp(left, ARITHMETIC[type(op)](), right)
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            yield "negation", operand
        case ast.Constant(value=bool(value)):
            yield "constant", ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield "constant", ast.Constant(value + 1)
            yield "constant", ast.Constant(value - 1)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield "condition", ast.IfExp(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Call(func=func, args=args, keywords=keys):
            name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
            if name in OTHER:
                renamed = ast.Name(OTHER[name]) if isinstance(func, ast.Name) else ast.Attribute(func.value, OTHER[name])  # fmt: skip
                yield "function", ast.Call(renamed, args, keys)
            if name in SORTED and not any(key.arg in {"reverse", "axis"} for key in keys):
                backwards = ast.keyword("reverse", ast.Constant(value=True))
                yield "order", ast.Call(func, args, [*keys, backwards])
            if (
                len(args) > 1
                and name not in EITHER_WAY
                and not any(isinstance(arg, ast.Starred) for arg in args[:2])
            ):
                yield "arguments", ast.Call(func, [args[1], args[0], *args[2:]], keys)
        case ast.Attribute(value=value, attr=name, ctx=ast.Load()) if name in OTHER:
            yield "function", ast.Attribute(value, OTHER[name])


def statements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the kinds of change of a statement, each with what stands in its place."""
    match node:
        case ast.AugAssign(target=target, op=op, value=value):
            if type(op) in ARITHMETIC:
                yield "arithmetic", ast.AugAssign(target, ARITHMETIC[type(op)](), value)
            yield "statement", ast.Pass()
        case ast.Expr(value=ast.Call()):
            yield "statement", ast.Pass()
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield "statement", ast.Pass()
        case ast.If(test=test, body=body, orelse=orelse):
            yield "condition", ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
            yield "condition", ast.If(ast.Constant(value=False), body, orelse)
        case ast.While(test=test, body=body, orelse=orelse):
            yield "condition", ast.While(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Return(value=value) if value is not None and not (
            isinstance(value, ast.Constant) and value.value is None
        ):
            yield "return", ast.Return(ast.Constant(None))
        case ast.Continue():
            yield "loop", ast.Break()
        case ast.Break():
            yield "loop", ast.Continue()


def left_out(node: ast.AST) -> list[ast.AST]:  # noqa: PLR0911 - a table of cases
    """Return what of a node is not changed: types, defaults, messages, what only type checkers read."""
    match node:
        case ast.FunctionDef(args=args, decorator_list=marks, returns=returns):
            return [args, *marks, *([returns] if returns else [])]
        case ast.Lambda(args=args):
            return [args]
        case ast.AnnAssign(annotation=held):
            return [held]
        case ast.Call(func=ast.Name(id="zip"), keywords=keys):
            return list(keys)  # strict=True, which other lines make sure of
        case ast.Expr(value=ast.Constant(value=str())):
            return [node.value]
        case ast.FormattedValue(format_spec=spec) if spec:
            return [spec]
        case _:
            return []


def short(node: ast.AST) -> str:
    """Return code as one line of limited length."""
    text = " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
    return text if len(text) <= 100 else text[:97] + "..."


class Place(NamedTuple):
    """A node in its tree: where it hangs, the statement it belongs to, and the functions around it."""

    node: ast.AST
    parent: ast.AST
    field: str
    at: int | None
    statement: ast.stmt
    function: str


def places(
    parent: ast.AST, statement: ast.stmt | None = None, function: str = ""
) -> Iterator[Place]:
    """Yield every node inside a function, in order, but for what is not changed."""
    spared = left_out(parent)
    for field, value in ast.iter_fields(parent):
        for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or node in spared or isinstance(node, ast.Raise):
                continue
            inner = node if isinstance(node, ast.stmt) else statement
            if inner is not None and function:
                yield Place(node, parent, field, at, inner, function)
            if isinstance(node, ast.ClassDef):
                yield from _methods(node)
            elif isinstance(node, ast.FunctionDef):
                yield from places(node, inner, f"{function}.{node.name}".lstrip("."))
            elif function:
                yield from places(node, inner, function)


def _methods(node: ast.ClassDef) -> Iterator[Place]:
    for part in node.body:
        if isinstance(part, ast.FunctionDef):
            yield from places(part, part, f"{node.name}.{part.name}")


def changes(tree: ast.Module) -> Iterator[tuple[Place, str, ast.AST]]:
    """Yield every change of a module: the place, the kind, and what stands there instead."""
    for place in places(tree):
        made = statements if isinstance(place.node, ast.stmt) else expressions
        for kind, new in made(place.node):
            yield place, kind, new


def mutants_of(file: Path, root: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    relative = file.relative_to(root).as_posix()
    alike: Counter[tuple[str, str, str]] = Counter()
    for number, (place, kind, new) in enumerate(changes(ast.parse(file.read_bytes()))):
        node, statement = place.node, place.statement
        is_branch = isinstance(node, ast.If | ast.While)
        whole = node.test if is_branch else node
        lines = {statement.lineno, *range(whole.lineno, (whole.end_lineno or whole.lineno) + 1)}
        before, after = short(whole), short(new.test if is_branch else new)
        alike[place.function, before, after] += 1
        nth = alike[place.function, before, after]
        yield Mutant(
            relative,
            whole.lineno,
            tuple(sorted(lines)),
            place.function,
            kind,
            before,
            after,
            number,
            nth,
        )


def mutated(mutant: Mutant, root: Path) -> ast.Module:
    """Return the tree of a module with a change in it; all lines stay where they are."""
    tree = ast.parse((root / mutant.file).read_bytes())
    for number, (place, _, new) in enumerate(changes(tree)):
        if number == mutant.number:
            made = ast.copy_location(new, place.node)
            if place.at is None:
                setattr(place.parent, place.field, made)
            else:
                getattr(place.parent, place.field)[place.at] = made
            return ast.fix_missing_locations(tree)
    raise LookupError(mutant.name)
