#!/usr/bin/env python3
"""Writes docs/wire-compatibility.md out of the method tables in each daemon's rpc/ and the services of common/proto.

usage: wire_compatibility.py [--check]   --check only says whether the page is what the tables give
"""

import glob
import os
import re
import sys

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(CHECKOUT, "docs", "wire-compatibility.md")

# daemon → the services it serves: schema file, service, the protocol's name on the wire, and the files of its table if it is not all of rpc/
SERVED = {
    "namenode": [
        ("hdfs/ClientNamenodeProtocol", "ClientNamenodeProtocol", "org.apache.hadoop.hdfs.protocol.ClientProtocol", "client_protocol.cc"),
        ("hdfs/DatanodeProtocol", "DatanodeProtocolService", "org.apache.hadoop.hdfs.server.protocol.DatanodeProtocol", "datanode_protocol.cc"),
        ("hdfs/NamenodeProtocol", "NamenodeProtocolService", "org.apache.hadoop.hdfs.server.protocol.NamenodeProtocol", "namenode_protocol.cc"),
        ("hadoop/HAServiceProtocol", "HAServiceProtocolService", "org.apache.hadoop.ha.HAServiceProtocol", "side_protocols.cc"),
        ("hadoop/GetUserMappingsProtocol", "GetUserMappingsProtocolService", "org.apache.hadoop.tools.GetUserMappingsProtocol", "side_protocols.cc"),
        ("hadoop/RefreshUserMappingsProtocol", "RefreshUserMappingsProtocolService", "org.apache.hadoop.security.RefreshUserMappingsProtocol", "refresh_protocols.cc"),
        ("hadoop/RefreshAuthorizationPolicyProtocol", "RefreshAuthorizationPolicyProtocolService", "org.apache.hadoop.security.authorize.RefreshAuthorizationPolicyProtocol", "refresh_protocols.cc"),
        ("hadoop/RefreshCallQueueProtocol", "RefreshCallQueueProtocolService", "org.apache.hadoop.ipc.RefreshCallQueueProtocol", "refresh_protocols.cc"),
        ("hadoop/GenericRefreshProtocol", "GenericRefreshProtocolService", "org.apache.hadoop.ipc.GenericRefreshProtocol", "refresh_protocols.cc"),
        ("hdfs/ReconfigurationProtocol", "ReconfigurationProtocolService", "org.apache.hadoop.hdfs.protocol.ReconfigurationProtocol", "side_protocols.cc"),
    ],
    "datanode": [
        ("hdfs/ClientDatanodeProtocol", "ClientDatanodeProtocolService", "org.apache.hadoop.hdfs.protocol.ClientDatanodeProtocol"),
        ("hdfs/InterDatanodeProtocol", "InterDatanodeProtocolService", "org.apache.hadoop.hdfs.server.protocol.InterDatanodeProtocol"),
    ],
    "resourcemanager": [
        ("yarn/applicationclient_protocol", "ApplicationClientProtocolService", "org.apache.hadoop.yarn.api.ApplicationClientProtocolPB"),
        ("yarn/applicationmaster_protocol", "ApplicationMasterProtocolService", "org.apache.hadoop.yarn.api.ApplicationMasterProtocolPB"),
        ("yarn/ResourceTracker", "ResourceTrackerService", "org.apache.hadoop.yarn.server.api.ResourceTrackerPB"),
    ],
    "nodemanager": [
        ("yarn/containermanagement_protocol", "ContainerManagementProtocolService", "org.apache.hadoop.yarn.api.ContainerManagementProtocolPB"),
    ],
}

HEAD = """# Wire compatibility

Which of Hadoop 3.5.0's RPCs are answered. Written by `scripts/lib/wire_compatibility.py` out of the method tables; don't edit. A call of a method that is
not answered gets `RpcNoSuchMethodException`, as from a Hadoop that is older than the method.

Beside RPC: DataTransferProtocol with writeBlock, readBlock, transferBlock and blockChecksum; `mapreduce_shuffle` over HTTP; `/jmx`, `/prom`, `/conf`,
`/logLevel` on every daemon; `/fsck`, `/isActive` and `/topology` on the NameNode; WebHDFS v1 on NameNode and DataNodes, as far as the RPCs that
its operations stand for are answered (without APPEND). Not yet: Kerberos, data encryption, short-circuit reads, erasure coding.
"""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def methods_of(schema, service):
    text = read(os.path.join(CHECKOUT, "common", "proto", schema + ".proto"))
    body = re.search(r"service %s \{(.*?)\n\}" % service, text, re.S)
    return re.findall(r"rpc (\w+)\(", body.group(1)) if body else []


def answered_names(daemon, files):
    """Every quoted word in the tables outside their lists of unsupported methods."""
    names = set()
    for path in glob.glob(os.path.join(CHECKOUT, daemon, "rpc", files)):
        text = re.sub(r"unsupported\s*=\s*\{[^}]*\}", "", read(path))
        names.update(re.findall(r'"(\w+)"', text))
    return names


def page():
    out = [HEAD]
    for daemon, services in SERVED.items():
        for schema, service, wire_name, *files in services:
            names = answered_names(daemon, *(files or ["*.cc"]))
            methods = methods_of(schema, service)
            done = [m for m in methods if m in names]
            out.append(f"\n## {daemon}: `{wire_name}`\n\n{len(done)} of {len(methods)} methods.\n\n| method | answered |\n|--|--|")
            out += [f"| {m} | {'yes' if m in names else ''} |" for m in methods]
    return "\n".join(out) + "\n"


def main():
    wanted = page()
    if "--check" in sys.argv[1:]:
        if not os.path.exists(PAGE) or read(PAGE) != wanted:
            print("docs/wire-compatibility.md is not what the tables give: run scripts/lib/wire_compatibility.py")
            return 1
        return 0
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
