"""The house's two rules of import: floors go down, the outer ring is its app's own. And no circles."""

import ast
from collections.abc import Iterator
from pathlib import Path
from unittest import TestCase

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["core", "accounts", "documents", "partners", "agreements", "missions", "follow_ups", "dashboard", "config"]
INNER = {"models", "actions", "rights"}  # `accounts/rights.py` is the table of rights, part of its inner ring.


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {
    module_name(path): ast.parse(path.read_text(encoding="utf-8"))
    for floor in FLOORS
    for path in (ROOT / floor).rglob("*.py")
    if "migrations" not in path.parts
}


def imports_of(name: str, tree: ast.AST, *, only_at_load: bool = False) -> Iterator[str]:
    """Modules of ours that a module imports, also inside functions unless only those that run at load are asked for."""
    nodes = ast.walk(tree) if not only_at_load else walk_at_load(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in FLOORS)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in FLOORS:
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                yield deeper if deeper in SOURCES else node.module


def walk_at_load(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from walk_at_load(node)


def is_inner(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 1 or parts[1] in INNER


class TheInnerRing(TestCase):
    def test_imports_only_inner_rings_of_its_own_floor_and_below(self) -> None:
        breaches = [
            f"{name} imports {imported}"
            for name, tree in SOURCES.items()
            if name.split(".")[0] not in ("core", "config") and len(name.split(".")) > 1 and is_inner(name)
            for imported in imports_of(name, tree)
            if FLOORS.index(imported.split(".")[0]) > FLOORS.index(name.split(".")[0])
            or (imported.split(".")[0] != "core" and not is_inner(imported))
        ]
        self.assertEqual(breaches, [])

    def test_of_core_knows_no_other_floor(self) -> None:
        breaches = [
            f"{name} imports {imported}"
            for name, tree in SOURCES.items()
            if name.split(".")[0] == "core"
            for imported in imports_of(name, tree)
            if imported.split(".")[0] != "core"
        ]
        self.assertEqual(breaches, [])


class TheOuterRing(TestCase):
    def test_is_imported_by_its_own_app_and_config_only(self) -> None:
        breaches = [
            f"{name} imports {imported}"
            for name, tree in SOURCES.items()
            for imported in imports_of(name, tree)
            if imported.split(".")[0] not in ("core", "config", name.split(".")[0])
            and not is_inner(imported)
            and name.split(".")[0] != "config"
        ]
        self.assertEqual(breaches, [])


class NoModules(TestCase):
    def test_import_each_other_in_a_circle(self) -> None:
        graph = {name: set(imports_of(name, tree, only_at_load=True)) - {name} for name, tree in SOURCES.items()}
        circles, done = [], set()

        def visit(name: str, way: tuple[str, ...]) -> None:
            if name in way:
                circles.append(" → ".join((*way[way.index(name) :], name)))
            elif name not in done:
                for imported in graph.get(name, ()):
                    # A package is loaded by its own modules through its __init__; that is not a circle of meaning.
                    if not name.startswith(f"{imported}."):
                        visit(imported, (*way, name))
                done.add(name)

        for name in graph:
            visit(name, ())
        self.assertEqual(circles, [])


class NoSource(TestCase):
    def test_is_called_services_utils_or_helpers(self) -> None:
        junk = {"services", "utils", "helpers", "common"}
        self.assertEqual([name for name in SOURCES if junk & set(name.split("."))], [])

    def test_uses_signals_for_its_own_logic(self) -> None:
        users = [
            name
            for name, tree in SOURCES.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in ("django.db.models.signals", "django.dispatch")
        ]
        self.assertEqual(users, [])

    def test_writes_a_whole_or_part_without_saying_who(self) -> None:
        """`save()`, `create()` and `delete()` on records carry `by=`; the model refuses them at run time too."""
        quiet = []
        for name, tree in SOURCES.items():
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in ("save", "create", "delete", "get_or_create", "update_or_create")
                    and not any(keyword.arg == "by" or keyword.arg is None for keyword in node.keywords)
                    and f"{name}:{ast.unparse(node.func)}" not in SIGNED_OTHERWISE
                ):
                    quiet.append(f"{name}:{node.lineno} {ast.unparse(node.func)}")
        self.assertEqual(quiet, [])


# Writes that are signed in another way, each with its reason.
SIGNED_OTHERWISE = {
    "accounts.models.user:user.save",  # A user is no whole; its history takes the writer from the request.
    "core.models.export_record:cls.objects.create",  # Has its own `by`.
    "follow_ups.models.follow_up:self.updates.create",  # `by_id` is a column of the story.
    "follow_ups.models.follow_up_update:super().save",  # The same.
    "accounts.models.saved_view:cls.objects.update_or_create",  # Belongs to its user, and is no record.
    "accounts.models.saved_view:cls.objects.get_or_create",  # The same.
    "accounts.views.saved_views:Pin.objects.filter(user=user, view=view).delete",  # The same.
    "accounts.views.saved_views:view.delete",  # The same.
    "accounts.views.language:request.user.save",  # A user is no whole.
    "accounts.views.settings:form.save",  # commit=False stores nothing.
    "accounts.views.settings:chosen.save",  # A user is no whole; its history takes the writer from the request.
    "accounts.models.calendar_link:cls.objects.update_or_create",  # Belongs to its user, and is no record.
    "accounts.models.calendar_link:cls.objects.filter(user=user).delete",  # The same.
    "accounts.models.mail:old.delete",  # A queue of mail is no record.
    "core.models.recorded:super().save",  # Signed by `_sign` on the line above.
    "core.models.recorded:super().delete",
    "core.models.search_entry:cls.objects.filter(kind=kind, record_id__in=record_ids).delete",  # Derived.
    "core.models.draft:cls.objects.update_or_create",  # Belongs to its user, and is no record.
    "core.models.draft:cls.objects.filter(user_id=cast(int, user.pk), key=key).delete",  # The same.
    "core.models.submission:cls.objects.get_or_create",  # Belongs to its user.
    "core.models.submission:self.save",  # The same.
    "follow_ups.models.bulk_change:self.save",  # Has its own `by`; the rows it puts back are written with theirs.
    "core.management.commands.clean_up:drafts.delete",  # No records.
    "core.management.commands.clean_up:submissions.delete",  # The same.
    "core.forms:super().save",  # commit=False stores nothing.
    "core.admin.records:formset.save",  # The same.
    "documents.actions:file.storage.delete",  # A file that no row names.
    "follow_ups.views.details:form.save",  # RecordForm signs with its user.
}
