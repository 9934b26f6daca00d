#!/usr/bin/env python3
"""scripts/cluster itself, with processes that only pretend to be daemons: ports, files, failures, and the end of it all."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import cluster as support
import cluster_process

FAKE = os.path.join(support.CHECKOUT, "tests", "support", "fake_daemon.py")


class ClusterScript(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.directory = os.path.join(folder, "cluster")
        self.bin = os.path.join(folder, "bin")
        os.makedirs(self.bin)
        for name in ("namenode", "datanode", "resourcemanager", "nodemanager"):
            os.symlink(FAKE, os.path.join(self.bin, name))
        self.addCleanup(self.script, "down")

    def script(self, command, *arguments):
        done = subprocess.run([os.path.join(support.CHECKOUT, "scripts", "cluster"), command, *arguments, "--dir", self.directory],
                              env=dict(os.environ, TUSKER_BIN=self.bin), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        return done.returncode, done.stdout

    def good(self, command, *arguments):
        code, output = self.script(command, *arguments)
        self.assertEqual(code, 0, output)
        return output

    def layout(self):
        return support.Layout.load(self.directory)

    def site(self, name):
        root = xml.etree.ElementTree.parse(os.path.join(self.directory, "conf", name)).getroot()
        return {item.findtext("name"): item.findtext("value") for item in root}

    def pids(self):
        layout = self.layout()
        return {name: cluster_process.pid_of(layout, name) for name in layout.names()}

    def test_up_kill_start_down(self):
        self.good("up", "--datanodes", "4", "--datanodes", "6", "--nodemanagers", "6", "--racks", "2")
        first = self.pids()
        self.assertNotIn(None, first.values())
        self.assertEqual(len(first), 14)
        self.assertEqual([self.layout().rack_of(i) for i in range(1, 7)], ["/rack1"] * 3 + ["/rack2"] * 3)
        ports = self.layout().ports
        for name, pid in first.items():
            with open(os.path.join(self.directory, "pids", f"{name}.pid"), encoding="ascii") as file:
                self.assertEqual(int(file.read()), pid)

        self.good("kill", "datanode-2")
        self.assertEqual([name for name, pid in self.pids().items() if pid is None], ["datanode-2"])
        self.assertEqual(self.script("status")[0], 1)
        self.assertEqual(self.script("kill", "datanode-2")[0], 1)
        self.good("start", "datanode-2")
        self.good("start", "datanode-2")
        self.assertEqual(self.script("status")[0], 0)
        self.assertEqual(self.layout().ports, ports)

        self.good("down")
        self.good("down")
        self.assertEqual(set(self.pids().values()), {None})
        self.assertFalse(any(map(cluster_process.is_alive, first.values())))

    def test_settings_reach_daemons_and_site_files(self):
        odd = "a: b # <c> \"d\" é"
        self.good("up", "--datanodes", "1", "--nodemanagers", "1", "--set", "dfs.blocksize=1m", "--set", "dfs.blocksize=2m",
                  "--set", f"io.odd={odd}", "--set", "yarn.nodemanager.resource.memory-mb=123")
        self.assertEqual(self.site("hdfs-site.xml")["dfs.blocksize"], "2m")
        self.assertEqual(self.site("hdfs-site.xml")["dfs.replication"], "1")
        self.assertEqual(self.site("core-site.xml")["io.odd"], odd)
        self.assertEqual(self.site("mapred-site.xml")["mapreduce.framework.name"], "yarn")
        for name in self.layout().names():
            settings = self.layout().daemon_settings(name)
            self.assertEqual((settings["dfs.blocksize"], settings["yarn.nodemanager.resource.memory-mb"]), ("2m", "123"))

    def test_fewer_daemons(self):
        self.good("up", "--datanodes", "0", "--nodemanagers", "0")
        self.assertEqual(list(self.pids()), ["namenode"])
        self.good("up", "--datanodes", "0", "--nodemanagers", "0")
        code, output = self.script("up", "--datanodes", "1", "--nodemanagers", "0")
        self.assertEqual(code, 1)
        self.assertIn("other options", output)

    def test_a_daemon_that_ends_is_reported_with_its_log(self):
        code, output = self.script("up", "--set", "tusker.test.fail=datanode-2")
        self.assertEqual(code, 1)
        self.assertIn("datanode-2 ended with exit code 3 before it was ready", output)
        self.assertIn("datanode-2: told to fail", output)
        self.assertEqual(set(self.pids().values()), {None})

    def test_a_daemon_that_never_serves_is_reported(self):
        code, output = self.script("up", "--timeout", "2", "--set", "tusker.test.silent=nodemanager-1")
        self.assertEqual(code, 1)
        self.assertIn("nodemanager-1 did not say that it serves", output)
        self.assertEqual(set(self.pids().values()), {None})

    def test_a_datanode_has_started_when_it_has_registered(self):
        self.good("up", "--datanodes", "2", "--nodemanagers", "0", "--set", "tusker.test.late=datanode-2")
        for command in (("start", "datanode-2"), ("up", "--datanodes", "2", "--nodemanagers", "0", "--set", "tusker.test.late=datanode-2")):
            self.good("kill", "datanode-2")  # the NameNode counts it still
            before = time.monotonic()
            self.good(*command)
            self.assertGreaterEqual(time.monotonic() - before, 1)

    def test_down_ends_containers_and_spares_bystanders(self):
        self.good("up", "--datanodes", "0", "--nodemanagers", "1")
        data = os.path.realpath(self.layout().data_dir("nodemanager-1"))
        container = os.path.join(data, "local", "usercache", "somebody", "appcache", "application_1_1", "container_1")
        os.makedirs(container)

        def sleeper(folder, **variables):
            process = subprocess.Popen(["sleep", "60"], cwd=folder, env=dict(os.environ, **variables), stdin=subprocess.DEVNULL)
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            return process

        left = sleeper(container, CONTAINER_ID="container_1")
        bystander = sleeper(data)
        self.good("down")
        self.assertEqual(left.wait(10), -signal.SIGKILL)
        self.assertIsNone(bystander.poll())

    def test_missing_programs_and_names(self):
        os.unlink(os.path.join(self.bin, "datanode"))
        code, output = self.script("up")
        self.assertEqual(code, 1)
        self.assertIn("scripts/build", output)
        self.assertEqual(self.script("kill", "datanode-9")[0], 1)

    def test_ports_of_others_are_avoided(self):
        self.good("up", "--datanodes", "0", "--nodemanagers", "0")
        with socket.socket() as probe, self.assertRaises(OSError):
            probe.bind(("127.0.0.1", int(self.layout().site_settings()["dfs.namenode.http-address"].partition(":")[2])))


if __name__ == "__main__":
    support.main()
