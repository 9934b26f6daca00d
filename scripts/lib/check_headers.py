#!/usr/bin/env python3
"""Every header compiles alone, with the project's flags and without the precompiled header that would hide a missing include."""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys

import source_tree

BUILD = os.path.join(source_tree.CHECKOUT, "build", "release")


def words_of(command):
    """The compiler and its flags, without input, output and precompiled header."""
    words = shlex.split(command)
    words = words[next(i for i, word in enumerate(words) if os.path.basename(word).startswith("clang")):]
    kept, i = [], 0
    while i < len(words):
        if words[i] in ("-o", "-c", "-Xclang", "-include-pch"):
            i += 2  # every -Xclang here serves the precompiled header
        else:
            kept.append(words[i])
            i += 1
    return kept


def common_flags():
    """The flags of one of our sources and the include folders of all: which folder may use which is check_layering's matter."""
    with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as file:
        commands = [words_of(entry["command"]) for entry in json.load(file)]
    # Generated sources are compiled without warnings; ours are not.
    flags = list(next(words for words in commands if "-Wall" in words))
    for words in commands:
        for i, word in enumerate(words):
            if word == "-isystem" and words[i + 1] not in flags:
                flags += ["-isystem", words[i + 1]]
            elif word.startswith(("-I", "-D")) and word not in flags:
                flags.append(word)
    return flags


def compile_alone(header, flags):
    # Included into nothing: as the main file it would warn of its #pragma once.
    done = subprocess.run([*flags, "-fsyntax-only", "-x", "c++", "-include", header, "/dev/null"], cwd=source_tree.CHECKOUT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def main():
    try:
        flags = common_flags()
    except OSError as error:
        print(f"{error}; configure first: scripts/build")
        return 1
    wrong = 0
    headers = source_tree.files(".h")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, (code, output) in zip(headers, pool.map(lambda name: compile_alone(name, flags), headers)):
            if code:
                wrong += 1
                print(f"{header} does not compile alone:\n{output}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
