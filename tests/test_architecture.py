"""The architecture, DESIGN 9: imports only lead down."""

import ast
import functools
import graphlib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "credential_process"
SANDBOX = f"{PACKAGE.name}.sandbox"

FLOORS = (
    ("__main__",),
    ("cli", "checks", "plugins", "library", "serve", "sandbox"),
    ("broker", "short_status"),
    ("session", "administration"),
    ("client",),
    ("identity_center", "config"),
    ("stores",),
    (
        "warm",
        "documents",
        "errors",
        "files",
        "identifiers",
        "local_server",
        "paths",
        "session_reference",
        "system",
    ),
)
SANDBOX_FLOORS = (
    ("", "home", "pytest_plugin"),
    ("control",),
    ("faults",),
    ("api",),
    ("pages",),
    ("http",),
    ("state",),
)
MOST_AT_THE_TOP = 10
LEVELS = {module: len(FLOORS) - level for level, floor in enumerate(FLOORS) for module in floor}
ALLOWED = {
    "filelock": ("files",),
    "configupdater": ("config",),
    "botocore": ("administration", "identity_center", "library", "plugins", "sandbox"),
    "urllib3": ("identity_center",),
    "truststore": ("system",),
    "awscli": ("plugins",),
    "boto3": ("administration", "library", "sandbox"),
    "click": ("cli",),
    "rich": ("cli",),
}
# Names that only some operating systems have, or that differ between them.
OF_ONE_SYSTEM = {
    *("fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "ctypes"),
    *("msvcrt", "winreg", "_winapi"),
    *("platform", "sys.platform", "os.name"),
}

Import = tuple[str, str]


@functools.cache
def imports() -> list[Import]:
    """Return every import of the package, those inside functions included: (importer, imported)."""
    return [
        pair
        for path in sorted(PACKAGE.rglob("*.py"))
        for importer in [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)]
        for pair in imports_in(path.read_text(), importer)
    ]


def imports_in(source: str, importer: str) -> list[Import]:
    """Return every import in the source of a module, those inside functions included: (importer, imported)."""
    stem = importer.rpartition(".")[2]
    return [
        (importer, imported)
        for node in ast.walk(ast.parse(source))
        for imported in _imported(node, importer.removesuffix(".__init__"), stem)
    ]


def _imported(node: ast.AST, importer: str, stem: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    package = importer.split(".") if stem == "__init__" else importer.split(".")[:-1]
    above = package[: len(package) - node.level + 1] if node.level else []
    origin = ".".join([*above, *filter(None, [node.module])])
    return [f"{origin}.{alias.name}" for alias in node.names]


def module(name: str) -> str:
    """Return the part of the package that a dotted name is in; the package itself is ''."""
    parts = name.split(".")[1:]
    return parts[0] if parts and parts[0] in LEVELS else ""


def between_parts(pairs: list[Import]) -> list[Import]:
    """Return the imports between two parts of the package."""
    inside = [
        (module(importer), module(imported))
        for importer, imported in pairs
        if imported.split(".")[0] == PACKAGE.name
    ]
    return [(one, other) for one, other in inside if one and other and one != other]


def test_every_module_has_a_floor() -> None:
    """The other tests would ignore a module without a place."""
    found = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    found |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert found - set(LEVELS) == set()


def test_few_modules_lie_at_the_top() -> None:
    """Only a short list shows a newcomer the architecture at a glance."""
    assert len(list(PACKAGE.glob("*.py"))) <= MOST_AT_THE_TOP


def test_imports_go_down_only() -> None:
    """Readers of one floor need to know only those below it."""
    up = [(one, other) for one, other in between_parts(imports()) if LEVELS[one] < LEVELS[other]]
    assert up == []


def test_floors_have_no_circles() -> None:
    """Two modules that import each other are one module in two files."""
    pairs = set(between_parts(imports()))
    assert {pair for pair in pairs if pair[::-1] in pairs} == set()


def circle(pairs: list[Import]) -> set[str]:
    """Return modules that import each other in a circle, if there is one."""
    by_module = [(importer.removesuffix(".__init__"), imported) for importer, imported in pairs]
    modules = {importer for importer, _ in by_module}
    graph: dict[str, set[str]] = {}
    for importer, imported in by_module:
        name = imported if imported in modules else imported.rpartition(".")[0]
        graph.setdefault(importer, set()).add(name)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return set(error.args[1])
    return set()


def test_modules_have_no_import_circle() -> None:
    """Each module can be read before those that use it; imports inside functions and for typing count."""
    assert circle(imports()) == set()


@pytest.mark.parametrize(
    "source",
    [
        "from room import below",
        "from room.below import Lock",
        "from .below import Lock",
        "def lock():\n    from room import below",
        "if TYPE_CHECKING:\n    from room.below import Lock",
    ],
)
def test_an_import_circle_is_found(source: str) -> None:
    """The positive control, with a third module between the two."""
    others = [("room.below", "room.between"), ("room.between", "room.above.Door")]
    assert circle(others) == set()
    found = circle([*imports_in(source, "room.above"), *others])
    assert found == {"room.above", "room.between", "room.below"}


@pytest.mark.parametrize("front", ["warm", "client"])
def test_the_client_imports_neither_broker_nor_service(front: str) -> None:
    """Hundreds of callers run at once, and stay small because they cannot import these."""
    below = {other for one, other in between_parts(imports()) if one == front}
    assert below & {"broker", "session", "identity_center", "config"} == set()


@pytest.mark.parametrize(("library", "importers"), ALLOWED.items())
def test_a_heavy_library_is_imported_by_few_modules(
    library: str, importers: tuple[str, ...]
) -> None:
    """Only chosen modules import what takes long to load."""
    found = {
        module(importer) or importer
        for importer, imported in imports()
        if imported.split(".")[0] == library
    }
    assert found - set(importers) == set()


def reachable(*starts: str) -> set[str]:
    """Return the modules of the package that these import, directly or not, inside functions and for typing too."""
    modules = {importer.removesuffix(".__init__") for importer, _ in imports()}
    graph: dict[str, set[str]] = {}
    for importer, imported in imports():
        graph.setdefault(importer.removesuffix(".__init__"), set()).update(
            name for name in (imported, imported.rpartition(".")[0]) if name in modules
        )
    found, left = set(), {f"{PACKAGE.name}.{start}" for start in starts}
    while left:
        found |= left
        left = set().union(*(graph.get(name, set()) for name in left)) - found
    return found


def test_callers_and_the_broker_load_no_dataclasses() -> None:
    """It imports `inspect`, which is a tenth of what a broker loads before it serves."""
    found = reachable("client.ask", "broker.main")
    assert {f"{PACKAGE.name}.{name}" for name in ("broker.loop", "session.token_store")} < found
    importers = {
        importer.removesuffix(".__init__")
        for importer, imported in imports()
        if imported.split(".")[0] == "dataclasses"
    }
    assert f"{PACKAGE.name}.library.credentials" in importers  # the positive control
    assert found & importers == set()


def questions(source: str, importer: str = "module") -> set[str]:
    """Return the places in a source that ask for the operating system, in imports, attributes and texts."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        for name in _imported(node, importer, importer):
            found |= {name, name.split(".")[0]} & OF_ONE_SYSTEM
        if isinstance(node, ast.Attribute):
            found |= {ast.unparse(node)} & OF_ONE_SYSTEM
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            is_path = "/proc/" in str(node.value)
            found |= {"/proc"} if is_path else set()
    return found


def test_system_alone_asks_for_the_operating_system() -> None:
    """A port to another system has to change this folder only."""
    asking = {
        str(path.relative_to(PACKAGE)): found
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in {"system", "sandbox"}
        if (found := questions(path.read_text()))
    }
    assert asking == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def lock():\n    import fcntl", "fcntl"),
        ("from resource import getrlimit", "resource"),
        ("is_windows = os.name == 'nt'", "os.name"),
        ("from sys import platform", "sys.platform"),
        ("if sys.platform.startswith('win'): ...", "sys.platform"),
        ("open(f'/proc/{process}/stat')", "/proc"),
        ("name = b'/proc/self/exe'", "/proc"),
    ],
)
def test_a_question_for_the_operating_system_is_found(source: str, found: str) -> None:
    """The positive control: a guard that finds nothing would pass for ever."""
    assert questions(source) == {found}


def test_the_warm_path_does_not_import_system() -> None:
    """Hundreds of calls would pay for loading it."""
    importers = {one for one, other in between_parts(imports()) if other == "system"}
    assert importers & {"warm", "documents", "paths", "__main__"} == set()
    assert "client" in importers


def test_only_the_administration_makes_clients_of_aws() -> None:
    """A client of botocore follows endpoints of profiles and variables, and would take tokens there.

    Those of `administration` sign with the credentials of a profile, and no token gets there.
    """
    makers = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"client", "create_client"}
    }
    assert makers == {"administration"}


def test_no_token_gets_to_the_administration() -> None:
    """Its clients follow the endpoints of profiles and variables."""
    below = {other for one, other in between_parts(imports()) if one == "administration"}
    assert below == {"errors", "identifiers", "identity_center"}  # of the last, the limiter


def test_the_broker_imports_no_commands_and_plugins() -> None:
    """`__main__` starts it by name, and it must not import the commands."""
    doors = {*FLOORS[0], *FLOORS[1]}
    assert {
        (one, other)
        for one, other in between_parts(imports())
        if other in doors and one not in doors
    } == set()


def in_sandbox() -> list[Import]:
    """Return the imports of the sandbox's modules."""
    return [pair for pair in imports() if pair[0].startswith(f"{SANDBOX}.")]


def between_sandbox_modules() -> list[Import]:
    """Return which module of the sandbox imports which, also for typing alone; '' is its top."""
    folder = PACKAGE / "sandbox"
    modules = {
        ".".join(path.relative_to(folder).with_suffix("").parts)
        .removesuffix("__init__")
        .rstrip(".")
        for path in folder.rglob("*.py")
    }
    return [
        (_in_sandbox(importer), name if name in modules else name.rpartition(".")[0])
        for importer, imported in in_sandbox()
        if imported.startswith(f"{SANDBOX}.")
        for name in [_in_sandbox(imported)]
    ]


def _in_sandbox(name: str) -> str:
    return name.removeprefix(SANDBOX).removesuffix("__init__").strip(".")


def test_the_sandbox_imports_nothing_of_the_product() -> None:
    """A test double that shares code with the product shares its mistakes."""
    of_product = [
        (importer, imported)
        for importer, imported in in_sandbox()
        if imported.split(".")[0] == PACKAGE.name and not imported.startswith(f"{SANDBOX}.")
    ]
    assert of_product == []


def test_rooms_of_the_sandbox_import_downwards_only() -> None:
    """Its state does not depend on HTTP, and its services not on faults."""
    levels = {room: -level for level, floor in enumerate(SANDBOX_FLOORS) for room in floor}
    up = [
        (importer, imported)
        for importer, imported in between_sandbox_modules()
        if levels[importer.split(".")[0]] < levels[imported.split(".")[0]]
    ]
    assert up == []
