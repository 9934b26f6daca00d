#!/usr/bin/env python3
"""kill -9 of the NameNode in the middle of 10,000 creates: what was acknowledged is there afterwards."""

import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import cluster as support

FILES = 10_000
CLIENTS = 4
# Files of one command. All of them are acknowledged when it exits with 0; of a command that failed nothing is claimed.
BATCH = 25
READ_SECONDS = 1.0
WRITE_SECONDS = 3.0


class Creates(threading.Thread):
    """One client that creates its share of the files, and remembers which were acknowledged."""

    def __init__(self, cluster, number, stopped):
        super().__init__()
        self.cluster = cluster
        self.batches = [[f"/creates/{number}-{i}-{j}" for j in range(BATCH)] for i in range(FILES // CLIENTS // BATCH)]
        self.stopped = stopped
        self.acknowledged = []
        self.failed = 0

    def run(self):
        for batch in self.batches:
            try:
                done = self.cluster.run("hdfs", "dfs", "-touchz", *batch, check=False)
            except subprocess.TimeoutExpired:
                done = None
            if done and done.returncode == 0:
                self.acknowledged += batch
            else:
                self.failed += 1
                if self.stopped.is_set():
                    return


class NameNodeKill(unittest.TestCase):
    def test_no_acknowledged_name_is_lost(self):
        with support.Cluster(self._testMethodName, datanodes=3) as cluster, tempfile.TemporaryDirectory() as scratch:
            small = os.path.join(scratch, "small")
            with open(small, "wb") as file:
                file.write(b"a few bytes\n" * 1000)
            cluster.dfs("-mkdir", "/creates")
            cluster.dfs("-put", small, "/before")

            stopped = threading.Event()
            clients = [Creates(cluster, number, stopped) for number in range(CLIENTS)]
            for client in clients:
                client.start()
            support.wait_until(lambda: sum(len(client.acknowledged) for client in clients) >= FILES // 3, 120, "a third of the creates")
            stopped.set()
            cluster.kill("namenode")

            started = time.monotonic()
            cluster.start("namenode")
            self.assertEqual(cluster.dfs("-cat", "/before"), "a few bytes\n" * 1000)
            read_after = time.monotonic() - started
            cluster.dfs("-put", small, "/after")
            write_after = time.monotonic() - started
            for client in clients:
                client.join()

            listed = {line.split()[-1] for line in cluster.dfs("-ls", "/creates").splitlines() if line.startswith("-")}
            acknowledged = {name for client in clients for name in client.acknowledged}
            print(f"{len(acknowledged)} acknowledged, {len(listed)} there; first read after {read_after:.2f} s, "
                  f"first write after {write_after:.2f} s", file=sys.stderr)
            self.assertEqual(acknowledged - listed, set())
            self.assertEqual(cluster.dfs("-cat", "/after"), "a few bytes\n" * 1000)
            self.assertLessEqual(read_after, READ_SECONDS)
            self.assertLessEqual(write_after, WRITE_SECONDS)


if __name__ == "__main__":
    support.main()
