#!/usr/bin/env python3
"""Every #include between rooms must be among the dependencies that CMakeLists.txt declares for the room.

    rooms.py ROOT
"""
import pathlib
import re
import sys

ROOM = re.compile(r"^\s*heddle_room\(\s*(\w+)\s+(\S+)\s*(.*?)\)", re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')


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


def main(root):
    rooms = read_rooms(root / "CMakeLists.txt")
    problems = [f"the room {room} depends on itself" for room in cycles(rooms)]
    room_of_folder = {pathlib.Path(folder).name: name for name, (folder, _) in rooms.items()}
    files = 0
    for name, (folder, declared) in rooms.items():
        for path in sorted((root / folder).glob("*")):
            if path.suffix not in (".cpp", ".hpp", ".S"):
                continue
            files += 1
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                target = room_of_folder.get(match.group(1).split("/")[0]) if match else None
                if target and target not in declared | {name}:
                    problems.append(f"{path.relative_to(root)}:{number}: {name} includes {match.group(1)}, "
                                    f"but CMakeLists.txt does not let {name} depend on {target}")
                if match and "cli/" in match.group(1) and name != "cli":
                    problems.append(f"{path.relative_to(root)}:{number}: nobody includes cli")
    print("\n".join(problems + [f"{files} files in {len(rooms)} rooms, {len(problems)} problems"]))
    if not files or len(rooms) < 5:
        print("CMakeLists.txt was not understood")
        return 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
