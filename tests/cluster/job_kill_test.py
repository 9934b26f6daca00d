#!/usr/bin/env python3
"""kill -9 of a NodeManager and of an ApplicationMaster under a running job: it ends with the right answer."""

import os
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import cluster as support
import sample_text

MIB = 1 << 20
JOB_SECONDS = 180
WORDCOUNT = os.path.join(support.CHECKOUT, "build", "release", "lib", "libwordcount.so")
SETTINGS = {
    # Two tasks at once on each node, so that the job is still running when something is killed.
    "yarn.nodemanager.resource.memory-mb": "4096",
    "yarn.nodemanager.resource.cpu-vcores": "2",
    "yarn.scheduler.minimum-allocation-mb": "1024",
    "yarn.nm.liveness-monitor.expiry-interval-ms": "3000",
    "yarn.am.liveness-monitor.expiry-interval-ms": "5000",
    "dfs.blocksize": "8m",
}


def containers(cluster):
    """Container id → (node, pids), from the working directories of the processes."""
    found = {}
    for entry in os.listdir("/proc"):
        try:
            folder = os.readlink(f"/proc/{entry}/cwd") if entry.isdigit() else ""
        except OSError:
            continue
        parts = folder.split("/")
        container = next((part for part in parts if part.startswith("container_")), None)
        if container and folder.startswith(os.path.realpath(cluster.directory) + "/data/nodemanager-"):
            node = int(next(part for part in parts if part.startswith("nodemanager-")).partition("-")[2])
            found.setdefault(container, (node, []))[1].append(int(entry))
    return found


def is_master(container):
    return container.endswith("_000001")


class JobKill(unittest.TestCase):
    def run_job(self, harm):
        """Runs a word count of 32 maps, does harm once tasks run, and compares the result."""
        with tempfile.TemporaryDirectory() as scratch, \
                support.Cluster(self._testMethodName, datanodes=4, nodemanagers=4, settings=SETTINGS) as cluster:
            piece_file, text_file = os.path.join(scratch, "piece"), os.path.join(scratch, "text")
            piece = sample_text.piece(8 * MIB)
            sample_text.write_repeated(piece_file, piece, 1)
            sample_text.write_repeated(text_file, piece, 32)
            cluster.dfs("-put", text_file, "/text")
            job = cluster.popen("mapred", "run", WORDCOUNT, "-input", "/text", "-output", "/counts", "-reducers", 2)
            try:
                harm(cluster, job)
                output, _ = job.communicate(timeout=JOB_SECONDS)
            finally:
                job.kill()
                job.wait()
            self.assertEqual(job.returncode, 0, support.log_tail(output))
            self.assertEqual(sample_text.parse_output(cluster.dfs("-cat", "/counts/part-r-*")), sample_text.count_by_tools(piece_file, 32))

    def tasks_running(self, cluster, job):
        """The containers, once the ApplicationMaster and some task of it run."""
        def look():
            self.assertIsNone(job.poll(), "the job ended before anything could be killed")
            found = containers(cluster)
            return found if any(map(is_master, found)) and not all(map(is_master, found)) else None
        return support.wait_until(look, 60, "tasks of the job run", pause=0.005)

    def test_nodemanager_without_the_master(self):
        def harm(cluster, job):
            found = self.tasks_running(cluster, job)
            masters = {node for container, (node, _) in found.items() if is_master(container)}
            others = {node for node, _ in found.values()} - masters or set(range(1, 5)) - masters
            cluster.kill(f"nodemanager-{min(others)}")
        self.run_job(harm)

    def test_nodemanager_before_the_job(self):
        """The dead node has the most room, and nobody has told the ResourceManager for long."""
        settings = {**SETTINGS, "yarn.nm.liveness-monitor.expiry-interval-ms": "600000"}
        with tempfile.TemporaryDirectory() as scratch, \
                support.Cluster(self._testMethodName, datanodes=3, nodemanagers=4, settings=settings) as cluster:
            text_file = os.path.join(scratch, "text")
            sample_text.write_repeated(text_file, sample_text.piece(8 * MIB), 4)
            cluster.dfs("-put", text_file, "/text")
            cluster.kill("nodemanager-1")
            began = time.monotonic()
            cluster.run("mapred", "run", WORDCOUNT, "-input", "/text", "-output", "/counts", "-reducers", 2)
            self.assertLess(time.monotonic() - began, 60)
            self.assertEqual(sample_text.parse_output(cluster.dfs("-cat", "/counts/part-r-*")), sample_text.count_by_tools(text_file))

    def test_nodemanager_with_the_master(self):
        def harm(cluster, job):
            found = self.tasks_running(cluster, job)
            cluster.kill(f"nodemanager-{next(node for container, (node, _) in found.items() if is_master(container))}")
        self.run_job(harm)

    def test_application_master(self):
        def harm(cluster, job):
            found = self.tasks_running(cluster, job)
            for pid in next(pids for container, (_, pids) in found.items() if is_master(container)):
                os.kill(pid, signal.SIGKILL)
        self.run_job(harm)


if __name__ == "__main__":
    support.main()
