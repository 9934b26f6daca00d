"""Starts, watches and ends the daemons of a cluster as detached processes.

A daemon is told a socket by NOTIFY_SOCKET, as systemd would, and says READY=1 there when it serves. Its pid is kept in
D/pids/NAME.pid; since the kernel gives pids out again, a pid counts as ours only while its command line names our conf file.
"""

import os
import secrets
import select
import signal
import socket
import subprocess
import time

from cluster_layout import kind_of, number_of

READY_SECONDS = 60
TERM_SECONDS = 10
KILL_SECONDS = 10
LOG_TAIL_LINES = 30


class ClusterError(Exception):
    """What went wrong and what to do about it, for a person to read."""


def bin_dir():
    checkout = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.environ.get("TUSKER_BIN") or os.path.join(checkout, "build", "release", "bin")


def program(name):
    path = os.path.join(bin_dir(), name)
    if not os.access(path, os.X_OK):
        raise ClusterError(f"{path} is not there; build it with scripts/build (or set TUSKER_BIN to another folder of programs)")
    return path


def tail(path, lines=LOG_TAIL_LINES):
    try:
        with open(path, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 64 * 1024))
            text = file.read().decode("utf-8", "replace")
    except OSError as error:
        return f"({error})"
    return "\n".join("    " + line for line in text.splitlines()[-lines:]) or "    (empty)"


def with_log(layout, name, message):
    path = layout.log_file(name)
    return ClusterError(f"{message}; the end of {path}:\n{tail(path)}")


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return os.fsdecode(file.read()).split("\0")
    except OSError:
        return []


def is_alive(pid):
    """Running, and not merely waiting for its parent to take its exit status."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def pid_of(layout, name):
    """The pid of the running daemon, or None."""
    try:
        with open(layout.pid_file(name), encoding="ascii") as file:
            pid = int(file.read())
    except (OSError, ValueError):
        return None
    return pid if is_alive(pid) and layout.yaml_file(name) in command_line(pid) else None


def environment(layout, name):
    conf = layout.node_conf_dir(number_of(name)) if number_of(name) else layout.conf_dir()
    return dict(os.environ, HADOOP_CONF_DIR=conf)


def format_namenode(layout):
    """Formats when the name directory is empty or missing, and only then."""
    name_dir = layout.daemon_settings("namenode")["dfs.namenode.name.dir"].removeprefix("file://")
    if os.path.isdir(name_dir) and os.listdir(name_dir):
        return
    command = [program("namenode"), "-format", "-nonInteractive", "-conf", layout.yaml_file("namenode")]
    with open(layout.log_file("namenode"), "ab") as log:
        try:
            done = subprocess.run(command, env=environment(layout, "namenode"), stdin=subprocess.DEVNULL, stdout=log,
                                  stderr=subprocess.STDOUT, timeout=READY_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise with_log(layout, "namenode", f"formatting the NameNode did not end in {READY_SECONDS} s") from None
    if done.returncode != 0:
        raise with_log(layout, "namenode", f"formatting the NameNode failed with exit code {done.returncode}")


class Starting:
    """A daemon between its launch and its READY=1."""

    def __init__(self, layout, name):
        self.layout = layout
        self.name = name
        self.ready = False
        # An abstract address: a cluster's directory may have a longer path than a socket's file name can be.
        address = f"tusker-{os.getpid()}-{name}-{secrets.token_hex(4)}"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.bind("\0" + address)
        env = dict(environment(layout, name), NOTIFY_SOCKET="@" + address)
        os.makedirs(layout.data_dir(name), exist_ok=True)
        try:
            with open(layout.log_file(name), "ab") as log:
                self.process = subprocess.Popen(
                    [program(kind_of(name)), "-conf", layout.yaml_file(name)], env=env, cwd=layout.data_dir(name),
                    stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
            with open(layout.pid_file(name), "w", encoding="ascii") as file:
                file.write(f"{self.process.pid}\n")
        except BaseException:
            self.socket.close()
            raise

    def check(self):
        """Takes in what the daemon said; raises when it has ended."""
        while not self.ready:
            try:
                message = self.socket.recv(4096)
            except BlockingIOError:
                break
            self.ready = b"READY=1" in message.split(b"\n")
        code = self.process.poll()
        if code is not None:
            how = f"with exit code {code}" if code >= 0 else f"by signal {signal.Signals(-code).name}"
            raise with_log(self.layout, self.name, f"{self.name} ended {how} {'after' if self.ready else 'before'} it was ready")

    def close(self):
        self.socket.close()
        # The daemon outlives this program: Popen must not warn that nobody waited for it.
        if self.process.returncode is None:
            self.process.returncode = 0


def wait_ready(starting, deadline, when_ready=lambda name: None):
    """Waits for all; when_ready(name) may append to the list. Whoever fails first raises."""
    while True:
        for daemon in list(starting):
            was_ready = daemon.ready
            daemon.check()
            if daemon.ready and not was_ready:
                when_ready(daemon.name)
        waiting = [daemon for daemon in starting if not daemon.ready]
        if not waiting:
            return
        if time.monotonic() > deadline:
            raise with_log(waiting[0].layout, waiting[0].name, f"{waiting[0].name} did not say that it serves (READY=1) in time")
        # A daemon's end shows in no socket; hence the short wait.
        select.select([daemon.socket for daemon in waiting], [], [], 0.05)


def wait_gone(pids, seconds):
    """The pids that are still there after so many seconds at most."""
    deadline = time.monotonic() + seconds
    left = [pid for pid in pids if is_alive(pid)]
    while left and time.monotonic() < deadline:
        time.sleep(0.01)
        left = [pid for pid in left if is_alive(pid)]
    return left


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def forget(layout, name):
    try:
        os.unlink(layout.pid_file(name))
    except FileNotFoundError:
        pass


def kill(layout, name):
    pid = pid_of(layout, name)
    if pid is None:
        raise ClusterError(f"{name} is not running")
    send([pid], signal.SIGKILL)
    if wait_gone([pid], KILL_SECONDS):
        raise ClusterError(f"{name} (pid {pid}) is still there {KILL_SECONDS} s after SIGKILL; it may be waiting for a disk")
    forget(layout, name)


def is_container(pid):
    """Told so by its NodeManager, or at least no program that somebody runs in a terminal."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            if any(item.startswith(b"CONTAINER_ID=") for item in file.read().split(b"\0")):
                return True
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[4] == "0"
    except OSError:
        return False


def containers_left(layout, names):
    """Processes that work in the folders of a NodeManager's containers: left by one that was killed before it could end them."""
    roots = tuple(os.path.join(os.path.realpath(layout.data_dir(name)), "local", "usercache", "") for name in names
                  if kind_of(name) == "nodemanager")
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            folder = os.readlink(f"/proc/{entry}/cwd")
        except OSError:
            continue
        if roots and (folder + "/").startswith(roots) and is_container(entry):
            found.append(int(entry))
    return found


def stop(layout, names):
    """SIGTERM, a bounded wait, SIGKILL; then whatever containers are left. Returns the names that had to be killed."""
    running = {name: pid for name in names if (pid := pid_of(layout, name)) is not None}
    send(running.values(), signal.SIGTERM)
    stubborn = wait_gone(running.values(), TERM_SECONDS)
    containers = containers_left(layout, names)
    send(stubborn + containers, signal.SIGKILL)
    left = wait_gone(stubborn + containers, KILL_SECONDS)
    if left:
        raise ClusterError(f"processes {left} are still there {KILL_SECONDS} s after SIGKILL; they may be waiting for a disk")
    for name in names:
        forget(layout, name)
    return [name for name, pid in running.items() if pid in stubborn]
