"""Runs and weighs processes: wall time, CPU seconds, resident memory."""

import os
import subprocess
import tempfile
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A measurement that could not be made, and why."""


class Measured:
    def __init__(self, wall, cpu, output):
        self.wall = wall  # seconds
        self.cpu = cpu  # user and system seconds of the process and of its children that it waited for
        self.output = output


def run(command, environment, seconds=900, discard=False):
    """Runs to the end. The output (both streams) goes to a file, or with `discard` standard output goes nowhere: a pipe that
    somebody has to empty would be measured too."""
    with tempfile.TemporaryFile() as file:
        started = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL if discard else file,
                                   stderr=file)
        watchdog = threading.Timer(seconds, process.kill)
        watchdog.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            watchdog.cancel()
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        file.seek(0)
        output = file.read().decode("utf-8", "replace")
    if process.returncode != 0:
        last = [line for line in output.splitlines() if line.strip()][-3:]
        how = f"did not end in {seconds} s" if process.returncode == -9 and wall >= seconds else f"exit code {process.returncode}"
        raise Failed(f"{os.path.basename(command[0])} … {' '.join(command[-3:])}: {how}: {' | '.join(last)}"[:400])
    return Measured(wall, usage.ru_utime + usage.ru_stime, output)


def cpu_seconds(pid):
    """So far, with the children that it waited for: a NodeManager's containers count as its own."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def resident_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise Failed(f"process {pid} has no resident memory")


def cpu_of(daemons):
    """name → CPU seconds so far."""
    return {name: cpu_seconds(pid) for name, pid in daemons.items()}
