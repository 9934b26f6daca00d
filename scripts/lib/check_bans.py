#!/usr/bin/env python3
"""Calls that may stand in one place only, and words that don't belong in the tree.

Time, network, disk and chance come in through Env; tasks are spawned through a TaskGroup; cancellation unwinds to the root of a
task. Elsewhere the calls below would be a hole in the simulation, a task that nobody waits for, or a stop that hangs.
"""

import re
import sys

import source_tree

REAL_ENV = re.compile(r"common/env/real_|tests/")
ASYNC = re.compile(r"common/async/|tests/")
# Where tasks begin: a task group, and the program's own root task.
ROOTS = re.compile(r"common/async/|common/env/real_env|tests/")

# A C function called, as opposed to a function of that name declared, defined, or called as a member.
CALL = r"(?:[=(!,;{}&|?]|\breturn\b)\s*(?:::\s*)?"

# (what to look for, where it may stand, what to do instead)
CALLS = (
    (r"\bco_spawn\s*\(|\bco_spawn\s*<", ROOTS, "spawn through the TaskGroup of the object whose state the task touches"),
    (r"\basio::detached\b|\bnet::detached\b", ASYNC, "detached tasks swallow exceptions and outlive their owner: use a TaskGroup"),
    (r"\b(?:steady|system|high_resolution)_clock::now\b", REAL_ENV, "take the time from Env's Clock"),
    (r"\bthis_thread::sleep_(?:for|until)\b|" + CALL + r"(?:u|nano)?sleep\s*\(", REAL_ENV, "wait on Env's Clock"),
    (r"\brandom_device\b", REAL_ENV, "take randomness from Env's Random"),
    (CALL + r"(?:secure_)?getenv\s*\(|\bstd::getenv\b", REAL_ENV, "the environment is read once, by common/env, and passed down"),
    (r"\b(?:tcp|local::stream_protocol)::(?:socket|acceptor)\b", REAL_ENV, "connect and listen through Env's Network"),
    # Env's Disk has an open() of its own; the system's shows by its flags or its global name.
    (r"(?<!\w)::open(?:at)?\s*\(|\bfopen\s*\(|\bstd::[io]?fstream\b|\bO_(?:RDONLY|WRONLY|RDWR|CREAT)\b", REAL_ENV,
     "open files through Env's Disk"),
    (CALL + r"f(?:data)?sync\s*\(", REAL_ENV, "sync through Env's Disk"),
)

# Path → the names of CALLS' functions that it may use all the same, with the reason.
EXEMPT = {
    "common/env/sim_env.cc": ("co_spawn",),  # the root task of a simulation, as real_env.cc has one for a process
}

WORDS = (
    (re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b"), "finish it, or say in an issue what is missing"),
    (re.compile(r"(?<![\w.])/(?:ro" r"ot|home/\w+)/"), "a path of one machine"),
    (re.compile(r"\.\./shared\b|\.\./\.library\b"), "a file that users of the project don't have"),
)
# The project's programs fetch packages by the machine's own clients, set up as its owner wishes; never from an address of ours.
URL = re.compile(r"https?://([\w.-]+)")
URL_HOST_ALLOWED = re.compile(r"127\.|localhost$|0\.0\.0\.0$|maven\.apache\.org$|www\.w3\.org$|HOST$|[a-z]+\.example(?:\.com)?$")
URL_FILES = re.compile(r"^(?:scripts|\.ci|tests|conf)/|CMakeLists\.txt$|\.cmake$|\.yml$|\.yaml$")

TRY = re.compile(r"\btry\s*\{")


def call_complaints(path, code):
    for pattern, allowed, instead in CALLS:
        if allowed.match(path):
            continue
        for match in re.finditer(pattern, code):
            name = match.group(0).strip(" \n\t=(!,;{}&|?:").removeprefix("return").strip(" \n\t:(")
            if name not in EXEMPT.get(path, ()):
                yield match.end() - 1, f"{name}: {instead}"


def block_end(code, start):
    """The offset after the brace that closes the one at `start`."""
    depth = 0
    for offset in range(start, len(code)):
        depth += {"{": 1, "}": -1}.get(code[offset], 0)
        if depth == 0:
            return offset + 1
    return len(code)


def try_complaints(path, code):
    if ASYNC.match(path):
        return
    for match in TRY.finditer(code):
        if "co_await" in code[match.start():block_end(code, match.end() - 1)]:
            yield match.start(), "try around co_await would catch cancellation: only the root of a task does (common/async)"


def word_complaints(path, text):
    for pattern, why in WORDS:
        for match in pattern.finditer(text):
            yield match.start(), f"'{match.group(0)}': {why}"
    if URL_FILES.search(path):
        for match in URL.finditer(text):
            if not URL_HOST_ALLOWED.search(match.group(1)):
                yield match.start(), f"'{match.group(0)}': an address in the network"


def main():
    wrong = []
    for path in source_tree.files():
        text = source_tree.read(path)
        if "\0" in text[:4096]:
            continue
        wrong += [(path, source_tree.line_of(text, offset), why) for offset, why in word_complaints(path, text)]
        if not path.endswith((".h", ".cc")):
            continue
        code = source_tree.code_of(text)
        wrong += [(path, source_tree.line_of(text, offset), why) for offset, why in (*call_complaints(path, code), *try_complaints(path, code))]
        if path.endswith(".h") and "#pragma once" not in text:
            wrong.append((path, 1, "#pragma once is missing"))
    for path, line, why in sorted(wrong):
        print(f"{path}:{line}: {why}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
