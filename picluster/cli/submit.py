"""`picluster submit`: a Spark job of this computer, run on the boards."""

import signal
import sys
from pathlib import Path
from types import FrameType

import click

from picluster.contact import openssh
from picluster.plan.errors import UserError
from picluster.submitting.head import Head, head_of
from picluster.submitting.order import Order
from picluster.submitting.session import RUNNER, Session
from picluster.submitting.telling import Telling

KILLED = 130
"""What a shell says of a program that Ctrl-C ended."""


class SubmitError(UserError):
    """Raised when a job could not be run, or nobody knows how it ended."""


def _pairs(_context: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> list[str]:
    options = []
    for value in values:
        key, equals, _ = value.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(f"{value!r}: write KEY=VALUE, such as spark.executor.cores=2")
        options += ["--conf", value]
    return options


_FILE = click.Path(path_type=Path)


# What stands behind the job is the job's own, options too.
@click.command(context_settings={"allow_interspersed_args": False})
@click.option("--cluster", is_flag=True, help="Run the driver on a board that YARN chooses.")
@click.option("--name", help="Name of the application; without it that of the file.")
@click.option(
    "--conf", multiple=True, metavar="KEY=VALUE", callback=_pairs, help="Setting of Spark."
)
@click.option("--py-files", multiple=True, type=_FILE, help="Module or .zip that the job imports.")
@click.option("--files", multiple=True, type=_FILE, help="File that the job opens by its name.")
@click.option("-v", "--verbose", is_flag=True, help="Show Spark's whole log.")
@click.argument("job", type=_FILE)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def submit(
    job: Path,
    arguments: tuple[str, ...],
    cluster: bool,
    name: str | None,
    conf: list[str],
    py_files: tuple[Path, ...],
    files: tuple[Path, ...],
    verbose: bool,
) -> None:
    """Run the Python program JOB on the cluster with Spark.

    It is copied to the head board together with --files and --py-files (both can be repeated), and
    run there as the user of the boards. Its output comes here: standard output as it is, progress
    and errors on standard error. Ctrl-C kills it.

    With --cluster the job goes on when this computer is switched off; without, it is killed then.

    Exits with the code of the JOB, with 1 when it could not be run, with 130 after Ctrl-C.

    \b
    Example:
        picluster submit examples/estimate_pi.py 20
        picluster submit --cluster --conf spark.executor.instances=2 job.py --rows 1000
    """
    options = ["--deploy-mode", "cluster" if cluster else "client", "--name", name or job.name]
    options += ["--conf", f"spark.log.level={'INFO' if verbose else 'WARN'}"]
    if cluster:
        # The job-runner waits itself, without a Java of its own.
        options += ["--conf", "spark.yarn.submit.waitAppCompletion=false"]
    order = Order(job, arguments, [*options, *conf], py_files, files, cluster, verbose)
    order.check()
    raise SystemExit(_run(order))


def _run(order: Order) -> int:
    from picluster import project
    from picluster.inventory import config_in_use
    from picluster.plan.load import load_config
    from picluster.plan.plan import make_plan

    config = load_config(config_in_use(project.root())[0])
    head = head_of(config, make_plan(config), cluster=order.cluster)
    command = openssh.command(head.node, config.ssh, project.known_hosts_file(), RUNNER)
    telling = Telling(head, _say, cluster=order.cluster)
    signal.signal(signal.SIGTERM, _interrupt)
    session = Session(command, order, head.manager, telling)
    code = _ended(session, telling)
    if code == KILLED and telling.code is None:
        return KILLED
    if session.problem is not None:
        raise session.problem
    if telling.code is None:
        said = session.said.decode(errors="replace")
        raise SubmitError(
            _lost(order, head, telling, said, openssh.advice(said, head.node, config.ssh))
        )
    if telling.missing:
        raise SubmitError(head.undeployed)
    if telling.unkept is not None:
        raise SubmitError(
            f"{head.node.name} could not keep the job's files: {telling.unkept}. They lie "
            "below /var/tmp while it runs; see whether there is room, with: df -h /var/tmp"
        )
    telling.end()
    return telling.code


def _ended(session: Session, telling: Telling) -> int:
    """Waits for the end; the first Ctrl-C asks for it, the second goes away at once."""
    asked = False
    while True:
        try:
            code = session.wait()
            return KILLED if asked else code
        except KeyboardInterrupt:
            if asked:
                session.leave()
                _say("Left at once; the board goes on killing it.")
                return KILLED
            asked = True
            _say("Ctrl-C: waiting until YARN has killed it; once more leaves at once.")
            session.kill()


def _lost(order: Order, head: Head, telling: Telling, said: str, advice: str) -> str:
    """Why there is no end that anybody told."""
    name = head.node.name
    if RUNNER in said:  # a shell that does not find it
        return head.undeployed
    if not telling.ready:
        return f"{name}: {advice}"
    if order.cluster and telling.application:
        return (
            f"the connection to {name} broke. The application goes on by itself: "
            f"{head.page(telling.application)}"
        )
    return f"the connection to {name} broke, and the board kills the application"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stdout.flush()
    click.echo(text, err=True)
