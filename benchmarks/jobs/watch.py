"""Notes the highest memory of some kinds of processes until it is stopped; as root on a board.

    python3 watch.py FILE WORDS...

FILE has a line for each process whose command line has one of the WORDS: the number of these words,
the process, and its highest resident memory in kB.
"""

import os
import re
import sys
import time
from pathlib import Path


def main(found: str, *kinds: str) -> None:
    """Looks each second."""
    peaks: dict[tuple[int, str], str] = {}
    while True:
        for process in Path("/proc").glob("[0-9]*"):
            if process.name == str(os.getpid()):
                continue
            try:
                # Of the shell that starts a container the command line has the same words.
                line = (process / "cmdline").read_text(errors="replace")
                program = line.partition("\0")[0]
                status = (process / "status").read_text()
            except OSError:
                continue
            peak = re.search(r"^VmHWM:\s+(\d+)", status, re.M)
            for number, words in enumerate(kinds):
                if peak and words in line and re.search("/(java|python3)$", program):
                    peaks[number, process.name] = peak[1]
        lines = [f"{number} {process} {peak}\n" for (number, process), peak in peaks.items()]
        Path(found).write_text("".join(lines))
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
