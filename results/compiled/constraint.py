"""The constraint of a map: a weighted sum of topologies, read from its text without running it."""

from __future__ import annotations

import ast


def coefficients(expression: str) -> dict[str, float]:
    """The coefficient of each name.

    Raises
    ------
    ValueError: where the text is anything but a weighted sum.

    >>> coefficients("2.25*(sms_1+sms_2)+9./4.*sms_3")
    {'sms_1': 2.25, 'sms_2': 2.25, 'sms_3': 2.25}
    """
    try:
        constant, names = _read(ast.parse(expression, mode="eval").body)
    except SyntaxError as error:
        raise ValueError(f"the constraint {expression} cannot be read ({error.msg})") from error
    if constant != 0.0:
        raise ValueError(f"the constraint {expression} has a constant term")
    return names


Sum = tuple[float, dict[str, float]]


def _read(node: ast.expr) -> Sum:
    """A constant, and the coefficients of names."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value), {}
        case ast.Name(id=name):
            return 0.0, {name: 1.0}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _scaled(_read(operand), -1.0)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _added(_read(left), _read(right))
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _added(_read(left), _scaled(_read(right), -1.0))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            first, second = _read(left), _read(right)
            if not first[1]:
                return _scaled(second, first[0])
            if not second[1]:
                return _scaled(first, second[0])
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            divisor, names = _read(right)
            if not names and divisor != 0.0:
                return _scaled(_read(left), 1.0 / divisor)
    raise ValueError(f"the constraint is not a weighted sum: {ast.unparse(node)}")


def _scaled(value: Sum, factor: float) -> Sum:
    return value[0] * factor, {name: x * factor for name, x in value[1].items()}


def _added(a: Sum, b: Sum) -> Sum:
    names = dict(a[1])
    for name, x in b[1].items():
        names[name] = names.get(name, 0.0) + x
    return a[0] + b[0], names
