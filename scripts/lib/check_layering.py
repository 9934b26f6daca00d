#!/usr/bin/env python3
"""Includes point down only: between the top folders, and between the rooms inside a daemon.

The arrows are docs/architecture.md's: common ← client ← mapreduce; common ← namenode, datanode, resourcemanager;
common, client/hdfs ← nodemanager, datanode; everything ← tests. Inside a daemon: main → server → rpc → ops → model, store;
background → ops, model, store; store → model; model uses common/base alone.
"""

import re
import sys

import source_tree

# Top folder → the folders that it may include, beside itself.
FOLDERS = {
    "common": (),
    "client": ("common",),
    "mapreduce": ("common", "client"),
    "namenode": ("common",),
    "resourcemanager": ("common",),
    "datanode": ("common", "client/hdfs"),
    "nodemanager": ("common", "client/hdfs"),
}
DAEMONS = ("namenode", "datanode", "resourcemanager", "nodemanager")

# Room of a daemon → the rooms that it may include, beside itself. A room is a subfolder, or the stem of a file that stands in
# the daemon's own folder. `server` composes, so it may include all but `main`.
ROOMS = {
    "main": ("server", "config", "tools"),
    "config": (),
    "model": (),
    "store": ("model", "config"),
    "scheduler": ("model", "config"),
    "exec": ("model", "config"),
    "localize": ("model", "store", "config"),
    "aux": ("model", "store", "config"),
    "ops": ("model", "store", "config", "scheduler", "exec", "localize", "aux"),
    "background": ("ops", "model", "store", "config", "scheduler", "exec", "localize", "aux"),
    "transfer": ("ops", "model", "store", "config"),
    "am_launcher": ("ops", "model", "store", "config"),
    "rpc": ("ops", "model", "config"),
    "web": ("ops", "model", "config"),
    "tools": ("server", "model", "store", "config", "ops"),
}

# Inside the other folders, only what the architecture says of them.
SUBFOLDERS_REFUSED = {
    "common/base": re.compile(r"common/(?!base/)"),
    "client/hdfs": re.compile(r"client/(?:cli|yarn|capi)/"),
    "client/yarn": re.compile(r"client/(?:cli|capi)/"),
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.MULTILINE)


def room_of(path):
    """namenode/ops/rename.cc → ops; namenode/main.cc → main."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 else parts[1].partition(".")[0]


def complaint(path, include):
    """Why this include isn't allowed, or None."""
    top, target_top = path.split("/")[0], include.split("/")[0]
    if target_top not in FOLDERS and target_top != "tests":
        return None  # a library, or generated from common/proto
    if top == "tests":
        return None
    if target_top == "tests":
        return "only tests include tests"
    if target_top != top and not any(include.startswith(allowed + "/") for allowed in FOLDERS[top]):
        return f"{top} may include {', '.join(FOLDERS[top]) or 'nothing of ours'} beside itself"
    for folder, refused in SUBFOLDERS_REFUSED.items():
        if path.startswith(folder + "/") and refused.match(include):
            return f"{folder} doesn't include this part"
    if top in DAEMONS:
        return room_complaint(path, include, top, target_top)
    return None


def room_complaint(path, include, top, target_top):
    room = room_of(path)
    if target_top != top:
        if room == "model" and not include.startswith("common/base/"):
            return "model uses common/base alone"
        return None
    target = room_of(include)
    if target == room or room == "server" and target != "main":
        return None
    if room not in ROOMS:
        return f"'{room}' is no room of a daemon; give it a row in scripts/lib/check_layering.py"
    if target not in ROOMS[room]:
        return f"{room} may include {', '.join(ROOMS[room]) or 'no other room'}"
    return None


def main():
    wrong = 0
    for path in source_tree.files(".h", ".cc"):
        if path.split("/")[0] not in FOLDERS:
            continue
        text = source_tree.read(path)
        for match in INCLUDE.finditer(text):
            why = complaint(path, match.group(1))
            if path.split("/")[1] == "model" and path.split("/")[0] in DAEMONS and match.group(1).endswith(".pb.h"):
                why = "model knows no wire types"
            if why:
                print(f"{path}:{source_tree.line_of(text, match.start())}: includes \"{match.group(1)}\": {why}")
                wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
