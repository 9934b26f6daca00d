"""Made-up text for word counts, and what Debian's own tools count in it."""

import collections
import itertools
import os
import random
import subprocess

SEPARATORS = (" ", " ", " ", " ", " ", "  ", "\t", "\n", "\n", "\f", "\r\n")


def piece(size, words=20_000, seed=1):
    """About `size` bytes of text over so many words, frequent and rare ones as in a language; ends with a newline."""
    chance = random.Random(seed)
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    vocabulary = ["".join(chance.choices(letters, k=chance.randint(1, 12))) for _ in range(words)]
    weights = list(itertools.accumulate(1.0 / (rank + 1) for rank in range(words)))
    parts, length = [], 0
    while length < size:
        chosen = chance.choices(vocabulary, cum_weights=weights, k=100_000)
        text = "".join(map(str.__add__, chosen, chance.choices(SEPARATORS, k=len(chosen))))
        parts.append(text)
        length += len(text)
    return ("".join(parts) + "\n").encode("ascii")


def write_repeated(path, content, times):
    with open(path, "wb") as file:
        for _ in range(times):
            file.write(content)


def count_by_tools(path, times=1):
    """word → count by tr, sort and uniq, for a file whose content stands `times` times in the text in question.

    A piece that ends with a newline, repeated, has each of its words so many times as often: that saves sorting a gigabyte.
    """
    pipeline = r"""tr -s ' \t\n\f\r' '\n' < "$1" | sed '/^$/d' | sort | uniq -c"""
    done = subprocess.run(["sh", "-c", pipeline, "sh", path], env=dict(os.environ, LC_ALL="C"), stdout=subprocess.PIPE,
                          check=True, timeout=300)
    found = collections.Counter()
    for line in done.stdout.decode("ascii").splitlines():
        number, word = line.split()
        found[word] = int(number) * times
    return found


def parse_output(text):
    """word → count of a word count's output."""
    found = collections.Counter()
    for line in text.splitlines():
        word, _, number = line.partition("\t")
        if word in found:
            raise AssertionError(f"'{word}' stands twice in the output")
        found[word] = int(number)
    return found
