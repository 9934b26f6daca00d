#!/usr/bin/env python3
"""What the NameNode answers to Apache's own client, call by call: recorded on an Apache NameNode, and compared with ours.

    namespace_calls.py            runs the programs of namespace/ on a cluster of ours and compares with their recorded answers
    namespace_calls.py --record   runs them on Apache's NameNode and DataNode and records
"""

import argparse
import difflib
import os
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

import cluster as support
import apache_hadoop
import bench_sides
import cluster_health
from cluster_layout import HTTP_KEY

# Program → the file of its answers.
PROGRAMS = {"Probe": "answers.txt", "Tokens": "tokens.txt", "Admin": "admin.txt"}
PROBE_SECONDS = 300
SETTINGS = {
    "dfs.replication": "1",
    "dfs.namenode.fs-limits.min-block-size": "1048576",
}
TOKEN_SETTINGS = {"dfs.namenode.delegation.token.always-use": "true"}


class ApacheHdfs(bench_sides.Apache):
    """Apache's NameNode and DataNode alone."""

    DAEMONS = ("namenode", "datanode")

    def __init__(self, directory, settings):
        super().__init__(directory)
        self.own_settings = settings

    def configure(self):
        super().configure()
        self.settings |= SETTINGS | self.own_settings
        for name, text in bench_sides.cluster_config.site_texts(self.settings).items():
            with open(os.path.join(self.conf, name), "w", encoding="utf-8") as file:
                file.write(text)

    def wait_registered(self):
        deadline = time.monotonic() + bench_sides.START_SECONDS
        while time.monotonic() < deadline:
            try:
                if int(cluster_health.jmx(self.settings[HTTP_KEY["namenode"]], cluster_health.NAMENODE_BEAN).get("NumLiveDataNodes", 0)) >= 1:
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.1)
        raise bench_sides.Failed(f"Apache's namenode had no node; see {self.directory}/logs")


def settings_of(program):
    return TOKEN_SETTINGS if program == "Tokens" else {}


def answers_of(program):
    return os.path.join(HERE, "namespace", PROGRAMS[program])


def run_program(program, conf):
    """The lines that it prints."""
    with tempfile.TemporaryDirectory() as folder:
        command = apache_hadoop.command(program, conf=conf)
        classpath = command[command.index("-cp") + 1]
        subprocess.run(["javac", "-cp", classpath, "-d", folder, os.path.join(HERE, "namespace", program + ".java")], check=True)
        command[command.index("-cp") + 1] = f"{folder}:{classpath}"
        done = subprocess.run([*command[:1], "-Dlog4j.configuration=file:/dev/null", *command[1:]], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PROBE_SECONDS, check=False,
                              env=dict(os.environ, HADOOP_CONF_DIR=conf))
    if done.returncode != 0:
        raise AssertionError(f"{program} ended with {done.returncode}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout.splitlines()


class NamespaceCalls(unittest.TestCase):
    maxDiff = None

    def compare(self, program):
        apache_hadoop.ensure()
        with open(answers_of(program), encoding="utf-8") as file:
            wanted = file.read().splitlines()
        with support.Cluster("namespace_calls", datanodes=1, settings=SETTINGS | settings_of(program)) as cluster:
            got = run_program(program, cluster.conf())
        difference = list(difflib.unified_diff(wanted, got, "Apache", "ours", lineterm="", n=0))
        if difference:
            self.fail("\n".join(difference))

    def test_ours_answers_as_apaches_does(self):
        self.compare("Probe")

    def test_commands_of_administration_print_the_same(self):
        self.compare("Admin")

    def test_delegation_tokens_are_as_apaches(self):
        self.compare("Tokens")


def record(program):
    with tempfile.TemporaryDirectory() as directory:
        apache = ApacheHdfs(os.path.join(directory, "apache"), settings_of(program))
        apache.format()
        apache.start()
        try:
            lines = run_program(program, apache.conf)
        finally:
            apache.stop()
    with open(answers_of(program), "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    print(f"{program}: {len(lines)} answers recorded")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="to record; all without")
    options = parser.parse_args()
    if options.record:
        for name in options.programs or PROGRAMS:
            record(name)
    else:
        unittest.main(argv=sys.argv[:1])
