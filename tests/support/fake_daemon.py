#!/usr/bin/env python3
"""Stands in for any daemon in the tests of scripts/cluster itself, which need processes but no filesystem.

It opens the listeners that its configuration names, registers with its master by a request of its own, counts what
registered, and says that it is ready. What goes wrong is chosen by a key: tusker.test.fail=NAME ends that daemon at once,
tusker.test.silent=NAME never gets ready, tusker.test.stubborn=NAME ignores SIGTERM, tusker.test.late=NAME is a DataNode that
registers a second after it serves.
"""

import http.server
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
import xml.etree.ElementTree


def read_configuration(yaml_file):
    values = {}
    for name in ("core", "hdfs", "yarn", "mapred"):
        root = xml.etree.ElementTree.parse(os.path.join(os.environ["HADOOP_CONF_DIR"], f"{name}-site.xml")).getroot()
        values.update((item.findtext("name"), item.findtext("value")) for item in root)
    with open(yaml_file, encoding="utf-8") as file:
        for line in file:
            key, _, value = line.rstrip("\n").partition(": ")
            values[key] = json.loads(value) if value.startswith('"') else value
    return values


MASTERS = {
    "namenode": ("Hadoop:service=NameNode,name=FSNamesystemState", "NumLiveDataNodes", "dfs.namenode.http-address"),
    "resourcemanager": ("Hadoop:service=ResourceManager,name=ClusterMetrics", "NumActiveNMs", "yarn.resourcemanager.webapp.address"),
}
DATANODE = ("Hadoop:service=DataNode,name=DataNodeInfo", "Registered")
LATE_SECONDS = 1
registered = set()


def serve(address, bean, attribute, value):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith("/register/"):
                registered.add(self.path)
            body = json.dumps({"beans": [{"name": bean, attribute: value()}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    host, _, port = address.partition(":")
    server = http.server.ThreadingHTTPServer((host, int(port)), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main():
    yaml_file = sys.argv[sys.argv.index("-conf") + 1]
    name = os.path.basename(yaml_file).removesuffix(".yaml")
    conf = read_configuration(yaml_file)
    if "-format" in sys.argv:
        os.makedirs(os.path.join(conf["dfs.namenode.name.dir"], "current"))
        return 0
    print(f"{name} starts", file=sys.stderr, flush=True)
    if conf.get("tusker.test.fail") == name:
        print(f"{name}: told to fail", file=sys.stderr)
        return 3
    kind = name.partition("-")[0]
    if kind in MASTERS:
        serve(conf[MASTERS[kind][2]], *MASTERS[kind][:2], lambda: len(registered))
    else:
        if kind == "datanode":
            registers = time.monotonic() + (LATE_SECONDS if conf.get("tusker.test.late") == name else 0)
            serve(conf["dfs.datanode.http.address"], *DATANODE, lambda: time.monotonic() >= registers)
        master = "namenode" if kind == "datanode" else "resourcemanager"
        urllib.request.urlopen(f"http://{conf[MASTERS[master][2]]}/register/{name}", timeout=5).close()
    signal.signal(signal.SIGTERM, signal.SIG_IGN if conf.get("tusker.test.stubborn") == name else lambda *_: sys.exit(0))
    if conf.get("tusker.test.silent") != name:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.sendto(b"READY=1", "\0" + os.environ["NOTIFY_SOCKET"][1:])
    while True:
        time.sleep(60)


if __name__ == "__main__":
    sys.exit(main())
