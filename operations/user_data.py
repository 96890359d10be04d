"""Rewriting cloud-init's user-data, which can hold password hashes, without showing it."""

from typing import Any

from paramiko import SSHException
from pyinfra.api import Host, QuoteString, State, StringCommand
from pyinfra.api.arguments import CONNECTOR_ARGUMENT_KEYS
from pyinfra.api.exceptions import FactProcessError
from pyinfra.connectors.util import CommandOutput, OutputLine

from facts.answer import REPORT_FILE, Answer
from operations.failure import failed
from picluster.plan.user_data import without_names


def take_names_out(state: State, host: Host, path: str) -> bool:
    """Takes host name and /etc/hosts out of the file at `path` of a host; True when they are out.

    The text is read when it is rewritten and not by a fact, whose output pyinfra prints at -vvv.
    False, which fails the host, leaves the file as it was.
    """
    old, new = QuoteString(path), QuoteString(f"{path}.new")
    done, output = _run(host, StringCommand(f"{REPORT_FILE}\nreport_file user_data", old))
    if not done:
        return failed(host, f"{path} was not read: {_reason(output)}")
    try:
        found = Answer(output.stdout_lines).file("user_data", path) or b""
    except FactProcessError as error:
        return failed(host, str(error))
    try:
        text = found.decode()
    except UnicodeDecodeError:
        return failed(
            host,
            f"{path} sets the host name or /etc/hosts, and was left alone because it is no UTF-8 "
            "text: take hostname, fqdn and manage_etc_hosts out of it and add the line "
            "'manage_etc_hosts: false', or save it as UTF-8",
        )
    wished = without_names(text)
    if wished == text:
        return True
    # Only the whole of it, in place of the whole that was read: when this run is killed meanwhile,
    # the board sees the end of its input early. The copy keeps who may read it.
    write = StringCommand(
        "cp -p", old, new, "&& cat >", new,
        "&& test $(wc -c <", new, f") -eq {len(wished.encode())}",
        "&& test $(wc -c <", old, f") -eq {len(found)}",
        "&& mv -fT", new, old, "|| { rm -f", new, "; exit 1; }",
    )  # fmt: skip
    done, output = _run(host, write, _stdin=wished)
    return done or failed(host, f"{path} was left alone: {_reason(output)}")


def _run(host: Host, command: StringCommand, **more: Any) -> tuple[bool, CommandOutput]:
    """Runs a command as the operation's own ones run, with nothing of it printed."""
    given = dict(host.current_op_global_arguments or {})
    arguments = {key: given[key] for key in CONNECTOR_ARGUMENT_KEYS if key in given}
    try:
        return host.run_shell_command(
            command, print_output=False, print_input=False, **{**arguments, **more}
        )
    except (OSError, EOFError, SSHException) as error:
        return False, CommandOutput([OutputLine("stderr", str(error) or type(error).__name__)])


def _reason(output: CommandOutput) -> str:
    return output.stderr.strip() or "not all of it arrived, run the deploy again"
