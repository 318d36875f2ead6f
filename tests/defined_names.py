"""The names that a module defines, for pages and tables that refer to them."""

import ast
from pathlib import Path


def names(file: Path) -> set[str]:
    """Return the names that a module defines: functions, classes, their methods as `Class.method`, constants."""
    module = ast.parse(file.read_text())
    found = {
        name.id
        for each in module.body
        if isinstance(each, ast.Assign)
        for name in each.targets
        if isinstance(name, ast.Name)
    }
    for each in ast.walk(module):
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            found.add(each.name)
        if isinstance(each, ast.ClassDef):
            methods = (method for method in each.body if isinstance(method, ast.FunctionDef))
            found |= {f"{each.name}.{method.name}" for method in methods}
    return found
