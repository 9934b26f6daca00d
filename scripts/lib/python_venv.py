"""Python packages that a test or benchmark needs, in an environment of their own under build/."""

import os
import shutil
import subprocess
import sys

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PIP_SECONDS = 900


class VenvError(Exception):
    pass


def ensure(name, requirements):
    """The Python of build/venv/NAME, which has exactly these requirements (pinned); made when it isn't there whole."""
    folder = os.path.join(CHECKOUT, "build", "venv", name)
    python = os.path.join(folder, "bin", "python3")
    stamp = os.path.join(folder, "requirements.txt")
    wanted = "".join(f"{requirement}\n" for requirement in requirements)
    try:
        with open(stamp, encoding="utf-8") as file:
            if file.read() == wanted:
                return python
    except FileNotFoundError:
        pass
    shutil.rmtree(folder, ignore_errors=True)
    for command in ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", "-q", *requirements]):
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=PIP_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise VenvError(f"{' '.join(command)} did not end in {PIP_SECONDS} s") from None
        if done.returncode != 0:
            raise VenvError(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}")
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(wanted)
    return python
