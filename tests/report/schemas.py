"""The documents that heddle writes are as docs/schema/ says: schemas.py HEDDLE. So is what it prints of programs of every verdict at hand."""
import glob
import json
import os
import subprocess
import sys
import tempfile

import jsonschema

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def schema(name):
    with open(os.path.join(ROOT, "docs", "schema", f"heddle.{name}-1.json")) as file:
        return jsonschema.Draft202012Validator(json.load(file))


def problems(validator, document):
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in validator.iter_errors(document)]


def load(path):
    with open(path) as file:
        return json.load(file)


def main():
    heddle = os.path.abspath(sys.argv[1])
    trace, check = schema("trace"), schema("check")
    documents = [(path, trace, load(path)) for path in sorted(glob.glob(os.path.join(HERE, "traces", "*.json")))]
    documents += [(path, check, load(path)) for path in sorted(glob.glob(os.path.join(HERE, "golden", "*.json"))) if "perfetto" not in path]
    with tempfile.TemporaryDirectory() as folder:
        programs = [os.path.join(ROOT, "patterns", "dining_philosophers"), os.path.join(ROOT, "tests", "report", "programs", "promise.cpp"), os.path.join(folder, "missing.cpp")]
        done = subprocess.run([heddle, "check", "--json", "--trace-dir", folder, *programs], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300)
        documents.append(("check --json", check, json.loads(done.stdout)))
        documents += [(path, trace, load(path)) for path in glob.glob(os.path.join(folder, "*.json"))]
    passed = failed = 0
    for name, validator, document in documents:
        wrong = problems(validator, document)
        passed, failed = passed + (not wrong), failed + bool(wrong)
        for problem in wrong[:5]:
            print(f"{name}: {problem}")
    # A document that breaks the schema must be seen, or nothing above says anything.
    broken = load(os.path.join(HERE, "traces", "race.json"))
    broken["steps"][0]["op"] = "no such word"
    passed, failed = (passed + 1, failed) if problems(trace, broken) else (passed, failed + 1)
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed))


main()
