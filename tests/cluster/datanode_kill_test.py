#!/usr/bin/env python3
"""A DataNode that dies is replaced by new replicas elsewhere; a replica that rots is not what a client gets."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import cluster as support
import cluster_process

MIB = 1 << 20
# Dead after 2 × 500 ms + 10 × 300 ms without a heartbeat.
DIES_SOON = {
    "dfs.heartbeat.interval": "300ms",
    "dfs.namenode.heartbeat.recheck-interval": "500",
    "dfs.namenode.redundancy.interval.seconds": "1s",
}
REPAIR_SECONDS = 60


class DataNodes(unittest.TestCase):
    def setUp(self):
        self.scratch = self.enterContext(tempfile.TemporaryDirectory())
        self.source = os.path.join(self.scratch, "source")
        with open(self.source, "wb") as file:
            file.write(os.urandom(40 * MIB + 12345))

    def read_back(self, cluster, path, node=None):
        copy = os.path.join(self.scratch, "copy")
        cluster.dfs("-get", "-f", path, copy, node=node)
        return support.md5(copy)

    def test_blocks_of_a_dead_node_are_replicated_again(self):
        with support.Cluster(self._testMethodName, datanodes=5, settings=DIES_SOON) as cluster:
            cluster.dfs("-D", "dfs.blocksize=4m", "-put", self.source, "/file")
            before = support.wait_until(lambda: self.complete(cluster, set()), 30, "three replicas of each block")
            victim = max(range(1, 6), key=lambda node: sum(node in nodes for nodes in before.values()))
            cluster.kill(f"datanode-{victim}")
            after = support.wait_until(lambda: self.complete(cluster, {victim}), REPAIR_SECONDS, "three live replicas of each block")
            self.assertEqual(set(after), set(before))
            self.assertEqual(self.read_back(cluster, "/file"), support.md5(self.source))

            # The node comes back with its old replicas: what is too many is removed, somewhere.
            cluster.start(f"datanode-{victim}")
            support.wait_until(lambda: all(len(nodes) == 3 for nodes in cluster.replicas().values()), REPAIR_SECONDS,
                               "no more than three replicas of each block")
            self.assertEqual(self.read_back(cluster, "/file"), support.md5(self.source))

    def test_a_node_that_hangs_is_left_out_of_the_pipeline(self):
        settings = dict(DIES_SOON, **{"dfs.client.socket-timeout": "3000"})
        with support.Cluster(self._testMethodName, datanodes=4, settings=settings) as cluster:
            victim = cluster_process.pid_of(cluster.layout, "datanode-2")
            command, env = cluster.command("hdfs", "dfs", "-put", "-", "/file", node=2)  # the first replica is on the node it runs on
            put = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            with open(self.source, "rb") as file:
                content = file.read()
            put.stdin.write(content[:MIB])
            put.stdin.flush()
            support.wait_until(lambda: self.being_written(cluster, 2), 30, "a replica on the node that will hang")
            os.kill(victim, signal.SIGSTOP)
            try:
                # Much less than the minutes for which a write may wait; more than the pipeline's timeouts one after the other.
                output, _ = put.communicate(content[MIB:], timeout=120)
                self.assertEqual(put.returncode, 0, output)
                self.assertEqual(self.read_back(cluster, "/file", node=1), support.md5(self.source))
            finally:
                os.kill(victim, signal.SIGCONT)

    @staticmethod
    def being_written(cluster, number):
        root = cluster.data(f"datanode-{number}")
        return any(os.path.basename(folder) == "rbw" and names for folder, _, names in os.walk(root))

    @staticmethod
    def complete(cluster, dead):
        live = {block: nodes - dead for block, nodes in cluster.replicas().items()}
        return live if len(live) == 11 and all(len(nodes) >= 3 for nodes in live.values()) else None

    def test_a_flipped_byte_does_not_reach_the_client(self):
        with support.Cluster(self._testMethodName, datanodes=3) as cluster:
            cluster.dfs("-put", self.source, "/file", node=2)
            support.wait_until(lambda: all(len(nodes) == 3 for nodes in cluster.replicas().values()), 30, "three replicas")
            (replica,) = cluster.block_files(2)
            with open(replica, "r+b") as file:
                file.seek(20 * MIB)
                byte = file.read(1)
                file.seek(20 * MIB)
                file.write(bytes([byte[0] ^ 1]))
            # A client on that node is sent to the replica beside it first.
            self.assertEqual(self.read_back(cluster, "/file", node=2), support.md5(self.source))


if __name__ == "__main__":
    support.main()
