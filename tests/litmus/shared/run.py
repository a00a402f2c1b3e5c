"""--plain-accesses shared: plain accesses branch like relaxed atomic ones.

    run.py build/heddle        exit status 1 when a count or a verdict is not the expected one
"""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
# file, compiler options, model: verdict, and complete executions where every one is explored
EXPECTED = [
    ("store_buffering.c", [], "sc", "verified", 3),
    ("store_buffering.c", [], "tso", "verified", 4),
    ("store_buffering.c", [], "rc11", "verified", 4),
    ("store_buffering.c", ["-DCLAIM"], "sc", "verified", 3),
    ("store_buffering.c", ["-DCLAIM"], "tso", "assertion", None),
    ("store_buffering.c", ["-DCLAIM"], "rc11", "assertion", None),
    ("counters.cpp", [], "rc11", "verified", 16),
    ("counters.cpp", ["-DCLAIM"], "sc", "assertion", None),
    ("local.cpp", [], "rc11", "verified", 4),
]

failures = 0
for name, options, model, verdict, complete in EXPECTED:
    command = [sys.argv[1], "check", "--json", "--plain-accesses", "shared", "--model", model, str(HERE / name), "--", *options]
    result = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)["results"][0]
    if result["verdict"] != verdict or complete not in (None, result["complete"]):
        failures += 1
        print(f"expected {verdict} {complete or ''}, got {result['verdict']} {result['complete']}: {' '.join(command)}")
print(f"{len(EXPECTED) - failures} passed, {failures} failed")
sys.exit(failures > 0)
