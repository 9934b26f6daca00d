"""The files of the project as git knows them, and C++ text without what isn't code."""

import os
import re
import subprocess

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def files(*suffixes):
    """Tracked and new files that git doesn't ignore, relative to the checkout."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=CHECKOUT,
                            stdout=subprocess.PIPE, check=True).stdout
    names = sorted(set(os.fsdecode(listed).split("\0")) - {""})
    return [name for name in names if (not suffixes or name.endswith(suffixes)) and os.path.isfile(os.path.join(CHECKOUT, name))]


def read(name):
    with open(os.path.join(CHECKOUT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


NOT_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<delimiter>[^()\s\\]{0,16})\(.*?\)(?P=delimiter)"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL)


def code_of(text):
    """The text with comments and the content of literals blanked; lines stay where they are."""
    def blank(match):
        piece = match.group(0)
        kept = piece[0] if piece[0] in "\"'" else " "
        return kept + re.sub(r"[^\n]", " ", piece[1:-1]) + kept if len(piece) > 1 else kept
    return NOT_CODE.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
