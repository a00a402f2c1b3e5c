#!/usr/bin/env python3
"""What states say is what graphs say: on directed.cpp, and on dense random programs of each kind.

    run.py COMPARE [--files N] [--programs N] [--seed N]      a thousand files are a night
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

KINDS = ["sc", "ra", "relaxed", "mixed", "fences", "locks", "plain"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("compare")
    parser.add_argument("--files", type=int, default=1, help="of each kind")
    parser.add_argument("--programs", type=int, default=12, help="in a file")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    here = pathlib.Path(__file__).parent
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        files = [here / "directed.cpp"]
        for seed in range(arguments.seed, arguments.seed + arguments.files):
            for kind in KINDS:
                file = pathlib.Path(folder) / f"{kind}_{seed}.cpp"
                text = subprocess.run([sys.executable, here / "generate.py", str(seed), str(arguments.programs), kind],
                                      capture_output=True, text=True, check=True).stdout
                file.write_text(text)
                files.append(file)
        for file in files:
            ended = subprocess.run([arguments.compare, file], capture_output=True, text=True)
            print(ended.stderr, end="")
            print(ended.stdout, end="", flush=True)
            bad += ended.returncode != 0
    print(f"{len(files)} files, {bad} with differences")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
