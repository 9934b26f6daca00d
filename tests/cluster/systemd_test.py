#!/usr/bin/env python3
"""The installed systemd units are valid, name programs that exist, and say that they are ready in a way systemd hears."""

import glob
import os
import subprocess
import sys
import tempfile
import unittest

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("TUSKER_BUILD") or os.path.join(CHECKOUT, "build", "release")
DAEMONS = ("namenode", "datanode", "resourcemanager", "nodemanager")
# systemd's own measure, 0 (locked up) to 10; the NodeManager runs other people's programs.
EXPOSURE_MAX = {"namenode": 25, "datanode": 25, "resourcemanager": 25, "nodemanager": 55}


class Systemd(unittest.TestCase):
    def setUp(self):
        self.prefix = self.enterContext(tempfile.TemporaryDirectory())
        done = subprocess.run(["cmake", "--install", BUILD, "--prefix", self.prefix], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.units = {name: os.path.join(self.prefix, "lib", "systemd", "system", f"tusker-{name}.service") for name in DAEMONS}

    def analyze(self, *arguments):
        return subprocess.run(["systemd-analyze", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
                              check=False)

    def test_units(self):
        done = self.analyze("verify", *self.units.values())
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        for name, unit in self.units.items():
            with self.subTest(name):
                done = self.analyze("security", "--offline=yes", f"--threshold={EXPOSURE_MAX[name]}", unit)
                self.assertEqual(done.returncode, 0, done.stdout[-300:])

    def test_installed_files(self):
        for name in DAEMONS:
            self.assertTrue(os.access(os.path.join(self.prefix, "bin", name), os.X_OK), name)
        self.assertEqual(len(glob.glob(os.path.join(self.prefix, "etc", "tusker", "*.yaml"))), 4)
        with open(os.path.join(self.prefix, "etc", "tusker", "core-site.xml"), encoding="utf-8") as file:
            self.assertIn(f"{self.prefix}/etc/tusker/topology.table", file.read())

    def test_installation_keeps_edited_configuration(self):
        edited = os.path.join(self.prefix, "etc", "tusker", "namenode.yaml")
        with open(edited, "w", encoding="utf-8") as file:
            file.write("dfs.namenode.name.dir: /elsewhere\n")
        subprocess.run(["cmake", "--install", BUILD, "--prefix", self.prefix], stdout=subprocess.DEVNULL, timeout=300, check=True)
        with open(edited, encoding="utf-8") as file:
            self.assertEqual(file.read(), "dfs.namenode.name.dir: /elsewhere\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
