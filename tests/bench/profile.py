"""Where the time of a check goes, in instructions counted by callgrind (package valgrind), so that a busy machine does not matter.

    profile.py build/heddle [--family lockinc] [--size 6] [--model rc11]

Shares of: running the program natively, the graph and its clocks, consistency, the race detector, the exploration itself
(choosing, revisits, remembered behaviour). Start-up, loading and compiling are left out.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
# By the file that the code stands in; the first that fits.
SHARES = [
    ("native runs", r"checker/runtime/|models/primitives/|execution/(native_run|segment_listener)|\.cache/|heddle-profile"),
    ("consistency", r"models/memory/|graph/(order|bit_relation)"),
    ("graph", r"checker/graph/"),
    ("race detector", r"checker/execution/plain_memory"),
    ("exploration", r"checker/(execution|property|story|search|guide)/"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("heddle")
    parser.add_argument("--family", default="lockinc")
    parser.add_argument("--size", type=int, default=6)
    parser.add_argument("--model", default="rc11")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("profile.py: needs valgrind (Debian package valgrind)")
    with tempfile.TemporaryDirectory(prefix="heddle-profile") as folder:
        check = [options.heddle, "check", "--explore", "graphs", "--jobs", "1", "--model", options.model, str(HERE / f"{options.family}.c"),
                 "--", f"-DN={options.size}"]
        subprocess.run(check, capture_output=True, check=True)  # compiled and cached
        subprocess.run(["valgrind", "--tool=callgrind", "--trace-children=yes",
                        f"--callgrind-out-file={folder}/%p", *check], capture_output=True, check=True,
                       env=os.environ | {"HEDDLE_SAME_ADDRESSES": "1"})  # valgrind cannot follow the start without address randomisation
        totals = {name: 0 for name, _ in SHARES}
        for profile in pathlib.Path(folder).iterdir():
            if "Explorer::step" not in profile.read_text(errors="replace"):
                continue
            lines = subprocess.run(["callgrind_annotate", "--threshold=100", str(profile)], capture_output=True, text=True).stdout
            for line in lines.splitlines():
                match = re.match(r"\s*([\d,]+) \([^)]*\)\s+(\S+):", line)
                if not match:
                    continue
                for name, pattern in SHARES:
                    if re.search(pattern, match[2]):
                        totals[name] += int(match[1].replace(",", ""))
                        break
        everything = sum(totals.values()) or 1
        print(f"{options.family}({options.size}), {options.model}: {everything:,} instructions in the engine")
        for name, count in totals.items():
            print(f"  {name:<14}{100 * count / everything:5.1f} %")


main()
