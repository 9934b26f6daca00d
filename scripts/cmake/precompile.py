#!/usr/bin/env python3
"""Compiles a precompiled header and writes beside it OUTPUT.sum: a digest of what the header holds, whatever the checkout's path.

The compiled form names files by absolute paths, so ccache would find no two checkouts alike; it hashes the digest instead
(CCACHE_PCH_EXTSUM). Stands as compiler launcher: precompile.py COMPILER ARGUMENT…
"""

import hashlib
import os
import subprocess
import sys


def main():
    command = sys.argv[1:]
    code = subprocess.run(command, check=False).returncode
    if code != 0:
        return code
    output = command[command.index("-o") + 1]
    preprocess = [a for i, a in enumerate(command) if a not in ("-c", "-MD", "-o", "-MT", "-MF") and command[i - 1] not in ("-o", "-MT", "-MF")]
    text = subprocess.run([*preprocess, "-E", "-P", "-dD"], check=True, stdout=subprocess.PIPE).stdout
    version = subprocess.run([command[0], "--version"], check=True, stdout=subprocess.PIPE).stdout
    # What follows the source is as the others' command lines have it; ccache hashes those itself.
    with open(output + ".sum", "w", encoding="ascii") as file:
        file.write(hashlib.sha256(version + text).hexdigest() + "\n")
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
