#!/usr/bin/env python3
"""Apache's own MapReduce, unmodified, on our four daemons: its ApplicationMaster, tasks and shuffle; and both `yarn` commands side by side."""

import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import cluster as support
import apache_hadoop
import sample_text

JOB_SECONDS = 600
MIB = 1 << 20


class YarnMapReduce(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        apache_hadoop.ensure()
        cls.scratch = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.cluster = cls.enterClassContext(support.Cluster("yarn_mapreduce", datanodes=3, nodemanagers=3, racks=2))
        java_home = os.environ.get("JAVA_HOME") or os.path.dirname(os.path.dirname(os.path.realpath("/usr/bin/java")))
        cls.job_settings = {
            "mapreduce.application.classpath": apache_hadoop.class_path(cls.cluster.conf()).replace(":", ","),
            "yarn.app.mapreduce.am.env": f"JAVA_HOME={java_home}",
            "mapreduce.map.env": f"JAVA_HOME={java_home}",
            "mapreduce.reduce.env": f"JAVA_HOME={java_home}",
            "yarn.app.mapreduce.am.resource.mb": "1024",
            "yarn.app.mapreduce.am.command-opts": "-Xmx512m --add-opens=java.base/java.lang=ALL-UNNAMED",
        }

    def apache(self, program, *arguments, check=True, seconds=120, log_level="WARN"):
        conf = self.cluster.conf()
        command = apache_hadoop.command(program, *arguments, conf=conf, log_level=log_level)
        return support.run(command, dict(os.environ, HADOOP_CONF_DIR=conf), check=check, seconds=seconds)

    def job(self, name, *arguments, settings=()):
        options = [word for key, value in {**self.job_settings, **dict(settings)}.items() for word in ("-D", f"{key}={value}")]
        return self.apache("jar", apache_hadoop.jar("hadoop-mapreduce-examples-"), name, *options, *arguments, seconds=JOB_SECONDS,
                           log_level="INFO")

    def test_pi(self):
        self.assertIn("Estimated value of Pi is 3.12000000000000000000", self.job("pi", 2, 100).stdout)

    def test_word_count_runs_beside_its_blocks(self):
        piece, text = os.path.join(self.scratch, "piece"), os.path.join(self.scratch, "text")
        content = sample_text.piece(2 * MIB)
        sample_text.write_repeated(piece, content, 1)
        sample_text.write_repeated(text, content, 4)
        self.cluster.run("hdfs", "dfs", "-D", "dfs.blocksize=2m", "-put", text, "/text")
        done = self.job("wordcount", "/text", "/counts", settings={"mapreduce.job.reduces": 2}.items())
        self.assertEqual(sample_text.parse_output(self.cluster.dfs("-cat", "/counts/part-r-*")), sample_text.count_by_tools(piece, 4))
        self.assertRegex(done.stderr, r"Data-local map tasks=[4-9]")
        self.assertRegex(done.stderr, r"Failed Shuffles=0")

    def test_both_yarn_commands_print_the_same(self):
        self.job("pi", 1, 10)
        listing = self.cluster.run("yarn", "application", "-list", "-appStates", "FINISHED").stdout
        application = re.search(r"application_\d+_\d+", listing).group(0)
        node = re.search(r"[\d.]+:\d+(?=\s+RUNNING)", self.cluster.run("yarn", "node", "-list").stdout).group(0)
        for program, arguments in (("application", ["-list", "-appStates", "ALL"]), ("application", ["-status", application]),
                                   ("application", ["-kill", application]), ("application", ["-status", "application_1_0001"]),
                                   ("application", ["-list"]), ("node", ["-list"]), ("node", ["-list", "-showDetails"]), ("node", ["-status", node]),
                                   ("node", ["-status", "127.0.0.9:1"])):
            with self.subTest(f"{program} {arguments}"):
                words = [program, *arguments] if program == "application" else arguments
                theirs = self.apache(program, *words, check=False)
                ours = self.cluster.run("yarn", program, *arguments, check=False)
                # The last container may still end between the two calls, and with it the sums of what was used.
                still = [re.sub(r"\d+ MB-seconds, \d+ vcore-seconds", "N MB-seconds, N vcore-seconds", out) for out in (ours.stdout, theirs.stdout)]
                self.assertEqual((ours.returncode, still[0]), (theirs.returncode, still[1]))


if __name__ == "__main__":
    support.main()
