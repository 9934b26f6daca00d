"""Asks the masters how many nodes have registered, and the nodes whether they have."""

import json
import time
import urllib.error
import urllib.request

from cluster_layout import HTTP_KEY, kind_of
from cluster_process import ClusterError, with_log

# Loopback only: a proxy that the environment names must not be asked.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

NAMENODE_BEAN = "Hadoop:service=NameNode,name=FSNamesystemState"
DATANODE_BEAN = "Hadoop:service=DataNode,name=DataNodeInfo"
RESOURCEMANAGER_BEAN = "Hadoop:service=ResourceManager,name=ClusterMetrics"


def http_address(layout, master):
    return layout.site_settings()[HTTP_KEY[master]]


def jmx(address, bean, seconds=2.0):
    """The attributes of one bean; {} when the server has none of that name."""
    with OPENER.open(f"http://{address}/jmx?qry={bean}", timeout=seconds) as answer:
        beans = json.load(answer).get("beans", [])
    return beans[0] if beans else {}


def live_datanodes(layout):
    return int(jmx(http_address(layout, "namenode"), NAMENODE_BEAN)["NumLiveDataNodes"])


def active_nodemanagers(layout):
    return int(jmx(http_address(layout, "resourcemanager"), RESOURCEMANAGER_BEAN)["NumActiveNMs"])


def datanode_registered(layout, name):
    """A DataNode serves blocks only once it has: a NameNode that hasn't missed its last life yet still counts that."""
    return bool(jmx(layout.http_address(name), DATANODE_BEAN)["Registered"])


def wait_datanodes(layout, starting, deadline):
    """Until those DataNodes of `starting` have registered themselves; one that ends meanwhile raises."""
    waiting = [daemon.name for daemon in starting if kind_of(daemon.name) == "datanode"]
    pause = 0.01
    while True:
        trouble = "it doesn't say so"
        for name in list(waiting):
            try:
                if datanode_registered(layout, name):
                    waiting.remove(name)
            except (OSError, ValueError, KeyError, TypeError, urllib.error.URLError) as error:
                trouble = f"{type(error).__name__}: {error}"
        for daemon in starting:
            daemon.check()
        if not waiting:
            return
        if time.monotonic() > deadline:
            raise with_log(layout, waiting[0], f"{waiting[0]} did not register with the NameNode in time ({trouble})")
        time.sleep(pause)
        pause = min(0.2, pause * 1.5)


def wait_registered(layout, starting, deadline):
    """Until every DataNode and NodeManager is registered; a daemon of `starting` that ends meanwhile raises."""
    wait_datanodes(layout, starting, deadline)
    waits = []
    if layout.datanodes:
        waits.append(["namenode", "datanode", live_datanodes, layout.datanodes, 0])
    if layout.nodemanagers:
        waits.append(["resourcemanager", "nodemanager", active_nodemanagers, layout.nodemanagers, 0])
    pause = 0.01
    while True:
        trouble = None
        for wait in waits:
            master, _, count, _, _ = wait
            try:
                wait[4] = count(layout)
            except (OSError, ValueError, KeyError, TypeError, urllib.error.URLError) as error:
                trouble = f"{master} at {http_address(layout, master)} gives no count of its nodes ({type(error).__name__}: {error})"
        for daemon in starting:
            daemon.check()
        missing = [wait for wait in waits if wait[4] < wait[3]]
        if not missing:
            return
        if time.monotonic() > deadline:
            master, node, _, wanted, have = missing[0]
            if trouble:
                raise with_log(layout, master, trouble)
            raise ClusterError(f"only {have} of {wanted} {node}s registered in time; see {layout.log_file(master)} "
                               f"and, for example,\n{with_log(layout, f'{node}-1', f'{node}-1')}")
        time.sleep(pause)
        pause = min(0.2, pause * 1.5)
