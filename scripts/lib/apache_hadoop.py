"""Unmodified Apache Hadoop, for tests and benchmarks: fetched once by Maven, run as main classes on its jars."""

import os
import shutil
import subprocess

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
POM = os.path.join(CHECKOUT, "tests", "interop", "pom.xml")
LIB = os.path.join(CHECKOUT, "build", "interop", "lib")
MAVEN_SECONDS = 1200

MAIN_CLASSES = {
    "dfs": "org.apache.hadoop.fs.FsShell",
    "dfsadmin": "org.apache.hadoop.hdfs.tools.DFSAdmin",
    "fsck": "org.apache.hadoop.hdfs.tools.DFSck",
    "namenode": "org.apache.hadoop.hdfs.server.namenode.NameNode",
    "datanode": "org.apache.hadoop.hdfs.server.datanode.DataNode",
    "resourcemanager": "org.apache.hadoop.yarn.server.resourcemanager.ResourceManager",
    "nodemanager": "org.apache.hadoop.yarn.server.nodemanager.NodeManager",
    "jar": "org.apache.hadoop.util.RunJar",
    "nnbench": "org.apache.hadoop.hdfs.server.namenode.NNThroughputBenchmark",
    "application": "org.apache.hadoop.yarn.client.cli.ApplicationCLI",
    "node": "org.apache.hadoop.yarn.client.cli.NodeCLI",
}

# What Hadoop's own start scripts open up of a modern Java.
JAVA_OPENS = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in
              ("java.lang", "java.net", "java.nio", "java.util", "java.util.concurrent", "sun.nio.ch")]
JAVA_OPENS.append("--add-exports=java.base/sun.net.dns=ALL-UNNAMED")

LOG4J = """\
log4j.rootLogger=${tusker.log.level},console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{2}: %m%n
# Jars from Maven hold no native library; saying so at every start hides what matters.
log4j.logger.org.apache.hadoop.util.NativeCodeLoader=ERROR
"""


class ApacheHadoopError(Exception):
    pass


def ensure():
    """The folder of the jars, fetched when it isn't there whole."""
    stamp = os.path.join(LIB, "complete")
    with open(POM, encoding="utf-8") as file:
        pom = file.read()
    try:
        with open(stamp, encoding="utf-8") as file:
            if file.read() == pom:
                return LIB
    except FileNotFoundError:
        pass
    shutil.rmtree(LIB, ignore_errors=True)
    command = ["mvn", "-q", "-B", "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={LIB}"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=MAVEN_SECONDS, check=False)
    except FileNotFoundError:
        raise ApacheHadoopError("mvn is not there; run scripts/install-deps") from None
    except subprocess.TimeoutExpired:
        raise ApacheHadoopError(f"Maven did not bring Apache Hadoop in {MAVEN_SECONDS} s") from None
    if done.returncode != 0:
        raise ApacheHadoopError(f"Maven could not bring Apache Hadoop:\n{done.stdout[:2000]}")
    with open(os.path.join(LIB, "log4j.properties"), "w", encoding="utf-8") as file:
        file.write(LOG4J)
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(pom)
    return LIB


def class_path(conf):
    # The folder itself stands before its jars, for log4j.properties.
    return f"{conf}:{LIB}:{LIB}/*"


def jar(prefix):
    """The one jar whose name begins so, tests' jars aside."""
    found = [name for name in os.listdir(LIB) if name.startswith(prefix) and name.endswith(".jar") and "-tests" not in name]
    if len(found) != 1:
        raise ApacheHadoopError(f"{len(found)} jars in {LIB} begin with {prefix}")
    return os.path.join(LIB, found[0])


def command(program, *arguments, conf, heap="512m", log_level="WARN", properties=()):
    """The command line of a main class; `program` is a key of MAIN_CLASSES or a class."""
    java = ["java", f"-Xmx{heap}", "-XX:+UseSerialGC" if heap.endswith("m") and int(heap[:-1]) <= 512 else "-XX:+UseG1GC",
            f"-Dtusker.log.level={log_level}", *(f"-D{item}" for item in properties), *JAVA_OPENS]
    return [*java, "-cp", class_path(conf), MAIN_CLASSES.get(program, program), *map(str, arguments)]
