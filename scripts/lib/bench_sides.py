"""The two systems under measurement, behind one face: start, stop, the daemons' pids, and the same commands for each."""

import os
import shutil
import subprocess
import time

import apache_hadoop
import bench_process
import cluster_config
import cluster_health
import cluster_process
from bench_process import Failed
from cluster_layout import HTTP_KEY, Layout, PortChooser

START_SECONDS = 120
STOP_SECONDS = 15

# Both sides: one replica, and blocks as small as NNThroughputBenchmark makes them.
COMMON_SETTINGS = {
    "dfs.replication": "1",
    "dfs.namenode.fs-limits.min-block-size": "16",
    "yarn.nodemanager.resource.memory-mb": "8192",
    "yarn.nodemanager.resource.cpu-vcores": "4",
}


class Side:
    """One of the systems: a cluster of one NameNode, DataNode, ResourceManager and NodeManager in a directory of its own."""

    name = ""

    def __init__(self, directory):
        self.directory = directory
        self.conf = os.path.join(directory, "conf")
        self.formatted = False
        self.running = False

    def environment(self):
        return dict(os.environ, HADOOP_CONF_DIR=self.conf)

    def format(self):
        """A new, empty cluster."""
        raise NotImplementedError

    def start(self):
        """Returns when DataNode and NodeManager are registered."""
        raise NotImplementedError

    def stop(self):
        raise NotImplementedError

    def daemons(self):
        """name → pid"""
        raise NotImplementedError

    def dfs(self, *arguments):
        raise NotImplementedError

    def pi(self, maps, samples):
        raise NotImplementedError

    def word_count(self, source, target):
        raise NotImplementedError

    def nn_benchmark(self, *arguments):
        """Apache's NNThroughputBenchmark for both: the same load on either server."""
        apache_hadoop.ensure()
        return apache_hadoop.command("nnbench", "-fs", self.file_system(), *arguments, conf=self.conf, heap="1g", log_level="INFO")

    def file_system(self):
        raise NotImplementedError

    def run(self, command, **options):
        return bench_process.run(command, self.environment(), **options)


class Tusker(Side):
    name = "Tusker"

    def script(self, command, *options):
        checkout = apache_hadoop.CHECKOUT
        done = subprocess.run([os.path.join(checkout, "scripts", "cluster"), command, *options, "--dir", self.directory],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=180,
                              check=False)
        if done.returncode != 0:
            raise Failed(" ".join(done.stdout.split())[:400])

    def up(self):
        options = ["--datanodes", "1", "--nodemanagers", "1"]
        for key, value in COMMON_SETTINGS.items():
            options += ["--set", f"{key}={value}"]
        self.script("up", *options)

    def format(self):
        try:
            cluster_process.program("namenode")
        except cluster_process.ClusterError as error:
            raise Failed(str(error)) from None
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        self.up()
        self.stop()
        self.formatted = True

    def start(self):
        self.up()

    def stop(self):
        self.script("down")

    def daemons(self):
        layout = Layout.load(self.directory)
        return {name.partition("-")[0]: cluster_process.pid_of(layout, name) for name in layout.names()}

    def file_system(self):
        return Layout.load(self.directory).site_settings()["fs.defaultFS"]

    def library(self, name):
        return os.path.join(os.path.dirname(cluster_process.bin_dir()), "lib", name)

    def dfs(self, *arguments):
        return [cluster_process.program("hdfs"), "dfs", *map(str, arguments)]

    def pi(self, maps, samples):
        return [cluster_process.program("mapred"), "run", self.library("libpi.so"), str(maps), str(samples)]

    def word_count(self, source, target):
        return [cluster_process.program("mapred"), "run", self.library("libwordcount.so"), "-input", source, "-output", target,
                "-reducers", "1"]


class Apache(Side):
    name = "Apache"
    HOST = "127.0.0.1"
    ADDRESSES = (
        "dfs.namenode.rpc-address", "dfs.namenode.http-address", "dfs.datanode.address", "dfs.datanode.ipc.address",
        "dfs.datanode.http.address", "yarn.resourcemanager.address", "yarn.resourcemanager.scheduler.address",
        "yarn.resourcemanager.resource-tracker.address", "yarn.resourcemanager.admin.address", "yarn.resourcemanager.webapp.address",
        "yarn.nodemanager.address", "yarn.nodemanager.localizer.address", "yarn.nodemanager.webapp.address",
    )
    DAEMONS = ("namenode", "datanode", "resourcemanager", "nodemanager")

    def __init__(self, directory):
        super().__init__(directory)
        self.settings = {}
        self.processes = {}

    def data(self, *parts):
        return os.path.join(self.directory, "data", *parts)

    def configure(self):
        chooser = PortChooser()
        settings = {key: f"{self.HOST}:{chooser.choose(self.HOST)}" for key in self.ADDRESSES}
        settings["mapreduce.shuffle.port"] = str(chooser.choose(self.HOST))
        chooser.close()
        opens = " ".join(apache_hadoop.JAVA_OPENS)
        classes = f"{apache_hadoop.LIB}/*"
        settings |= {
            "fs.defaultFS": "hdfs://" + settings["dfs.namenode.rpc-address"],
            "hadoop.tmp.dir": self.data("tmp"),
            "dfs.namenode.name.dir": self.data("name"),
            "dfs.datanode.data.dir": self.data("blocks"),
            "dfs.namenode.datanode.registration.ip-hostname-check": "false",
            "yarn.nodemanager.local-dirs": self.data("local"),
            "yarn.nodemanager.log-dirs": self.data("container-logs"),
            "yarn.nodemanager.aux-services": "mapreduce_shuffle",
            "yarn.nodemanager.vmem-check-enabled": "false",
            # Its health check would take a disk that is nearly full out of use; ours is not what is measured.
            "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage": "99.5",
            "yarn.application.classpath": classes,
            "mapreduce.application.classpath": classes,
            "mapreduce.framework.name": "yarn",
            "yarn.app.mapreduce.am.command-opts": f"-Xmx1024m {opens}",
            "mapreduce.map.java.opts": f"-Xmx800m {opens}",
            "mapreduce.reduce.java.opts": f"-Xmx800m {opens}",
        }
        self.settings = settings | COMMON_SETTINGS
        shutil.rmtree(self.conf, ignore_errors=True)
        os.makedirs(self.conf)
        files = cluster_config.site_texts(self.settings)
        files["capacity-scheduler.xml"] = cluster_config.xml_text({
            "yarn.scheduler.capacity.root.queues": "default",
            "yarn.scheduler.capacity.root.default.capacity": "100",
            "yarn.scheduler.capacity.maximum-am-resource-percent": "0.5",
        })
        for name, text in files.items():
            with open(os.path.join(self.conf, name), "w", encoding="utf-8") as file:
                file.write(text)

    def format(self):
        apache_hadoop.ensure()
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(os.path.join(self.directory, "logs"))
        self.configure()
        self.run(apache_hadoop.command("namenode", "-format", "-nonInteractive", conf=self.conf), seconds=START_SECONDS)
        self.formatted = True

    def start(self):
        for daemon in self.DAEMONS:
            command = apache_hadoop.command(daemon, conf=self.conf, heap="1g", log_level="INFO",
                                            properties=[f"yarn.log.dir={self.data('container-logs')}"])
            with open(os.path.join(self.directory, "logs", f"{daemon}.log"), "ab") as log:
                self.processes[daemon] = subprocess.Popen(command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log,
                                                          stderr=subprocess.STDOUT, start_new_session=True)
        self.wait_registered()

    def wait_registered(self):
        deadline = time.monotonic() + START_SECONDS
        for master, bean, attribute in (("namenode", cluster_health.NAMENODE_BEAN, "NumLiveDataNodes"),
                                        ("resourcemanager", cluster_health.RESOURCEMANAGER_BEAN, "NumActiveNMs")):
            while True:
                for daemon, process in self.processes.items():
                    if process.poll() is not None:
                        raise Failed(f"Apache's {daemon} ended with {process.returncode}; see {self.directory}/logs/{daemon}.log")
                try:
                    if int(cluster_health.jmx(self.settings[HTTP_KEY[master]], bean).get(attribute, 0)) >= 1:
                        break
                except (OSError, ValueError):
                    pass
                if time.monotonic() > deadline:
                    raise Failed(f"Apache's {master} had no node after {START_SECONDS} s; see {self.directory}/logs")
                time.sleep(0.05)

    def stop(self):
        for process in self.processes.values():
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def daemons(self):
        return {name: process.pid for name, process in self.processes.items()}

    def file_system(self):
        return self.settings["fs.defaultFS"]

    def dfs(self, *arguments):
        return apache_hadoop.command("dfs", *arguments, conf=self.conf)

    def example(self, *arguments):
        return apache_hadoop.command("jar", apache_hadoop.jar("hadoop-mapreduce-examples"), *arguments, conf=self.conf)

    def pi(self, maps, samples):
        return self.example("pi", maps, samples)

    def word_count(self, source, target):
        return self.example("wordcount", source, target)
