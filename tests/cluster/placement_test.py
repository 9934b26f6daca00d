#!/usr/bin/env python3
"""Six nodes on two racks: replicas lie as the placement rule says, and a word count's maps run beside their blocks."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import cluster as support
import sample_text

MIB = 1 << 20
FILE_BYTES = 1024 * MIB
PIECE_BYTES = 16 * MIB
BLOCK = "128m"
JOB_SECONDS = 300
WORDCOUNT = os.path.join(support.CHECKOUT, "build", "release", "lib", "libwordcount.so")


class Placement(unittest.TestCase):
    def setUp(self):
        self.scratch = self.enterContext(tempfile.TemporaryDirectory())
        self.cluster = self.enterContext(support.Cluster(self._testMethodName, datanodes=6, nodemanagers=6, racks=2))
        piece = sample_text.piece(PIECE_BYTES)
        self.piece_file = os.path.join(self.scratch, "piece")
        sample_text.write_repeated(self.piece_file, piece, 1)
        self.times = FILE_BYTES // len(piece) + 1
        self.text_file = os.path.join(self.scratch, "text")
        sample_text.write_repeated(self.text_file, piece, self.times)

    def put(self, replication, path, node=None):
        before = self.cluster.replicas()
        self.cluster.dfs("-D", f"dfs.blocksize={BLOCK}", "-D", f"dfs.replication={replication}", "-put", self.text_file, path,
                         node=node, seconds=JOB_SECONDS)
        def placed():
            new = {block: nodes for block, nodes in self.cluster.replicas().items() if block not in before}
            return new if all(len(nodes) == replication for nodes in new.values()) else None
        blocks = support.wait_until(placed, 30, f"{replication} replicas of each block")
        self.assertEqual(len(blocks), -(-os.path.getsize(self.text_file) // (128 * MIB)))
        return blocks

    def racks(self, nodes):
        return [self.cluster.layout.rack_of(node) for node in sorted(nodes)]

    def test_three_replicas(self):
        for block, nodes in self.put(3, "/from-elsewhere").items():
            self.assertEqual(len(set(self.racks(nodes))), 2, f"{block} on {nodes}: three replicas stand on two racks")
        self.cluster.dfs("-rm", "-r", "-skipTrash", "/from-elsewhere")
        for block, nodes in self.put(3, "/from-node-2", node=2).items():
            self.assertIn(2, nodes, f"{block}: the first replica is on the writer's node")
            self.assertEqual(self.racks(nodes - {2}), ["/rack2", "/rack2"], f"{block} on {nodes}: the others are on the other rack")

    def wordcount(self, output):
        done = self.cluster.run("mapred", "run", WORDCOUNT, "-input", "/text", "-output", output, "-reducers", 2,
                                seconds=JOB_SECONDS)
        counted = sample_text.parse_output(self.cluster.dfs("-cat", f"{output}/part-r-*"))
        return support.counters(done.stdout + done.stderr), counted

    def test_maps_run_beside_their_blocks(self):
        self.put(2, "/text")
        expected = sample_text.count_by_tools(self.piece_file, self.times)

        found, counted = self.wordcount("/local")
        self.assertEqual(counted, expected)
        self.assertGreaterEqual(found.get("Data-local map tasks", 0), 0.9 * found["Launched map tasks"])

        # With -1 the scheduler takes no notice of the places that a request names.
        self.cluster.restart({"yarn.scheduler.capacity.node-locality-delay": "-1"})
        found, counted = self.wordcount("/anywhere")
        self.assertEqual(counted, expected)
        self.assertLess(found.get("Data-local map tasks", 0), 0.9 * found["Launched map tasks"])


if __name__ == "__main__":
    support.main()
