"""Which daemons a cluster has, where each listens and which settings each gets.

The layout is chosen once, by `up`, and kept in D/cluster.json: a daemon that was killed comes back at the same address with
the same settings. Node i is datanode-i and nodemanager-i, both at 127.0.1.i; the masters are at 127.0.0.1.
"""

import json
import os
import random
import socket

MASTER_HOST = "127.0.0.1"
NODES_MAX = 254

# The listeners of each kind of daemon, as the Hadoop key that names the address.
ADDRESS_KEYS = {
    "namenode": ("dfs.namenode.rpc-address", "dfs.namenode.http-address"),
    "datanode": ("dfs.datanode.address", "dfs.datanode.ipc.address", "dfs.datanode.http.address"),
    "resourcemanager": (
        "yarn.resourcemanager.address",
        "yarn.resourcemanager.scheduler.address",
        "yarn.resourcemanager.resource-tracker.address",
        "yarn.resourcemanager.admin.address",
        "yarn.resourcemanager.webapp.address",
    ),
    "nodemanager": (
        "yarn.nodemanager.address",
        "yarn.nodemanager.localizer.address",
        "yarn.nodemanager.webapp.address",
        "mapreduce.shuffle.port",
    ),
}
HTTP_KEY = {
    "namenode": "dfs.namenode.http-address",
    "datanode": "dfs.datanode.http.address",
    "resourcemanager": "yarn.resourcemanager.webapp.address",
    "nodemanager": "yarn.nodemanager.webapp.address",
}


def kind_of(name):
    """datanode-3 → datanode."""
    return name.partition("-")[0]


def number_of(name):
    """datanode-3 → 3; the masters have none (0)."""
    return int(name.partition("-")[2] or 0)


def host_of(name):
    return f"127.0.1.{number_of(name)}" if number_of(name) else MASTER_HOST


class PortChooser:
    """Finds free ports below the range from which the kernel takes the ports of outgoing connections.

    A port inside that range could be taken by any connection while its daemon is down, and then not be had again. The
    sockets stay bound until close(), so that one port is not given out twice.
    """

    LOWEST = 10000

    def __init__(self):
        self._held = []
        try:
            with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
                self._end = int(file.read().split()[0])
        except OSError:
            self._end = 32768
        if self._end <= self.LOWEST + 1000:
            self._end = 32768
        # A random start keeps clusters that are started at the same time apart.
        self._next = random.randrange(self.LOWEST, self._end)

    def choose(self, host):
        for _ in range(self._end - self.LOWEST):
            port = self._next
            self._next = port + 1 if port + 1 < self._end else self.LOWEST
            probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                probe.bind((host, port))
            except OSError:
                probe.close()
                continue
            self._held.append(probe)
            return port
        raise RuntimeError(f"no free port on {host} between {self.LOWEST} and {self._end}")

    def close(self):
        for probe in self._held:
            probe.close()
        self._held.clear()


class Layout:
    """The content of D/cluster.json."""

    def __init__(self, directory, datanodes, nodemanagers, racks, settings, ports):
        self.directory = directory
        self.datanodes = datanodes
        self.nodemanagers = nodemanagers
        self.racks = racks
        self.settings = settings  # --set, the last of a key
        self.ports = ports  # daemon name → address key → port

    @staticmethod
    def path(directory):
        return os.path.join(directory, "cluster.json")

    @classmethod
    def load(cls, directory):
        """None when the directory holds no cluster."""
        try:
            with open(cls.path(directory), encoding="utf-8") as file:
                stored = json.load(file)
        except FileNotFoundError:
            return None
        return cls(directory, stored["datanodes"], stored["nodemanagers"], stored["racks"], stored["settings"], stored["ports"])

    def save(self):
        stored = {key: value for key, value in vars(self).items() if key != "directory"}
        temporary = self.path(self.directory) + ".new"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(stored, file, indent=2, sort_keys=True)
            file.write("\n")
        os.replace(temporary, self.path(self.directory))

    def choose_ports(self):
        """Gives every listener that has no port yet a free one."""
        chooser = PortChooser()
        try:
            for name in self.names():
                mine = self.ports.setdefault(name, {})
                for key in ADDRESS_KEYS[kind_of(name)]:
                    if key not in mine:
                        mine[key] = chooser.choose(host_of(name))
        finally:
            chooser.close()

    # --- daemons

    def masters(self):
        return ["namenode"] + (["resourcemanager"] if self.nodemanagers else [])

    def workers(self):
        return [f"datanode-{i + 1}" for i in range(self.datanodes)] + [f"nodemanager-{i + 1}" for i in range(self.nodemanagers)]

    def names(self):
        return self.masters() + self.workers()

    def nodes(self):
        """The numbers of the nodes."""
        return range(1, max(self.datanodes, self.nodemanagers) + 1)

    def rack_of(self, number):
        """Nodes fill the racks in order: of six nodes on two racks the first three are on /rack1."""
        return f"/rack{(number - 1) * self.racks // len(self.nodes()) + 1}"

    # --- files

    def conf_dir(self):
        return os.path.join(self.directory, "conf")

    def node_conf_dir(self, number):
        return os.path.join(self.conf_dir(), "nodes", str(number))

    def yaml_file(self, name):
        return os.path.join(self.conf_dir(), f"{name}.yaml")

    def topology_file(self):
        return os.path.join(self.conf_dir(), "topology.table")

    def data_dir(self, name):
        return os.path.join(self.directory, "data", name)

    def log_file(self, name):
        return os.path.join(self.directory, "logs", f"{name}.log")

    def pid_file(self, name):
        return os.path.join(self.directory, "pids", f"{name}.pid")

    # --- settings

    def addresses(self, name):
        """The listeners of a daemon: key → host:port, and a bare port where the key is one."""
        host = host_of(name)
        return {key: str(port) if key.endswith(".port") else f"{host}:{port}" for key, port in self.ports[name].items()}

    def site_settings(self):
        """What clients and every daemon share; it goes into the *-site.xml files."""
        shared = {}
        for master in self.masters():
            shared.update(self.addresses(master))
        shared["fs.defaultFS"] = "hdfs://" + shared["dfs.namenode.rpc-address"]
        shared["dfs.replication"] = str(max(1, min(3, self.datanodes)))
        # Addresses of the loopback network have no names to look up.
        shared["dfs.namenode.datanode.registration.ip-hostname-check"] = "false"
        shared["net.topology.node.switch.mapping.impl"] = "org.apache.hadoop.net.TableMapping"
        shared["net.topology.table.file.name"] = self.topology_file()
        if self.nodemanagers:
            shared["mapreduce.framework.name"] = "yarn"
            shared["yarn.nodemanager.aux-services"] = "mapreduce_shuffle"
            # Virtual memory says nothing of a JVM's need, and Java containers run here too.
            shared["yarn.nodemanager.vmem-check-enabled"] = "false"
        shared.update(self.settings)
        return shared

    def daemon_settings(self, name):
        """What one daemon has for itself, with --set over it; it goes into its YAML file."""
        own = dict(self.addresses(name))
        data = self.data_dir(name)
        kind = kind_of(name)
        if kind == "namenode":
            own["dfs.namenode.name.dir"] = os.path.join(data, "name")
        elif kind == "datanode":
            own["dfs.datanode.data.dir"] = os.path.join(data, "data")
            own["dfs.datanode.hostname"] = host_of(name)
        elif kind == "resourcemanager":
            own["yarn.resourcemanager.hostname"] = host_of(name)
            own["hadoop.tmp.dir"] = data
        elif kind == "nodemanager":
            own["yarn.nodemanager.hostname"] = host_of(name)
            own["yarn.nodemanager.bind-host"] = host_of(name)
            own["yarn.nodemanager.local-dirs"] = os.path.join(data, "local")
            own["yarn.nodemanager.log-dirs"] = os.path.join(data, "logs")
            own["hadoop.tmp.dir"] = data
            own["yarn.nodemanager.resource.memory-mb"] = "4096"
            own["yarn.nodemanager.resource.cpu-vcores"] = "4"
        if number_of(name):
            own["tusker.net.bind-address"] = host_of(name)
        own.update(self.settings)
        return own

    def http_address(self, name):
        return self.daemon_settings(name)[HTTP_KEY[kind_of(name)]]
