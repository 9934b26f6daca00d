"""A cluster for a test: scripts/cluster with a directory of its own, and the commands run against it."""

import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import unittest
import urllib.request

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(CHECKOUT, "scripts", "lib"))

import cluster_health
import cluster_process
from cluster_layout import Layout

COMMAND_SECONDS = 120
# Where a test that failed leaves its cluster's logs and data.
SCRATCH = os.path.join(CHECKOUT, "build", "test-clusters")


def log_tail(text, characters=4000):
    return text if len(text) <= characters else "…" + text[-characters:]


class Cluster:
    """Up on entry, down on exit; its files are removed unless the test failed."""

    def __init__(self, name, datanodes=3, nodemanagers=0, racks=1, settings=None):
        self.directory = os.path.join(SCRATCH, f"{name}-{os.getpid()}")
        self.datanodes = datanodes
        self.nodemanagers = nodemanagers
        self.racks = racks
        self.settings = settings or {}

    def __enter__(self):
        os.makedirs(SCRATCH, exist_ok=True)
        self.up()
        return self

    def up(self):
        options = ["--datanodes", str(self.datanodes), "--nodemanagers", str(self.nodemanagers), "--racks", str(self.racks)]
        for key, value in self.settings.items():
            options += ["--set", f"{key}={value}"]
        self.script("up", *options)

    def restart(self, settings):
        """All daemons again, on their data, with these settings over the ones that they had."""
        self.script("down")
        self.settings = {**self.settings, **settings}
        self.up()

    def __exit__(self, failure, *_):
        try:
            self.script("down")
        finally:
            if failure is None:
                shutil.rmtree(self.directory)
            else:
                print(f"the cluster's files are kept in {self.directory}", file=sys.stderr)

    # --- scripts/cluster

    def script(self, command, *arguments):
        done = subprocess.run([os.path.join(CHECKOUT, "scripts", "cluster"), command, *arguments, "--dir", self.directory],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=COMMAND_SECONDS, check=False)
        if done.returncode != 0:
            raise AssertionError(f"scripts/cluster {command} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def kill(self, name):
        self.script("kill", name)

    def start(self, name):
        self.script("start", name)

    @property
    def layout(self):
        return Layout.load(self.directory)

    def conf(self, node=None):
        """HADOOP_CONF_DIR: of a client on a node, or of one elsewhere."""
        return self.layout.node_conf_dir(node) if node else self.layout.conf_dir()

    def data(self, name):
        return self.layout.data_dir(name)

    def live_datanodes(self):
        return cluster_health.live_datanodes(self.layout)

    # --- programs

    def command(self, program, *arguments, node=None):
        return [cluster_process.program(program), *map(str, arguments)], dict(os.environ, HADOOP_CONF_DIR=self.conf(node))

    def run(self, program, *arguments, node=None, check=True, seconds=COMMAND_SECONDS, text=True):
        """The finished process; stdout and stderr apart."""
        command, env = self.command(program, *arguments, node=node)
        return run(command, env, check=check, seconds=seconds, text=text)

    def dfs(self, *arguments, **options):
        """`hdfs dfs …`; returns its stdout."""
        return self.run("hdfs", "dfs", *arguments, **options).stdout

    def popen(self, program, *arguments, node=None, stdout=subprocess.PIPE):
        command, env = self.command(program, *arguments, node=node)
        return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.STDOUT, text=True)

    # --- blocks, as the DataNodes hold them

    def replicas(self):
        """Block file name → the numbers of the nodes on whose disks a finished replica lies."""
        found = {}
        for number in range(1, self.datanodes + 1):
            for path in self.block_files(number):
                found.setdefault(os.path.basename(path), set()).add(number)
        return found

    def block_files(self, number):
        pattern = os.path.join(self.data(f"datanode-{number}"), "data", "current", "BP-*", "current", "finalized", "**", "blk_*")
        return [path for path in glob.glob(pattern, recursive=True) if re.fullmatch(r"blk_\d+", os.path.basename(path))]


def run(command, env, check=True, seconds=COMMAND_SECONDS, text=True):
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=text,
                          timeout=seconds, check=False)
    if check and done.returncode != 0:
        errors = done.stderr if text else done.stderr.decode("utf-8", "replace")
        raise AssertionError(f"{' '.join(command[:3])} … {command[-1]} ended with {done.returncode}:\n{log_tail(errors)}")
    return done


def wait_until(condition, seconds, what, pause=0.05):
    """Returns what condition() returned once it is true, or fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(pause)


def md5(path):
    digest = hashlib.md5()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def counters(output):
    """`Name=value` lines of a job's report."""
    return {name.strip(): int(value) for name, value in re.findall(r"^\s+([^=\n]+)=(\d+)\s*$", output, re.MULTILINE)}


def http_json(address, path, seconds=10):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://{address}{path}", timeout=seconds) as answer:
        return json.load(answer)


def main():
    """For a test file's end: the kept directory's name stands in the output of what failed."""
    unittest.main(verbosity=2)
