#!/usr/bin/env python3
"""The house is as docs/ARCHITECTURE.md says.

    rooms.py ROOT

  * Every #include between rooms is among the dependencies that CMakeLists.txt declares for the room, and these are the ones of the table.
  * No room depends on itself, and no unit (x.hpp with x.cpp) needs itself round a corner, but for the knots that the document lists.
  * Within a room no two files have one name, subfolders included.
  * A function is declared in the header of the unit that defines it, not by hand where it is called.
  * Files and tests that docs/METHODS.md names exist.
  * Every kind of operation, explored or recorded, has its row in the table that says what it is.
"""
import pathlib
import re
import sys

ROOM = re.compile(r"^\s*heddle_room\(\s*(\w+)\s+(\S+)\s*(.*?)\)", re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
ROW = re.compile(r"^\| (\w+) \| (\S+) \| .* \| ([\w –]+) \|$", re.MULTILINE)
KNOT = re.compile(r"^- (\w+): ([\w ]+)$", re.MULTILINE)
SOURCES = (".cpp", ".hpp", ".S")


def read_rooms(cmake):
    """name -> (folder, set of rooms it declares)"""
    rooms = {}
    for name, folder, rest in ROOM.findall(cmake.read_text()):
        declared = re.search(r"\bDEPENDS\b([\w\s]*?)(?:\bLIBRARIES\b|$)", rest)
        rooms[name] = (folder, set(declared.group(1).split()) if declared else set())
    return rooms


def cycles(rooms):
    for start in rooms:
        seen, waiting = set(), list(rooms[start][1])
        while waiting:
            room = waiting.pop()
            if room == start:
                yield start
                break
            if room not in seen:
                seen.add(room)
                waiting += rooms.get(room, ("", set()))[1]


def read_parts(cmake):
    """name -> the names of its files, of rooms that share a folder with others"""
    found = {}
    for name, _, rest in ROOM.findall(cmake.read_text()):
        if parts := re.search(r"\bPARTS\b(.*?)(?:\bDEPENDS\b|$)", rest, re.DOTALL):
            found[name] = {part.split(".")[0] for part in parts.group(1).split()}
    return found


def files_of(root, folder, parts):
    """All sources of the room; of a folder that several share, those that have the name of one of the room's parts, headers too."""
    return sorted(p for p in (root / folder).rglob("*") if p.suffix in SOURCES and (not parts or p.stem in parts))


ENUM = r"enum class %s[^{]*\{(.*?)\};"


def without_row(root, enum, declared, table, row):
    """The kinds that the enumeration declares and the table has no row for; the table must have the same order (it says so itself)."""
    body = re.search(ENUM % enum, (root / declared).read_text(), re.DOTALL).group(1)
    kinds = re.findall(r"^\s*(\w+),?\s*(?:///<.*)?$", body, re.MULTILINE)
    rows = re.findall(row, (root / table).read_text())
    if len(kinds) < 20:
        yield f"{declared}: {enum} was not understood"
    yield from (f"{table}: {enum}::{kind} has no row" for kind in kinds if kind not in rows)


def knots(units):
    """The sets of units that need each other (strongly connected components of more than one; Tarjan 1972)."""
    sys.setrecursionlimit(10_000)
    number, low, stack, found = {}, {}, [], []

    def visit(unit):
        number[unit] = low[unit] = len(number)
        stack.append(unit)
        for other in units[unit]:
            if other not in number:
                visit(other)
                low[unit] = min(low[unit], low[other])
            elif other in stack:
                low[unit] = min(low[unit], number[other])
        if low[unit] == number[unit]:
            start = stack.index(unit)
            if len(stack) - start > 1:
                found.append(set(stack[start:]))
            del stack[start:]

    for unit in units:
        if unit not in number:
            visit(unit)
    return found


def includes_of(path):
    return [(number, match.group(1)) for number, line in enumerate(path.read_text().splitlines(), 1) if (match := INCLUDE.match(line))]


def check_includes(root, rooms):
    parts = read_parts(root / "CMakeLists.txt")

    def room_of(include):
        """The room that a header is of; None: of none, as those of libraries are."""
        candidates = [name for name, (folder, _) in rooms.items() if pathlib.Path(folder).name == include.split("/")[0]]
        stem = pathlib.Path(include).stem
        return next((name for name in candidates if name not in parts or stem in parts[name]), candidates[0] if candidates else None)

    files = 0
    problems = [f"the room {room} depends on itself" for room in cycles(rooms)]
    for name, (folder, declared) in rooms.items():
        for path in files_of(root, folder, parts.get(name)):
            files += 1
            for number, included in includes_of(path):
                target = room_of(included)
                if target and target not in declared | {name}:
                    problems.append(f"{path.relative_to(root)}:{number}: {name} includes {included}, "
                                    f"but CMakeLists.txt does not let {name} depend on {target}")
                if included.startswith("cli/") and name != "cli":
                    problems.append(f"{path.relative_to(root)}:{number}: nobody includes cli")
    return files, problems


def check_names(root, rooms):
    for name, (folder, _) in rooms.items():
        seen = {}
        for path in sorted(p for p in (root / folder).rglob("*") if p.suffix in SOURCES):
            # A primitive's folder has the same files in each: they are told apart by the folder.
            key = path.relative_to(root / folder) if name in ("primitives", "rules") else path.name
            if key in seen:
                yield f"{path.relative_to(root)}: {seen[key].relative_to(root)} has the same name"
            seen[key] = path


def check_knots(root, rooms, document):
    allowed = {frozenset(f"{room}/{unit}" for unit in units.split()) for room, units in KNOT.findall(document)}
    units = {}
    for _, (folder, _) in rooms.items():
        base = (root / folder).parent
        for path in (p for p in (root / folder).rglob("*") if p.suffix in (".cpp", ".hpp")):
            unit = str(path.relative_to(base).with_suffix(""))
            units.setdefault(unit, set()).update(str(pathlib.Path(i).with_suffix("")) for _, i in includes_of(path))
    units = {unit: {i for i in needs if i in units and i != unit} for unit, needs in units.items()}
    for knot in knots(units):
        if not any(knot <= one for one in allowed):
            yield f"these units need each other: {' '.join(sorted(knot))}"


def check_table(rooms, document):
    table = {name: (folder, set(needs.replace("–", "").split())) for name, folder, needs in ROW.findall(document) if name != "room"}
    for name in sorted(rooms.keys() | table.keys()):
        if rooms.get(name) != table.get(name):
            yield f"docs/ARCHITECTURE.md says of the room {name}: {table.get(name)}, CMakeLists.txt: {rooms.get(name)}"


def check_prototypes(root, rooms):
    """A declaration in a .cpp of a function that another file defines. Of hooks, which are C, only the name matters; and in a list the
    row is the declaration."""
    declaration = re.compile(r"^(?!using|typedef|template|friend|namespace|struct|class)[A-Za-z][\w:<>,*& ]* \**&?\w+\([^{}=;]*\);", re.MULTILINE)
    for _, (folder, _) in rooms.items():
        for path in (root / folder).rglob("*.cpp"):
            if path.name == "list.cpp":
                continue
            text = path.read_text()
            for match in declaration.finditer(text):
                name = re.search(r"(\w+)\(", match.group(0)).group(1)
                if not name.startswith(("heddle_", "__tsan_")) and not re.search(rf"\b{name}\([^;{{}}]*\)[^;{{}}]*\{{", text):
                    yield f"{path.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1}: {name} is declared by hand"


def check_methods(root, document):
    tests = "".join(p.read_text() for p in root.glob("tests/**/CMakeLists.txt"))
    cases = "".join(p.read_text() for p in root.glob("tests/unit/**/*.cpp"))
    for number, line in enumerate(document.splitlines(), 1):
        if not line.startswith("| ") or line.startswith("| method"):
            continue
        _, _, _, files, held, _ = line.split("|")
        folder = ""
        for name in re.findall(r"`([\w/]+)`", files):
            folder = name.rsplit("/", 1)[0] if "/" in name else folder
            path = f"{folder}/{name.rsplit('/', 1)[-1]}"
            if not any((root / base / (path + suffix)).exists() for base in ("checker", "models", ".") for suffix in (".cpp", ".hpp")):
                yield f"docs/METHODS.md:{number}: there is no file {path}"
        for name in re.findall(r"`(\w+)`", held):
            if not re.search(rf"\b{name}\b", tests):
                yield f"docs/METHODS.md:{number}: there is no test {name}"
        for tag in re.findall(r"\[(\w+)\]", held):
            if f"[{tag}]" not in cases:
                yield f"docs/METHODS.md:{number}: no unit test has the tag [{tag}]"


def main(root):
    rooms = read_rooms(root / "CMakeLists.txt")
    document = (root / "docs/ARCHITECTURE.md").read_text()
    files, problems = check_includes(root, rooms)
    problems += check_names(root, rooms)
    problems += check_knots(root, rooms, document)
    problems += check_table(rooms, document)
    problems += check_prototypes(root, rooms)
    problems += without_row(root, "OpKind", "checker/runtime/operation.hpp", "checker/execution/operations.hpp", r'\{(\w+), "')
    problems += without_row(root, "RecordedKind", "checker/trace/recording.hpp", "checker/trace/recorded_kinds.hpp", r"RecordedTraits\{RecordedKind::(\w+), ")
    problems += check_methods(root, (root / "docs/METHODS.md").read_text())
    print("\n".join(problems + [f"{files} files in {len(rooms)} rooms, {len(problems)} problems"]))
    if not files or len(rooms) < 5:
        print("CMakeLists.txt was not understood")
        return 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
