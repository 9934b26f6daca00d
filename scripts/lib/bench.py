#!/usr/bin/env python3
"""Apache Hadoop and Tusker side by side on this machine: one table of metric, Apache, Tusker, ratio, limit.

Both clusters have one NameNode, DataNode, ResourceManager and NodeManager, one replica, and run on the loopback network. They take
turns, and the median of the rounds is shown. The ratio says how many times better Tusker is. Hadoop's jars from Maven hold no native
library: its Java checksums and its lack of short-circuit reads are part of what is compared.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time

import bench_limits
import bench_metrics
import bench_sides
from apache_hadoop import ApacheHadoopError, CHECKOUT
from bench_metrics import METRICS, Value
from bench_process import Failed
from cluster_process import ClusterError

FOLDER = os.path.join(CHECKOUT, "build", "bench")
EXPECTED_ERRORS = (Failed, ApacheHadoopError, ClusterError, OSError, ValueError, KeyError, AssertionError, subprocess.SubprocessError)


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="METRIC,…", help=f"of {', '.join(METRICS)}, pyspark, limits")
    parser.add_argument("--side", choices=("apache", "tusker"), help="measure one side alone")
    parser.add_argument("--size", type=int, metavar="MB", help="of the files that are put, read and counted (512)")
    parser.add_argument("--rounds", type=int, help="how often the sides take turns (3)")
    parser.add_argument("--files", type=int, help="of NNThroughputBenchmark (20000)")
    parser.add_argument("--quick", action="store_true", help="one round, 64 MB, 2000 files")
    options = parser.parse_args()
    options.size = (options.size or (64 if options.quick else 512)) << 20
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.files = options.files or (2000 if options.quick else 20000)
    known = [*METRICS, "pyspark", "limits"]
    options.only = options.only.split(",") if options.only else known
    for name in options.only:
        if name not in known:
            parser.error(f"'{name}' is no metric; there are {', '.join(known)}")
    return options


def say(text):
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def reason(error):
    text = " ".join(str(error).split()) or type(error).__name__
    return Failed(text[:300])


def measure_rounds(name, sides, options):
    """side name → label → Value or Failed. The sides take turns; a side that failed is not tried again."""
    function, repeated, wants_up = METRICS[name]
    rounds = options.rounds if repeated else 1
    found = {side.name: [] for side in sides}
    failed = {}
    for number in range(rounds):
        for side in sides:
            if side.name in failed:
                continue
            say(f"{name}: {side.name}, round {number + 1} of {rounds}")
            try:
                if not side.formatted:
                    side.format()
                if wants_up and not side.running:
                    side.start()
                    side.running = True
                found[side.name].append(function(side, options.metric))
                side.running = True
            except EXPECTED_ERRORS as error:
                failed[side.name] = reason(error)
                say(f"{name}: {side.name} failed: {failed[side.name]}")
    return {side.name: failed[side.name] if side.name in failed else medians(found[side.name]) for side in sides}


def medians(rounds):
    rows = {}
    for label in rounds[0]:
        values = [one[label] for one in rounds if isinstance(one.get(label), Value)]
        rows[label] = Value.median(values) if values else rounds[0][label]
    return rows


def limits(folder, inputs, counts_words):
    """label → (text, figure); what can't be measured says why."""
    functions = (
        ("loopback TCP, one stream", bench_limits.loopback_bytes_per_second, (), "{:.2f} GB/s", 1e9),
        ("memcpy, one core", bench_limits.memcpy_bytes_per_second, (), "{:.1f} GB/s", 1e9),
        ("CRC32C by ISA-L, one core", bench_limits.crc32c_bytes_per_second, (), "{:.1f} GB/s", 1e9),
        ("disk write with a sync at the end", bench_limits.disk_write_bytes_per_second, (folder,), "{:.0f} MB/s", 1e6),
        ("4 KiB write and sync", bench_limits.synced_writes_per_second, (folder,), "{:,.0f}/s", 1),
    )
    if counts_words:
        functions += (("word count by a plain C++ program", lambda: bench_limits.plain_word_count_seconds(folder, inputs.text_file()), (),
                       "{:.2f} s", 1),)
    found = {}
    for label, function, parameters, form, unit in functions:
        say(f"limit: {label}")
        try:
            figure = function(*parameters)
            found[label] = (form.format(figure / unit), figure)
        except EXPECTED_ERRORS as error:
            found[label] = (f"failed: {reason(error)}", None)
    return found


def limit_of(name, label, found, size):
    """The limit that a row stands beside, where one of those measured bounds it."""
    def figure(key):
        return found.get(key, (None, None))[1]
    if label.startswith("  "):
        return ""
    if name in ("put", "get", "cat") and figure("loopback TCP, one stream"):
        return f"{size / figure('loopback TCP, one stream'):.2f} s (loopback)"
    if name == "wordcount" and figure("word count by a plain C++ program"):
        return f"{figure('word count by a plain C++ program'):.2f} s (plain C++)"
    if name == "nn" and not label.startswith(("NN open", "NN fileStatus")) and figure("4 KiB write and sync"):
        return f"{figure('4 KiB write and sync'):,.0f} syncs/s"
    return ""


def ratio(theirs, ours):
    if not isinstance(theirs, Value) or not isinstance(ours, Value) or not theirs.number or not ours.number:
        return ""
    better = ours.number / theirs.number if ours.more_is_better else theirs.number / ours.number
    return f"{better:.1f}x" if better < 100 else f"{better:.0f}x"


def cell(value):
    return "failed" if isinstance(value, Failed) else "" if value is None else str(value)


def print_table(results, found_limits, spark, size):
    head = ["metric", "Apache", "Tusker", "ratio"] + (["PySpark RDD / DataFrame"] if spark is not None else []) + ["limit"]
    lines, failures = [], []
    for name, sides in results.items():
        labels = []
        for rows in sides.values():
            if isinstance(rows, Failed):
                continue
            labels += [label for label in rows if label not in labels]
        for label in labels or [name]:
            def value(side):
                rows = sides.get(side)
                return rows if isinstance(rows, Failed) or rows is None else rows.get(label)
            theirs, ours = value("Apache"), value("Tusker")
            line = [label, cell(theirs), cell(ours), ratio(theirs, ours)]
            if spark is not None:
                both = isinstance(spark, dict) and name == "wordcount" and not label.startswith("  ")
                line.append(f"{spark['RDD']} / {spark['DataFrame']}" if both else "")
            lines.append([*line, limit_of(name, label, found_limits, size)])
            failures += [f"{label}: {side}: failed: {one}" for side, one in (("Apache", theirs), ("Tusker", ours))
                         if isinstance(one, Failed) and not label.startswith("  ")]
    if isinstance(spark, dict) and "wordcount" not in results:
        lines.append(["word count", "", "", "", f"{spark['RDD']} / {spark['DataFrame']}", ""])
    if isinstance(spark, Failed):
        failures.append(f"word count: PySpark: failed: {spark}")
    if lines:
        widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
        for line in [head, ["-" * width for width in widths], *lines]:
            print("  ".join(text.ljust(width) if i == 0 else text.rjust(width) for i, (text, width) in enumerate(zip(line, widths))).rstrip())
    if found_limits:
        print("\nlimits of this machine")
        for label, (text, _) in found_limits.items():
            print(f"  {label:<36} {text}")
    for failure in dict.fromkeys(failures):
        print(failure)
    return bool(failures)


def store(results, found_limits, spark, options):
    def plain(value):
        if isinstance(value, Value):
            return {"value": value.number, "unit": value.unit}
        if isinstance(value, Failed):
            return {"failed": str(value)}
        return {key: plain(inner) for key, inner in value.items()} if isinstance(value, dict) else value
    with open(os.path.join(FOLDER, "results.json"), "w", encoding="utf-8") as file:
        json.dump({"size": options.size, "rounds": options.rounds, "files": options.files, "results": plain(results),
                   "pyspark": plain(spark), "limits": {label: figure for label, (_, figure) in found_limits.items()}}, file, indent=2)


def main():
    options = arguments()
    os.makedirs(FOLDER, exist_ok=True)
    options.metric = bench_metrics.Options(bench_metrics.Inputs(FOLDER, options.size), options.rounds, options.files)
    sides = [side(os.path.join(FOLDER, side.name.lower())) for side in (bench_sides.Apache, bench_sides.Tusker)
             if options.side in (None, side.name.lower())]
    for side in sides:
        side.running = False
    results, spark = {}, None
    try:
        found_limits = limits(FOLDER, options.metric.inputs, "wordcount" in options.only) if "limits" in options.only else {}
        for name in METRICS:
            if name in options.only:
                results[name] = measure_rounds(name, sides, options)
    finally:
        for side in sides:
            try:
                side.stop()
            except EXPECTED_ERRORS as error:
                say(f"{side.name} could not be stopped: {error}")
    if "pyspark" in options.only:
        say("word count by PySpark")
        try:
            spark = bench_metrics.pyspark(options.metric)
        except EXPECTED_ERRORS as error:
            spark = reason(error)
    store(results, found_limits, spark, options)
    return 1 if print_table(results, found_limits, spark, options.size) else 0


if __name__ == "__main__":
    # An end from outside stops the clusters too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
