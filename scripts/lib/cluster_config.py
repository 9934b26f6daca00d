"""Writes a cluster's configuration files: one YAML for each daemon, the *-site.xml files, the rack table.

D/conf serves Apache's clients and ours as HADOOP_CONF_DIR. D/conf/nodes/I is the same for programs that run on node I: its
core-site.xml also says that outgoing connections leave from the node's own address, so that servers see where a client is.
"""

import json
import os
import re
from xml.sax.saxutils import escape

from cluster_layout import host_of

SITE_OF_PREFIX = (("dfs.", "hdfs"), ("yarn.", "yarn"), ("mapreduce.", "mapred"), ("mapred.", "mapred"))
SITES = ("core", "hdfs", "yarn", "mapred")

# A YAML scalar of these characters means itself; anything else is written as a JSON string, which YAML reads too.
PLAIN_SCALAR = re.compile(r"[A-Za-z0-9/](?:[A-Za-z0-9._/+-]|:(?=[^\s]))*")


def site_of(key):
    for prefix, site in SITE_OF_PREFIX:
        if key.startswith(prefix):
            return site
    return "core"


def yaml_text(settings):
    lines = []
    for key in sorted(settings):
        value = settings[key]
        lines.append(f"{key}: {value if PLAIN_SCALAR.fullmatch(value) else json.dumps(value, ensure_ascii=False)}\n")
    return "".join(lines)


def xml_text(settings):
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<configuration>"]
    for key in sorted(settings):
        lines.append(f"  <property><name>{escape(key)}</name><value>{escape(settings[key])}</value></property>")
    lines.append("</configuration>\n")
    return "\n".join(lines)


def site_texts(settings):
    """File name → content, all four even when empty: clients look for each of them."""
    parts = {site: {} for site in SITES}
    for key, value in settings.items():
        parts[site_of(key)][key] = value
    return {f"{site}-site.xml": xml_text(part) for site, part in parts.items()}


def files_of(layout):
    """Every file under D/conf: path → content."""
    conf = layout.conf_dir()
    shared = layout.site_settings()
    files = {os.path.join(conf, name): text for name, text in site_texts(shared).items()}
    for number in layout.nodes():
        node = dict(shared, **{"tusker.net.bind-address": host_of(f"datanode-{number}")})
        for name, text in site_texts(node).items():
            files[os.path.join(layout.node_conf_dir(number), name)] = text
    for daemon in layout.names():
        files[layout.yaml_file(daemon)] = yaml_text(layout.daemon_settings(daemon))
    table = "".join(f"{host_of(f'datanode-{number}')} {layout.rack_of(number)}\n" for number in layout.nodes())
    files[layout.topology_file()] = table
    return files


def write(layout):
    for path, text in files_of(layout).items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def differs(layout):
    """Would write() change what is there?"""
    for path, text in files_of(layout).items():
        try:
            with open(path, encoding="utf-8") as file:
                if file.read() != text:
                    return True
        except OSError:
            return True
    return False
