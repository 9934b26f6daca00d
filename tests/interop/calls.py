#!/usr/bin/env python3
"""Calls of the NameNode by Apache's client, as several users: what an Apache NameNode answers, recorded, and what ours answers.

A file of tests/interop/calls/*.calls is a sequence of calls, made in order on a new cluster of one DataNode:

    $ alice mkdirs /t/a 755      the user, the call (RunCalls.java) and its arguments
    > true                       the answer: a value, or the exception's class and text

    calls.py            runs them on ours and compares
    calls.py --record   runs them on an Apache NameNode and writes down what it answers
"""

import argparse
import glob
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

import cluster as support
import apache_hadoop
import cluster_config
import cluster_health
from cluster_layout import PortChooser

FILES = sorted(glob.glob(os.path.join(HERE, "calls", "*.calls")))
SETTINGS = {"dfs.replication": "1", "dfs.namenode.fs-limits.min-block-size": "1024"}
START_SECONDS = 120
CALL_SECONDS = 300


def read(path):
    """[[call, answer]] of a file."""
    calls = []
    with open(path, encoding="utf-8") as file:
        for line in file.read().split("\n"):
            if line.startswith("$ "):
                calls.append([line[2:], ""])
            elif line.startswith("> "):
                calls[-1][1] = line[2:]
    return calls


def plain(answer):
    # What differs from run to run: the process's own user, addresses of the server.
    answer = re.sub(r"\b127\.0\.\d+\.\d+(:\d+)?", "ADDRESS", answer)
    return re.sub(r"[ \t]+$", "", answer)


def answers_of(conf, calls):
    """What the NameNode of a configuration answers."""
    with tempfile.TemporaryDirectory() as folder:
        command = apache_hadoop.command("RunCalls", conf=conf)
        class_path = command[command.index("-cp") + 1]
        subprocess.run(["javac", "-cp", class_path, "-d", folder, os.path.join(HERE, "calls", "RunCalls.java")], check=True)
        command[command.index("-cp") + 1] = f"{folder}:{class_path}"
        with open(os.path.join(folder, "calls"), "w", encoding="utf-8") as file:
            file.writelines(call + "\n" for call, _ in calls)
        done = subprocess.run([*command, os.path.join(folder, "calls")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              env=dict(os.environ, HADOOP_CONF_DIR=conf, HADOOP_USER_NAME="root"), timeout=CALL_SECONDS, text=True, check=True)
    return [plain(line) for line in done.stdout.split("\n")[:len(calls)]]


class Calls(unittest.TestCase):
    def test_ours_answers_as_apaches_does(self):
        apache_hadoop.ensure()
        for path in FILES:
            calls = read(path)
            with support.Cluster("calls", datanodes=1, settings=SETTINGS) as cluster:
                for (call, wanted), got in zip(calls, answers_of(cluster.conf(), calls), strict=True):
                    with self.subTest(file=os.path.basename(path), call=call):
                        self.assertEqual(got, wanted)


class ApacheCluster:
    """Apache's NameNode and one DataNode in a directory of their own."""

    def __init__(self, directory):
        self.directory, self.conf, self.processes = directory, os.path.join(directory, "conf"), []

    def __enter__(self):
        chooser = PortChooser()
        keys = ("dfs.namenode.rpc-address", "dfs.namenode.http-address", "dfs.datanode.address", "dfs.datanode.ipc.address",
                "dfs.datanode.http.address")
        settings = {key: f"127.0.0.1:{chooser.choose('127.0.0.1')}" for key in keys}
        chooser.close()
        settings |= SETTINGS | {
            "fs.defaultFS": "hdfs://" + settings["dfs.namenode.rpc-address"],
            "hadoop.tmp.dir": os.path.join(self.directory, "tmp"),
            "dfs.namenode.datanode.registration.ip-hostname-check": "false",
        }
        os.makedirs(self.conf)
        for name, text in cluster_config.site_texts(settings).items():
            with open(os.path.join(self.conf, name), "w", encoding="utf-8") as file:
                file.write(text)
        self.run("namenode", "-format", "-nonInteractive").wait()
        self.processes = [self.run("namenode"), self.run("datanode")]
        deadline = time.monotonic() + START_SECONDS
        while not self.is_up(settings["dfs.namenode.http-address"]):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no Apache NameNode after {START_SECONDS} s; see {self.directory}")
            time.sleep(0.5)
        return self

    def run(self, program, *arguments):
        with open(os.path.join(self.directory, f"{program}.log"), "ab") as log:
            return subprocess.Popen(apache_hadoop.command(program, *arguments, conf=self.conf), stdin=subprocess.DEVNULL, stdout=log,
                                    stderr=subprocess.STDOUT)

    @staticmethod
    def is_up(address):
        try:
            return int(cluster_health.jmx(address, cluster_health.NAMENODE_BEAN).get("NumLiveDataNodes", 0)) == 1
        except (OSError, ValueError):
            return False

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()


def record(files):
    apache_hadoop.ensure()
    for path in files:
        calls = read(path)
        with tempfile.TemporaryDirectory() as folder, ApacheCluster(folder) as cluster:
            answers = answers_of(cluster.conf, calls)
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"$ {call}\n> {answer}\n" for (call, _), answer in zip(calls, answers, strict=True))
        print(f"{os.path.basename(path)}: {len(calls)} calls recorded")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("files", nargs="*", metavar="FILE")
    options = parser.parse_args()
    if options.record:
        record([os.path.abspath(file) for file in options.files] or FILES)
    else:
        unittest.main(argv=sys.argv[:1])
