"""What scripts/bench measures. Each metric is one function over a side; it returns rows of the table: label → value.

A metric that has to begin from a stopped cluster starts and stops its side itself; the others find it running.
"""

import os
import re
import statistics
import time

import bench_process
import cluster_process
import python_venv
import sample_text
from bench_process import Failed, cpu_of, resident_bytes

PYSPARK = "pyspark==4.1.4"
IDLE_SECONDS = 5
NN_OPERATIONS = ("create", "open", "fileStatus", "mkdirs", "rename", "delete")
NN_THREADS = 16
NN_LOAD_OPERATIONS = ("getFileInfo", "getBlockLocations", "getListing", "create", "complete", "mkdirs", "rename", "delete")
NN_LOAD_IN_FLIGHT = (16, 256)
PI = (4, 1000)
PI_ANSWER = "3.14"
JOB_SECONDS = 900
PIECE_BYTES = 64 << 20
TEXT_WORDS = 500_000


class Value:
    def __init__(self, number, unit, more_is_better=False):
        self.number = number
        self.unit = unit
        self.more_is_better = more_is_better

    def __str__(self):
        number = self.number
        if self.unit == "us":
            return f"{number:,.1f} us"
        if self.unit == "ms":
            return f"{number:,.1f} ms"
        if self.unit in ("MB", "op/s"):
            return f"{number:,.0f} {self.unit}" if number >= 10 else f"{number:,.1f} {self.unit}"
        return f"{number:,.2f} {self.unit}"

    @staticmethod
    def median(values):
        return Value(statistics.median(value.number for value in values), values[0].unit, values[0].more_is_better)


class Inputs:
    """Files that metrics read, made once and kept in the bench folder."""

    def __init__(self, folder, size):
        self.folder = folder
        self.size = size

    def made(self, name, make):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            make(path + ".new")
            os.replace(path + ".new", path)
        return path

    def random_file(self):
        def make(path):
            with open(path, "wb") as file:
                for _ in range(self.size >> 20):
                    file.write(os.urandom(1 << 20))
        return self.made(f"random-{self.size >> 20}", make)

    def piece_file(self):
        size = min(PIECE_BYTES, self.size)
        return self.made(f"piece-{size >> 20}",
                         lambda path: sample_text.write_repeated(path, sample_text.piece(size, TEXT_WORDS), 1))

    def times(self):
        return max(1, round(self.size / os.path.getsize(self.piece_file())))

    def text_file(self):
        def make(path):
            with open(self.piece_file(), "rb") as file:
                sample_text.write_repeated(path, file.read(), self.times())
        return self.made(f"text-{self.size >> 20}", make)

    def text_counts(self):
        """word → count, by Debian's own tools."""
        return sample_text.count_by_tools(self.piece_file(), self.times())


class Options:
    def __init__(self, inputs, repeats, files):
        self.inputs = inputs
        self.repeats = repeats
        self.files = files  # of NNThroughputBenchmark


def start(side, options):
    """From launch, on a formatted directory, until the nodes are registered and an `ls` has been answered."""
    side.stop()
    started = time.monotonic()
    side.start()
    side.run(side.dfs("-ls", "/"))
    wall = time.monotonic() - started
    return {"start of four daemons to first ls": Value(wall, "s")}


def memory(side, options):
    """Of the four daemons, some seconds after they started."""
    side.stop()
    side.start()
    time.sleep(IDLE_SECONDS)
    rows = {name: resident_bytes(pid) / 1e6 for name, pid in side.daemons().items()}
    found = {"idle memory, four daemons": Value(sum(rows.values()), "MB")}
    found.update({f"  {name}": Value(value, "MB") for name, value in rows.items()})
    return found


def ls(side, options):
    done = [side.run(side.dfs("-ls", "/")) for _ in range(5)]
    return {
        "hdfs dfs -ls /": Value(1000 * statistics.median(one.wall for one in done), "ms"),
        "  client CPU": Value(1000 * statistics.median(one.cpu for one in done), "ms"),
    }


def with_daemons(side, command, label, names, **run_options):
    before = cpu_of(side.daemons())
    done = side.run(command, **run_options)
    after = cpu_of(side.daemons())
    rows = {label: Value(done.wall, "s"), "  client CPU": Value(done.cpu, "s")}
    rows.update({f"  {name} CPU": Value(after[name] - before[name], "s") for name in names})
    return done, rows


def megabytes(options):
    return f"{options.inputs.size >> 20} MB"


def remove(side, path):
    side.run(side.dfs("-rm", "-r", "-f", "-skipTrash", path))


def put(side, options):
    source = options.inputs.random_file()
    remove(side, "/bench-put")
    _, rows = with_daemons(side, side.dfs("-put", source, "/bench-put"), f"-put {megabytes(options)}", ("namenode", "datanode"))
    remove(side, "/bench-put")
    return rows


def ensure_file(side, options):
    if side.run([*side.dfs("-ls", "/")]).output.find("/bench-file") < 0:
        side.run(side.dfs("-put", options.inputs.random_file(), "/bench-file"))


def get(side, options):
    ensure_file(side, options)
    target = os.path.join(options.inputs.folder, "got.tmp")
    if os.path.exists(target):
        os.unlink(target)
    _, rows = with_daemons(side, side.dfs("-get", "/bench-file", target), f"-get {megabytes(options)}", ("datanode",))
    with open(target, "rb") as got, open(options.inputs.random_file(), "rb") as put_file:
        while chunk := got.read(1 << 20):
            if chunk != put_file.read(1 << 20):
                raise Failed("-get brought other bytes than -put took")
    os.unlink(target)
    return rows


def cat(side, options):
    ensure_file(side, options)
    _, rows = with_daemons(side, side.dfs("-cat", "/bench-file"), f"-cat {megabytes(options)}, from page cache", ("datanode",), discard=True)
    return rows


def nn(side, options):
    """Apache's NNThroughputBenchmark against either NameNode. What an operation needs beforehand it creates itself, outside its figure."""
    rows = {}
    for operation in NN_OPERATIONS:
        count = "-dirs" if operation == "mkdirs" else "-files"
        before = cpu_of(side.daemons())["namenode"]
        try:
            done = side.run(side.nn_benchmark("-op", operation, "-threads", NN_THREADS, count, options.files))
        except Failed as failure:
            rows[f"NN {operation}"] = failure
            continue
        found = re.findall(r"Ops per sec: ([\d.]+)", done.output)
        rows[f"NN {operation}"] = Value(float(found[-1]), "op/s", True) if found else Failed("the benchmark printed no rate")
        rows[f"  {operation}: NameNode CPU in all"] = Value(cpu_of(side.daemons())["namenode"] - before, "s")
    return rows


def nn_load(side, options):
    """Our own load generator against either NameNode: the server's CPU time a call and calls a second. The first run of each operation warms
    the server (Java compiles what it runs often) and isn't shown."""
    program = os.path.join(os.path.dirname(cluster_process.bin_dir()), "bench", "namenode_load")
    host, port = side.file_system().removeprefix("hdfs://").rsplit(":", 1)
    rows = {}
    for operation in NN_LOAD_OPERATIONS:
        command = [program, "--op", operation, "--host", host, "--port", port, "--pid", str(side.daemons()["namenode"]), "--calls",
                   str(options.files)]
        side.run([*command, "--in-flight", "256"])
        for in_flight in NN_LOAD_IN_FLIGHT:
            done = side.run([*command, "--in-flight", str(in_flight)])
            found = dict(re.findall(r"(\w+)=([\d.]+)", done.output))
            rows[f"{operation}, {in_flight} in flight: NameNode CPU"] = Value(float(found["server_cpu_us"]), "us")
            rows[f"  {operation}, {in_flight} in flight"] = Value(float(found["ops_per_s"]), "op/s", True)
    return rows


def pi(side, options):
    done, rows = with_daemons(side, side.pi(*PI), f"pi {PI[0]} {PI[1]}", ("nodemanager",), seconds=JOB_SECONDS)
    if PI_ANSWER not in done.output:
        raise Failed(f"the answer is not {PI_ANSWER}…")
    return rows


def word_count(side, options):
    remove(side, "/bench-text")
    side.run(side.dfs("-put", options.inputs.text_file(), "/bench-text"))
    remove(side, "/bench-counts")
    _, rows = with_daemons(side, side.word_count("/bench-text", "/bench-counts"), f"word count of {megabytes(options)}",
                           ("datanode", "nodemanager"), seconds=JOB_SECONDS)
    counted = sample_text.parse_output(side.run(side.dfs("-cat", "/bench-counts/part-r-*")).output)
    remove(side, "/bench-text")
    if counted != options.inputs.text_counts():
        raise Failed("the counts differ from those of tr, sort and uniq")
    return rows


PYSPARK_PROGRAM = r"""
import sys
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
kind, source, target = sys.argv[1:]
spark = (SparkSession.builder.master("local[2]").appName("wordcount").config("spark.ui.enabled", "false")
         .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
         .config("spark.sql.shuffle.partitions", "2").getOrCreate())
if kind == "rdd":
    (spark.sparkContext.textFile("file://" + source).flatMap(str.split).map(lambda word: (word, 1))
     .reduceByKey(lambda a, b: a + b, 1).map(lambda pair: f"{pair[0]}\t{pair[1]}").saveAsTextFile("file://" + target))
else:
    words = spark.read.text("file://" + source).select(F.explode(F.split("value", r"[ \t\n\f\r]+")).alias("word")).where("word <> ''")
    (words.groupBy("word").count().selectExpr("concat_ws('\t', word, count)").coalesce(1).write.text("file://" + target))
spark.stop()
"""


def pyspark(options):
    """The same word count by PySpark on the local file, with its start: label → Value."""
    import shutil
    try:
        python = python_venv.ensure("pyspark", [PYSPARK])
    except python_venv.VenvError as error:
        raise Failed(" ".join(str(error).split())[:300]) from None
    rows = {}
    for kind, label in (("rdd", "RDD"), ("dataframe", "DataFrame")):
        target = os.path.join(options.inputs.folder, "pyspark.tmp")
        shutil.rmtree(target, ignore_errors=True)
        command = [python, "-c", PYSPARK_PROGRAM, kind, options.inputs.text_file(), target]
        done = bench_process.run(command, dict(os.environ, PYSPARK_PYTHON=python), seconds=JOB_SECONDS)
        counted = sample_text.parse_output("".join(
            open(os.path.join(target, name), encoding="utf-8").read() for name in sorted(os.listdir(target)) if name.startswith("part-")))
        shutil.rmtree(target)
        if counted != options.inputs.text_counts():
            raise Failed(f"PySpark's {label} counts differ from those of tr, sort and uniq")
        rows[label] = Value(done.wall, "s")
    return rows


# Name → function, whether it is repeated, and whether the clusters have to be up.
METRICS = {
    "start": (start, True, False),
    "memory": (memory, False, False),
    "ls": (ls, True, True),
    "put": (put, True, True),
    "get": (get, True, True),
    "cat": (cat, True, True),
    "nn": (nn, False, True),
    "nnload": (nn_load, False, True),
    "pi": (pi, True, True),
    "wordcount": (word_count, True, True),
}
