"""What this machine can do at best, measured beside the rest."""

import ctypes
import ctypes.util
import os
import socket
import subprocess
import threading
import time

from apache_hadoop import CHECKOUT


def loopback_bytes_per_second(size=2 << 30, chunk=1 << 20):
    """One TCP stream to oneself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def send():
            data = bytes(chunk)
            with socket.create_connection(listener.getsockname()) as connection:
                for _ in range(size // chunk):
                    connection.sendall(data)
        sender = threading.Thread(target=send)
        started = time.monotonic()
        sender.start()
        buffer = bytearray(chunk)
        with listener.accept()[0] as connection:
            received = 0
            while count := connection.recv_into(buffer):
                received += count
        sender.join()
    return received / (time.monotonic() - started)


def memcpy_bytes_per_second(size=256 << 20, times=8):
    source, target = bytearray(os.urandom(1 << 20) * (size >> 20)), bytearray(size)
    view, into = memoryview(source), memoryview(target)
    into[:] = view
    started = time.monotonic()
    for _ in range(times):
        into[:] = view
    return size * times / (time.monotonic() - started)


def crc32c_bytes_per_second(size=64 << 20, times=32):
    name = ctypes.util.find_library("isal")
    if not name:
        raise OSError("ISA-L is not installed; run scripts/install-deps")
    crc = ctypes.CDLL(name).crc32_iscsi
    crc.restype, crc.argtypes = ctypes.c_uint32, (ctypes.c_char_p, ctypes.c_int, ctypes.c_uint32)
    data = os.urandom(1 << 20) * (size >> 20)
    started = time.monotonic()
    for _ in range(times):
        crc(data, size, 0)
    return size * times / (time.monotonic() - started)


def disk_write_bytes_per_second(folder, size=512 << 20):
    """One file, synced at its end."""
    path = os.path.join(folder, "limit.tmp")
    data = os.urandom(1 << 20)
    try:
        started = time.monotonic()
        with open(path, "wb", buffering=0) as file:
            for _ in range(size >> 20):
                file.write(data)
            os.fsync(file.fileno())
        return size / (time.monotonic() - started)
    finally:
        if os.path.exists(path):
            os.unlink(path)


def synced_writes_per_second(folder, times=1000):
    """4 KiB and a sync, one after another."""
    path = os.path.join(folder, "limit.tmp")
    data = os.urandom(4096)
    try:
        with open(path, "wb", buffering=0) as file:
            started = time.monotonic()
            for _ in range(times):
                file.write(data)
                os.fdatasync(file.fileno())
        return times / (time.monotonic() - started)
    finally:
        if os.path.exists(path):
            os.unlink(path)


def plain_word_count_seconds(folder, text_file):
    """A C++ program of two threads over the file in memory."""
    program = os.path.join(folder, "plain_word_count")
    source = os.path.join(CHECKOUT, "tests", "bench", "plain_word_count.cc")
    subprocess.run(["clang++-19", "-std=c++23", "-O2", "-pthread", "-o", program, source], check=True, timeout=120)
    runs = [subprocess.run([program, text_file], stdout=subprocess.PIPE, check=True, timeout=300).stdout for _ in range(2)]
    return min(float(run.split()[0]) for run in runs)
