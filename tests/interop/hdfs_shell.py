#!/usr/bin/env python3
"""Apache's own `hdfs dfs` and hdfs-native, unmodified, on our NameNode and DataNodes; and our shell on the same files."""

import os
import random
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import cluster as support
import apache_hadoop
import python_venv

MIB = 1 << 20
FILE_BYTES = 300 * MIB
HDFS_NATIVE = "hdfs-native==0.14.7"
DFS_SECONDS = 180

READ_BY_HDFS_NATIVE = """
import hashlib, sys
import hdfs_native
path, url = sys.argv[1:]
client = hdfs_native.Client(url)
digest = hashlib.md5()
with client.read(path) as file:
    while chunk := file.read(1 << 20):
        digest.update(chunk)
print(client.get_file_info(path).length, digest.hexdigest())
"""


class HdfsShell(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        apache_hadoop.ensure()
        cls.scratch = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.cluster = cls.enterClassContext(support.Cluster("hdfs_shell", datanodes=3))
        cls.source = os.path.join(cls.scratch, "source")
        chance = random.Random(3)
        with open(cls.source, "wb") as file:
            for _ in range(FILE_BYTES // MIB):
                file.write(chance.randbytes(MIB))
        cls.md5 = support.md5(cls.source)

    def apache(self, *arguments, check=True, text=True):
        conf = self.cluster.conf()
        command = apache_hadoop.command("dfs", *arguments, conf=conf)
        return support.run(command, dict(os.environ, HADOOP_CONF_DIR=conf), check=check, seconds=DFS_SECONDS, text=text)

    def copy(self, name):
        return os.path.join(self.scratch, name)

    def test_apache_shell_works_on_a_large_file(self):
        self.apache("-mkdir", "-p", "/shell/in/deep")
        self.apache("-put", self.source, "/shell/in/file")

        listing = self.apache("-ls", "-R", "/shell").stdout
        self.assertRegex(listing, r"(?m)^drwxr-xr-x   - \S+ \S+ +0 \d{4}-\d\d-\d\d \d\d:\d\d /shell/in$")
        self.assertRegex(listing, rf"(?m)^-rw-r--r--   3 \S+ \S+ +{FILE_BYTES} \d{{4}}-\d\d-\d\d \d\d:\d\d /shell/in/file$")
        self.assertRegex(listing, r"(?m)^drwx.* /shell/in/deep$")

        self.apache("-get", "/shell/in/file", self.copy("apache"))
        self.assertEqual(support.md5(self.copy("apache")), self.md5)
        self.assertEqual(len(self.apache("-cat", "/shell/in/file", text=False).stdout), FILE_BYTES)

        self.assertRegex(self.apache("-count", "/shell").stdout, rf"^ +3 +1 +{FILE_BYTES} /shell\n$")
        self.assertRegex(self.apache("-du", "-s", "/shell").stdout, rf"^{FILE_BYTES} +{3 * FILE_BYTES} +/shell\n$")

        self.apache("-mv", "/shell/in/file", "/shell/moved")
        self.assertEqual(self.apache("-test", "-e", "/shell/in/file", check=False).returncode, 1)
        self.assertEqual(self.apache("-test", "-f", "/shell/moved", check=False).returncode, 0)

        # The same file by others: our shell, and a client in Rust.
        self.cluster.dfs("-get", "/shell/moved", self.copy("ours"))
        self.assertEqual(support.md5(self.copy("ours")), self.md5)
        self.read_by_hdfs_native("/shell/moved")

        self.apache("-rm", "-r", "-skipTrash", "/shell")
        gone = self.apache("-ls", "/shell", check=False)
        self.assertEqual(gone.returncode, 1)
        self.assertIn("ls: `/shell': No such file or directory", gone.stderr)

    def read_by_hdfs_native(self, path):
        python = python_venv.ensure("hdfs-native", [HDFS_NATIVE])
        url = self.cluster.layout.site_settings()["fs.defaultFS"]
        done = support.run([python, "-c", READ_BY_HDFS_NATIVE, path, url], dict(os.environ), seconds=DFS_SECONDS)
        self.assertEqual(done.stdout.split(), [str(FILE_BYTES), self.md5])

    def test_apache_reads_what_our_shell_wrote(self):
        self.cluster.dfs("-put", self.source, "/ours")
        self.apache("-get", "/ours", self.copy("back"))
        self.assertEqual(support.md5(self.copy("back")), self.md5)

    def test_both_shells_print_the_same(self):
        self.cluster.dfs("-mkdir", "-p", "/same/sub")
        self.cluster.dfs("-touchz", "/same/empty")
        for arguments in (["-ls", "/same"], ["-ls", "-R", "/"], ["-count", "/same"], ["-du", "/same"], ["-stat", "%n %F %b", "/same/sub"],
                          ["-ls", "/none"], ["-cat", "/same"], ["-mkdir", "/same"], ["-rm", "/same"]):
            with self.subTest(arguments):
                theirs = self.apache(*arguments, check=False)
                ours = self.cluster.run("hdfs", "dfs", *arguments, check=False)
                self.assertEqual((ours.returncode, ours.stdout, ours.stderr), (theirs.returncode, theirs.stdout, theirs.stderr))


if __name__ == "__main__":
    support.main()
