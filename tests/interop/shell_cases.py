#!/usr/bin/env python3
"""Cases of `hdfs dfs`: what Apache's shell prints, recorded, and what ours prints.

A file of tests/interop/shell/*.test is a sequence of command lines, run in order, each with what it must print:

    $ -ls /t            the words after `hdfs dfs`
    > Found 1 items     a line of standard output
    ! ls: ...           a line of standard error
    = 1                 the exit code, when it isn't 0

Each file begins with an empty /t, an empty home directory, and a working directory that make_work() fills. Times, the NameNode's address
and the user's name are replaced by TIME, MS, NAMENODE, USER and WORK. Of a usage error the first and the last line count.

    shell_cases.py            runs ours and compares
    shell_cases.py --record   runs Apache's shell on a cluster of ours and writes down what it prints
"""

import argparse
import base64
import getpass
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

import cluster as support
import apache_hadoop

FILES = sorted(glob.glob(os.path.join(HERE, "shell", "*.test")))
USAGE = "Usage: hadoop fs [generic options]"


class Case:
    def __init__(self, comments, words):
        self.comments, self.words = comments, words
        self.out, self.err, self.code = [], [], 0

    def text(self):
        lines = [*self.comments, f"$ {self.words}", *(f"> {line}" for line in self.out), *(f"! {line}" for line in self.err)]
        if self.code:
            lines.append(f"= {self.code}")
        return "".join(line.rstrip("\n") + "\n" for line in lines)


def read(path):
    cases, comments = [], []
    with open(path, encoding="utf-8") as file:
        for line in map(str.rstrip, file.read().split("\n")):
            kind, rest = line[:2], line[2:]
            if kind == "$ ":
                cases.append(Case(comments, rest))
                comments = []
            elif kind in ("> ", ">"):
                cases[-1].out.append(rest)
            elif kind in ("! ", "!"):
                cases[-1].err.append(rest)
            elif kind == "= ":
                cases[-1].code = int(rest)
            else:
                comments.append(line)
    return cases


def make_work(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "tree", "sub"))
    for name, content in (("f1", "hello\n"), ("f2", "x" * 1280), ("big", "y" * (3 << 20) + "z" * 777), ("empty", ""),
                          ("tree/a", "a\n"), ("tree/sub/b", "bb\n")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(content)
    os.utime(os.path.join(folder, "f1"), (10 ** 9, 10 ** 9))
    os.chmod(os.path.join(folder, "f1"), 0o640)


class Runner:
    def __init__(self, cluster, work):
        self.cluster, self.work = cluster, work
        self.user = getpass.getuser()
        self.address = re.search(r"hdfs://([^/\s]+)", cluster.dfs("-df", "/")).group(1)

    def begin(self):
        make_work(self.work)
        self.cluster.dfs("-rm", "-r", "-f", "-skipTrash", "/t", f"/user/{self.user}")
        self.cluster.dfs("-mkdir", "-p", f"/user/{self.user}")

    def words(self, case):
        return [word.replace("WORK", self.work).replace("NAMENODE", self.address).replace("USER", self.user)
                for word in shlex.split(case.words)]

    def lines(self, data):
        text = data.decode("utf-8", "replace")
        text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "TIME", text)
        text = re.sub(r"\b1[67]\d{11}\b", "MS", text).replace(self.work, "WORK").replace(self.address, "NAMENODE")
        text = re.sub(rf"\b{re.escape(self.user)}\b", "USER", text)
        lines = [line.rstrip() for line in text.split("\n") if not re.match(r"log4j:|SLF4J|\d{4}-.* (WARN|INFO) |WARNING: A ", line)]
        while lines and not lines[-1]:
            lines.pop()
        return [lines[0], lines[-1]] if USAGE in lines else lines

    def apache(self, cases):
        self.begin()
        with tempfile.TemporaryDirectory() as folder:
            command = apache_hadoop.command("dfs", conf=self.cluster.conf())
            classpath = command[command.index("-cp") + 1]
            subprocess.run(["javac", "-cp", classpath, "-d", folder, os.path.join(HERE, "shell", "RunShell.java")], check=True)
            with open(os.path.join(folder, "words"), "w", encoding="utf-8") as file:
                file.writelines("\x01".join(self.words(case)) + "\n" for case in cases)
            command = [command[0], "-Dlog4j.configuration=file:/dev/null", "-cp", f"{folder}:{classpath}", "RunShell",
                       os.path.join(folder, "words")]
            done = subprocess.run(command, cwd=self.work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, text=True,
                                  env=dict(os.environ, HADOOP_CONF_DIR=self.cluster.conf()))
        answers = done.stdout.split("\n")
        for i, case in enumerate(cases):
            case.code = int(answers[3 * i])
            case.out, case.err = (self.lines(base64.b64decode(answers[3 * i + k])) for k in (1, 2))

    def ours(self, case):
        command, environment = self.cluster.command("hdfs", "dfs", *self.words(case))
        done = subprocess.run(command, cwd=self.work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=support.COMMAND_SECONDS, check=False)
        got = Case([], case.words)
        got.code, got.out, got.err = done.returncode, self.lines(done.stdout), self.lines(done.stderr)
        return got

    def plain(self, text):
        # Columns are as wide as the user's name.
        return text if len(self.user) == 4 else re.sub(r" +", " ", text)


def new_cluster():
    return support.Cluster("shell_cases", datanodes=2)


class ShellCases(unittest.TestCase):
    def test_ours_prints_what_apaches_does(self):
        with new_cluster() as cluster, tempfile.TemporaryDirectory() as scratch:
            runner = Runner(cluster, os.path.join(scratch, "work"))
            for path in FILES:
                runner.begin()
                for case in read(path):
                    got = runner.ours(case)
                    case.comments = []
                    with self.subTest(file=os.path.basename(path), words=case.words):
                        self.assertEqual(runner.plain(got.text()), runner.plain(case.text()))


def record(files):
    apache_hadoop.ensure()
    with new_cluster() as cluster, tempfile.TemporaryDirectory() as scratch:
        runner = Runner(cluster, os.path.join(scratch, "work"))
        for path in files:
            cases = read(path)
            runner.apache(cases)
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(case.text() for case in cases)
            print(f"{os.path.basename(path)}: {len(cases)} cases recorded")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("files", nargs="*", metavar="FILE")
    options = parser.parse_args()
    if options.record:
        record([os.path.abspath(file) for file in options.files] or FILES)
    else:
        unittest.main(argv=sys.argv[:1])
