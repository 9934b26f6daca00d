#!/usr/bin/env python3
"""Every header compiles alone, with the flags of a source of its folder."""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys

import source_tree

BUILD = os.path.join(source_tree.CHECKOUT, "build", "release")


def flags_by_folder():
    """Folder → the compiler and flags of one of its sources, without input and output."""
    with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    found = {}
    for entry in commands:
        words = shlex.split(entry["command"])
        compiler = next(i for i, word in enumerate(words) if os.path.basename(word).startswith("clang"))
        words = words[compiler:]
        for option in ("-o", "-c"):
            at = words.index(option)
            del words[at:at + 2]
        folder = os.path.dirname(os.path.relpath(entry["file"], source_tree.CHECKOUT))
        found.setdefault(folder, words)
    return found


def flags_for(header, found):
    """Those of the nearest folder: its own, then a parent's, then any."""
    folder = os.path.dirname(header)
    while folder:
        for candidate in sorted(found):
            if candidate == folder or candidate.startswith(folder + "/"):
                return found[candidate]
        folder = os.path.dirname(folder)
    return next(iter(found.values()))


def compile_alone(header, words):
    # -include of the header into nothing: compiled as main file it would warn of its #pragma once.
    done = subprocess.run([*words, "-fsyntax-only", "-x", "c++", "-include", header, "/dev/null"], cwd=source_tree.CHECKOUT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def main():
    try:
        found = flags_by_folder()
    except OSError as error:
        print(f"{error}; configure first: scripts/build")
        return 1
    headers = [name for name in source_tree.files(".h")]
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, (code, output) in zip(headers, pool.map(lambda name: compile_alone(name, flags_for(name, found)), headers)):
            if code:
                wrong += 1
                print(f"{header} does not compile alone:\n{output}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
