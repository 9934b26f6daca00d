#!/usr/bin/env python3
"""Builds and runs the tests, and closes with the line "N passed, N failed".

Unit and simulation tests run in the debug preset, under the address and undefined-behaviour sanitizers. Tests with real
processes (labels cluster and interop) run in the release preset.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROCESS_LABELS = "^(cluster|interop)$"


def run(command):
    print(f"test: {' '.join(command)}", flush=True)
    return subprocess.run(command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, check=False).returncode


def ctest(preset, selection, jobs):
    """(passed, failed, skipped); a run that finds no test or breaks counts as one failure."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.xml")
        code = run(["ctest", "--test-dir", os.path.join("build", preset), "--output-on-failure", "--no-tests=error",
                    "--output-junit", report, "-j", str(jobs), *selection])
        try:
            suite = xml.etree.ElementTree.parse(report).getroot()
        except (OSError, xml.etree.ElementTree.ParseError) as error:
            print(f"test: ctest of build/{preset} left no report ({error})", file=sys.stderr)
            return 0, 1, 0
    skipped = int(suite.get("skipped", 0)) + int(suite.get("disabled", 0))
    failed = int(suite.get("failures", 0))
    passed = int(suite.get("tests", 0)) - failed - skipped
    if code != 0 and failed == 0:
        print(f"test: ctest of build/{preset} ended with exit code {code}", file=sys.stderr)
        failed = 1
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser(prog="scripts/test", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the unit tests alone")
    parser.add_argument("-L", metavar="LABEL", dest="label", help="only tests with this label (unit, simulation, cluster, interop)")
    options = parser.parse_args()

    started = time.monotonic()
    counts = [0, 0, 0]

    def add(result):
        for i, value in enumerate(result):
            counts[i] += value

    in_debug = options.label not in ("cluster", "interop")
    in_release = not options.quick and (options.label is None or not in_debug)

    # Release first: it is what the others run on, and its failure shows soonest.
    for preset, wanted in (("release", in_release), ("debug", in_debug)):
        if not wanted:
            continue
        # The programs in release, for the tests that run them; the tests that are programs in debug.
        if run(["scripts/build", preset, *(["unit_tests"] if preset == "debug" else [])]) != 0:
            add((0, 1, 0))
            continue
        if preset == "release" and options.label is None:
            add((0, 1, 0) if run(["scripts/check", "--headers"]) else (1, 0, 0))
        if preset == "debug":
            label = "unit" if options.quick else options.label
            selection = ["-L", f"^{label}$"] if label else ["-LE", PROCESS_LABELS]
            add(ctest(preset, selection, os.cpu_count() or 1))
        else:
            # One at a time: each starts a cluster of its own, and some measure time.
            add(ctest(preset, ["-L", f"^{options.label}$" if options.label else PROCESS_LABELS], 1))

    passed, failed, skipped = counts
    print(f"test: took {time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
