#!/usr/bin/env python3
"""Runs clang-format over every C++ file: complains, or with --fix rewrites."""

import concurrent.futures
import os
import subprocess
import sys

import source_tree

FILES_PER_RUN = 20


def main():
    mode = ["-i"] if "--fix" in sys.argv else ["--dry-run", "-Werror"]
    names = source_tree.files(".h", ".cc")
    groups = [names[i:i + FILES_PER_RUN] for i in range(0, len(names), FILES_PER_RUN)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = pool.map(lambda group: subprocess.run(["clang-format-19", *mode, *group], cwd=source_tree.CHECKOUT, check=False), groups)
        return max((run.returncode for run in runs), default=0)


if __name__ == "__main__":
    sys.exit(main())
