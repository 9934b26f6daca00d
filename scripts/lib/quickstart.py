#!/usr/bin/env python3
"""From a fresh clone to an answer: builds Tusker, starts a cluster, puts text into it and counts the words.

Without FILE the text is what any Debian has. The cluster's files are in quickstart-cluster/, which each run begins anew.
"""

import argparse
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

from cluster_layout import Layout

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DIRECTORY = os.path.join(CHECKOUT, "quickstart-cluster")
LIBRARY = os.path.join(CHECKOUT, "build", "release", "lib", "libwordcount.so")
SAMPLE_GLOB = "/usr/share/common-licenses/*"
SAMPLE_BYTES = 48 << 20
# So that text of some tens of megabytes has several blocks, and the job several maps.
BLOCK_SIZE = "8m"
NODES = 3
TOP = 10
JOB_SECONDS = 900


class Failure(Exception):
    pass


def say(text=""):
    print(text, flush=True)


class Step:
    """Says what is under way, and how long it took."""

    def __init__(self, title):
        self.title = title

    def __enter__(self):
        say(f"==> {self.title}")
        self.started = time.monotonic()

    def __exit__(self, failure, *_):
        if failure is None:
            say(f"    done in {time.monotonic() - self.started:.1f} s")


def run(command, environment=None, seconds=JOB_SECONDS, show=True):
    """Runs a command and returns what it printed; shows it as it comes, since some of it is a progress line."""
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    watchdog = threading.Timer(seconds, process.kill)
    watchdog.start()
    printed = bytearray()
    try:
        while chunk := process.stdout.read1(65536):
            printed += chunk
            if show:
                sys.stdout.buffer.write(chunk)
                sys.stdout.buffer.flush()
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        watchdog.cancel()
    text = printed.decode("utf-8", "replace")
    if code != 0:
        why = f"did not end in {seconds} s" if code == -9 else f"ended with exit code {code}"
        raise Failure(f"{' '.join(command)} {why}" + ("" if show else f":\n{text[-3000:]}"))
    return text


def sample_text():
    """One file of some tens of megabytes of real text."""
    sources = sorted(path for path in glob.glob(SAMPLE_GLOB) if os.path.isfile(path))
    text = b"".join(open(path, "rb").read().rstrip(b"\n") + b"\n" for path in sources)
    if not text:
        raise Failure(f"there is no text in {SAMPLE_GLOB}; name files of your own: scripts/quickstart FILE…")
    path = os.path.join(DIRECTORY, "licenses.txt")
    with open(path, "wb") as file:
        for _ in range(-(-SAMPLE_BYTES // len(text))):
            file.write(text)
    return [path]


def top_words(hdfs, environment):
    """Reads the whole result through the filesystem; ties go by the alphabet."""
    counts = []
    for line in run([hdfs, "dfs", "-cat", "/quickstart/out/part-r-*"], environment, show=False).splitlines():
        word, tab, number = line.rpartition("\t")
        if tab and number.isdigit():
            counts.append((-int(number), word))
    counts.sort()
    return [(word, -number) for number, word in counts], sum(-number for number, _ in counts)


def local_share(job_output):
    found = dict(re.findall(r"^\s+([^=\n]+)=(\d+)\s*$", job_output, re.MULTILINE))
    launched, local = int(found.get("Launched map tasks", 0)), int(found.get("Data-local map tasks", 0))
    return local, launched


def cluster(command, *options, show=False):
    return run(["scripts/cluster", command, *options, "--dir", DIRECTORY], seconds=180, show=show)


def count_words(files):
    programs = os.environ.get("TUSKER_BIN") or os.path.join(CHECKOUT, "build", "release", "bin")
    hdfs, mapred = os.path.join(programs, "hdfs"), os.path.join(programs, "mapred")
    environment = dict(os.environ, HADOOP_CONF_DIR=os.path.join(DIRECTORY, "conf"))

    os.makedirs(DIRECTORY)
    files = [os.path.abspath(file) for file in files] or sample_text()
    with Step(f"Starting a cluster: a NameNode, {NODES} DataNodes, a ResourceManager, {NODES} NodeManagers"):
        cluster("up", "--datanodes", str(NODES), "--nodemanagers", str(NODES), "--set", f"dfs.blocksize={BLOCK_SIZE}", show=True)
    size = sum(os.path.getsize(file) for file in files)
    with Step(f"Putting {size / 1e6:.1f} MB of text into /quickstart/in, {NODES} replicas of each {BLOCK_SIZE}B block"):
        run([hdfs, "dfs", "-mkdir", "-p", "/quickstart/in"], environment)
        run([hdfs, "dfs", "-put", *files, "/quickstart/in"], environment)
        run([hdfs, "dfs", "-ls", "/quickstart/in"], environment)
    with Step("Counting the words: mapred run libwordcount.so"):
        output = run([mapred, "run", LIBRARY, "-input", "/quickstart/in", "-output", "/quickstart/out"], environment)

    words, total = top_words(hdfs, environment)
    say()
    say(f"The {min(TOP, len(words))} most frequent of {len(words)} words ({total} in all):")
    for word, number in words[:TOP]:
        say(f"  {number:>10}  {word}")
    local, launched = local_share(output)
    if launched:
        say()
        say(f"{local} of {launched} maps ({100 * local / launched:.0f} %) ran beside their data.")


def where_to_look(kept):
    layout = Layout.load(DIRECTORY)
    say()
    if kept:
        say("The cluster is still up. Where to look next:")
        for master in layout.masters():
            say(f"  http://{layout.http_address(master)}/jmx   what the {master} measures of itself")
        say(f"  {DIRECTORY}/logs   the daemons' logs;  data/nodemanager-*/logs   what the tasks printed")
        say(f"  export HADOOP_CONF_DIR={layout.conf_dir()}")
        say("  build/release/bin/hdfs dfs -ls -R /      (any Hadoop client reaches the cluster by that variable)")
        say("  build/release/bin/yarn application -list")
        say(f"To stop it: scripts/cluster down --dir {DIRECTORY}")
    else:
        say("The cluster is stopped. Where to look next:")
        say(f"  {DIRECTORY}/logs   the daemons' logs;  {DIRECTORY}/conf   the configuration they had")
        say("  scripts/quickstart --keep [FILE…]   leaves the cluster up for you;  scripts/cluster --help   starts clusters of any shape")
        say("  README.md, docs/mapreduce.md   how to write a job of your own")


def main():
    parser = argparse.ArgumentParser(prog="scripts/quickstart", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE", help="text of your own")
    parser.add_argument("--keep", action="store_true", help="leave the cluster up")
    options = parser.parse_args()
    for file in options.files:
        if not os.path.isfile(file):
            parser.error(f"{file} is no file that can be read")

    started = time.monotonic()
    begun = succeeded = False
    try:
        with Step("Building (the first time takes minutes; what is missing is installed)"):
            run(["scripts/build", "release"], seconds=5400)
        # An earlier run with --keep may still be up.
        cluster("down")
        shutil.rmtree(DIRECTORY, ignore_errors=True)
        begun = True
        count_words(options.files)
        succeeded = True
    except Failure as failure:
        print(f"\nquickstart: {failure}", file=sys.stderr)
        if begun:
            print(f"quickstart: the daemons' logs are in {DIRECTORY}/logs", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nquickstart: interrupted", file=sys.stderr)
    finally:
        if begun and not (succeeded and options.keep):
            try:
                cluster("down")
            except Failure as failure:
                print(f"quickstart: {failure}", file=sys.stderr)
                succeeded = False
    if succeeded:
        where_to_look(options.keep)
        say(f"Took {time.monotonic() - started:.0f} s.")
    return 0 if succeeded else 1


if __name__ == "__main__":
    # An end from outside stops the cluster too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
