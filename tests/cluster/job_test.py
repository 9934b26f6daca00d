#!/usr/bin/env python3
"""Jobs from the command line: answers, options, memory that is too small, and libraries that go wrong."""

import collections
import gzip
import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import cluster as support
import sample_text

BUILD = os.path.join(support.CHECKOUT, "build", "release")
SETTINGS = {"dfs.blocksize": "1m", "dfs.namenode.fs-limits.min-block-size": "1024"}


def library(name):
    return os.path.join(BUILD, "lib", f"lib{name}.so")


class Jobs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.cluster = cls.enterClassContext(support.Cluster("jobs", datanodes=3, nodemanagers=3, settings=SETTINGS))
        cls.text_file = os.path.join(cls.scratch, "text")
        sample_text.write_repeated(cls.text_file, sample_text.piece(6 << 20), 1)
        cls.cluster.dfs("-put", cls.text_file, "/text")
        cls.counts = sample_text.count_by_tools(cls.text_file)

    def job(self, *arguments, code=0):
        done = self.cluster.run("mapred", "run", *arguments, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def put(self, name, text):
        path = os.path.join(self.scratch, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        self.cluster.dfs("-put", path, f"/{name}")

    def output(self, path):
        return self.cluster.dfs("-cat", f"{path}/part-*")

    # --- answers

    def test_pi(self):
        for maps, samples, answer in ((4, 1000, "3.14000000000000000000"), (2, 10, "3.80000000000000000000"),
                                      (3, 5, "3.73333333333333333333")):
            done = self.job(library("pi"), maps, samples)
            self.assertIn(f"Number of Maps  = {maps}\nSamples per Map = {samples}\n", done.stdout)
            self.assertTrue(done.stdout.endswith(f"Estimated value of Pi is {answer}\n"), done.stdout)
            self.assertEqual(support.counters(done.stderr)["Launched map tasks"], maps)
        self.assertNotIn("QuasiMonteCarlo", self.cluster.dfs("-ls", "-R", "/user"))
        self.assertIn("nSamples must be a positive number", self.job(library("pi"), 4, "x", code=1).stderr)

    def test_csv(self):
        self.put("sales.csv", 'city,"year",price\nRome,2020,10\n"Paris, the old",2020,1.5\r\nRome,2021,-4\nRome,2020,30\nParis,2020,free\n')
        done = self.job(library("csv"), "-input", "/sales.csv", "-output", "/csv", "-group", "city,year", "-value", "price")
        self.assertEqual(sorted(self.output("/csv").splitlines()),
                         ['"Paris, the old",2020\t1\t1.5\t1.5\t1.5\t1.5', "Rome,2020\t2\t40\t20\t10\t30", "Rome,2021\t1\t-4\t-4\t-4\t-4"])
        self.assertEqual(support.counters(done.stderr)["Rows whose value is no number"], 1)
        self.assertIn("there is no column town", self.job(library("csv"), "-input", "/sales.csv", "-output", "/csv2",
                                                          "-group", "town", "-value", "price", code=1).stderr)

    def test_the_tutorials_job(self):
        self.put("access.log", 'a - - [x] "GET /a HTTP/1.0" 200 2326\nb - - [x] "GET /b HTTP/1.0" 404 -\nc - - [x] "GET /\\" HTTP/1.0" 200 4\nbroken\n')
        done = self.job(library("statuscodes"), "-input", "/access.log", "-output", "/codes")
        self.assertEqual(self.output("/codes"), "200\t2\t2330\n404\t1\t0\n")
        self.assertEqual(support.counters(done.stderr)["Lines that can't be read"], 1)

    # --- ways through the engine

    def word_count(self, output, *options):
        done = self.job(library("wordcount"), "-input", "/text", "-output", output, *options)
        self.assertEqual(sample_text.parse_output(self.output(output)), self.counts)
        self.assertIn(f"{output}/_SUCCESS", self.cluster.dfs("-ls", output))
        return done, support.counters(done.stderr)

    def test_many_reduces_over_http_in_little_memory(self):
        _, found = self.word_count("/http", "-reducers", 5, "-D", "tusker.mapreduce.shuffle.local-read=false",
                                   "-D", "mapreduce.task.io.sort.mb=1", "-D", "mapreduce.task.io.sort.factor=3",
                                   "-D", "mapreduce.reduce.shuffle.input.buffer.percent=0.00005")
        self.assertEqual(found["Shuffled Maps"], found["Launched map tasks"] * 5)
        self.assertEqual(found["Failed Shuffles"], 0)
        # The tiny memory of the reduces sent what they fetched through their disks.
        self.assertGreater(found["Spilled Records"], found["Combine output records"] // 2)

    def test_separators_of_white_space(self):
        for name, separator in (("space", " "), ("comma", ", ")):
            self.job(library("wordcount"), "-input", "/text", "-output", f"/by-{name}", "-D",
                     f"mapreduce.output.textoutputformat.separator={separator}")
            counts = dict(line.rsplit(separator, 1) for line in self.output(f"/by-{name}").splitlines())
            self.assertEqual({word: int(count) for word, count in counts.items()}, self.counts)
        self.put("tabs.csv", "city\tprice\nRome\t10\nRome\t5\n")
        self.job(library("csv"), "-input", "/tabs.csv", "-output", "/tabs", "-group", "city", "-value", "price", "-separator", "\t")
        self.assertEqual(self.output("/tabs"), "Rome\t2\t15\t7.5\t5\t10\n")

    def test_compressed_output(self):
        compress = ("-D", "mapreduce.output.fileoutputformat.compress=true")
        codec = "mapreduce.output.fileoutputformat.compress.codec=org.apache.hadoop.io.compress."
        self.job(library("wordcount"), "-input", "/text", "-output", "/gzip", *compress, "-D", codec + "GzipCodec")
        part = os.path.join(self.scratch, "part.gz")
        self.cluster.dfs("-get", "/gzip/part-r-00000.gz", part)
        with gzip.open(part, "rt", encoding="ascii", newline="\n") as file:
            self.assertEqual(sample_text.parse_output(file.read()), self.counts)
        # The job reads its own output at the end.
        self.assertTrue(self.job(library("pi"), 2, 10, *compress).stdout.endswith("Estimated value of Pi is 3.80000000000000000000\n"))
        self.assertIn("SnappyCodec: output can be compressed by",
                      self.job(library("wordcount"), "-input", "/text", "-output", "/snappy", *compress, "-D", codec + "SnappyCodec", code=1).stderr)

    def test_more_memory_than_any_node_has(self):
        done = self.job(library("wordcount"), "-input", "/text", "-output", "/large", "-D", "mapreduce.map.memory.mb=7900", code=1)
        self.assertIn("MAP capability required is more than the supported max container capability in the cluster", done.stderr)

    def test_a_container_for_each_task(self):
        self.word_count("/single", "-D", "tusker.mapreduce.container-reuse=false")

    def test_in_one_process(self):
        self.word_count("/local", "-D", "mapreduce.framework.name=local", "-reducers", 2)

    def test_without_reduces(self):
        self.job(os.path.join(BUILD, "tests", "libmisbehaving_job.so"), "-input", "/text", "-output", "/maps", "-reducers", 0)
        lines = collections.Counter(line.rpartition("\t")[0] for line in self.output("/maps").split("\n") if line)
        with open(self.text_file, encoding="ascii", newline=None) as file:
            self.assertEqual(lines, collections.Counter(line.removesuffix("\n") for line in file))
        self.assertIn("/maps/part-m-00000", self.cluster.dfs("-ls", "/maps"))

    # --- what is refused, and what goes wrong

    def test_output_exists_and_input_does_not(self):
        self.cluster.dfs("-mkdir", "/there")
        self.assertRegex(self.job(library("wordcount"), "-input", "/text", "-output", "/there", code=1).stderr,
                         r"Output directory hdfs://[\d.:]+/there already exists")
        self.assertRegex(self.job(library("wordcount"), "-input", "/nothing", "-output", "/new", code=1).stderr,
                         r"Input path does not exist: hdfs://[\d.:]+/nothing")
        self.assertIn("Output directory not set.", self.job(library("wordcount"), "-input", "/text", code=1).stderr)

    def test_misbehaving_libraries(self):
        self.put("lines", "good\nbad\ngood\n")
        bad = os.path.join(BUILD, "tests", "libmisbehaving_job.so")
        for how, diagnosis in (("throw", "the mapper failed: this line is bad"), ("crash", "signal 11 (Segmentation fault), at record 0"),
                               ("exit", "the job's library called exit()"), ("hang", "Timed out")):
            with self.subTest(how):
                done = self.job(bad, "-D", f"how={how}", "-D", "mapreduce.task.timeout=500", "-D", "mapreduce.map.maxattempts=2",
                                "-input", "/lines", "-output", f"/bad-{how}", code=1)
                self.assertIn(diagnosis, done.stderr)
                self.assertEqual(support.counters(done.stderr)["Failed map tasks"], 2)
                self.assertNotIn("_SUCCESS", self.cluster.dfs("-ls", "-R", f"/bad-{how}"))
        # Nobody else was hurt, and the staging directory is clean.
        self.word_count("/after")
        support.wait_until(lambda: "/.staging/job_" not in self.cluster.dfs("-ls", "-R", "/tmp"), 10, "the staging directory is empty")

    def test_a_killed_job_says_so(self):
        self.put("hanging", "bad\n")
        job = self.cluster.popen("mapred", "run", os.path.join(BUILD, "tests", "libmisbehaving_job.so"), "-D", "how=hang",
                                 "-input", "/hanging", "-output", "/killed")
        try:
            running = support.wait_until(
                lambda: re.search(r"application_\d+_\d+", self.cluster.run("yarn", "application", "-list").stdout), 30, "the job runs")
            self.cluster.run("yarn", "application", "-kill", running.group())
            output, _ = job.communicate(timeout=60)
        finally:
            job.kill()
            job.wait()
        self.assertEqual(job.returncode, 1)
        self.assertIn("failed with state KILLED due to:", output)

    def test_no_job_library(self):
        self.assertIn("no entry point 'tusker_job'", self.job("/lib/x86_64-linux-gnu/libz.so.1", "-input", "/text", "-output", "/x", code=1).stderr)
        self.assertIn("Cannot load the job library", self.job("/nowhere.so", "-input", "/text", "-output", "/x", code=1).stderr)

    def test_job_list_and_status(self):
        done, _ = self.word_count("/listed")
        job = done.stderr.partition("Running job: ")[2].split()[0]
        self.assertIn(job, self.cluster.run("mapred", "job", "-list", "all").stdout)
        status = self.cluster.run("mapred", "job", "-status", job).stdout
        self.assertIn("Job state: SUCCEEDED", status)
        self.assertIn("Map input records=", status)


if __name__ == "__main__":
    support.main()
