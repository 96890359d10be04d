"""Programs on a board that stop at a moment of a test's choice, until it lets them go on."""

from docker.models.containers import Container

from tests.lab import seen
from tests.lab.interrupting import Boards, Moment, When, within

HELD = "[ -e /run/held ]"

# In the way of the program; a board that loses its power forgets the hold, and the file stays.
_WRAPPER = """cat > /usr/local/bin/{program} <<'END'
#!/bin/sh
case "$*" in *"{word}"*) if [ -e /run/hold ]; then
{stop}
fi ;; esac
exec /usr/bin/{program} "$@"
END
chmod 755 /usr/local/bin/{program}; touch /run/hold"""

_BEFORE = """touch /run/held
while [ -e /run/hold ]; do sleep 0.05; done"""

# With all processes that it has begun itself: rsync has two on the side that fetches.
_MEANWHILE = """setsid /usr/bin/{program} "$@" <&0 & child=$!
while kill -0 $child && ! {condition}; do :; done
if kill -STOP -$child; then
  touch /run/held
  while [ -e /run/hold ]; do sleep 0.05; done
  kill -CONT -$child
fi
wait $child; exit"""

# For what is not called by way of PATH: apt gives dpkg one of its own.
_CATCH = """cat > /run/catch <<'END'
until pid=$(pgrep -f -- '{pattern}') && kill -STOP $pid; do sleep 0.02; done
touch /run/held
while [ -e /run/hold ]; do sleep 0.05; done
kill -CONT $pid
END
touch /run/hold
setsid sh /run/catch </dev/null >/dev/null 2>&1 &"""


def held(name: str, board: str, program: str, word: str) -> When:
    """When an operation waits on a board for a call of a program whose words include one.

    + program: in /usr/bin, and called without its path
    """
    return _until(name, board, _WRAPPER.format(program=program, word=word, stop=_BEFORE))


def frozen(name: str, board: str, program: str, word: str, condition: str) -> When:
    """The same for a program that has begun: when a shell condition holds it is stopped."""
    stop = _MEANWHILE.format(program=program, condition=condition)
    return _until(name, board, _WRAPPER.format(program=program, word=word, stop=stop))


def caught(name: str, board: str, pattern: str) -> When:
    """When an operation has begun a process whose command line fits: it is stopped."""
    return _until(name, board, _CATCH.format(pattern=pattern))


def _until(name: str, board: str, script: str) -> When:
    def moment(boards: Boards) -> Moment:
        seen.shell(boards[board], script)
        return within(name, board, HELD)(boards)

    return moment


def release(board: Container) -> None:
    """Ends all holds; what waited goes on, if it still runs."""
    seen.shell(board, "cd /usr/local/bin && rm -f $(grep -ls /run/held *) /run/hold /run/held")
