"""The command line: parse, call one service, print. `main` turns every ending into the contract's exit codes."""

import os
import sys
from collections.abc import Sequence

import typer

from cellbank.cli.app import command, hoisted
from cellbank.cli.run import Run, begin
from cellbank.errors import CellbankError, WrongInput
from cellbank.languages import BASE

INTERRUPTED = 130
"""What shells report for Ctrl-C."""
CUT_OFF = 141
"""What shells report when the reader of a pipe went away."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; the answer is its exit code (README.md, "Five minutes")."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    run = begin(Run(json="--json" in given))
    try:
        code = _run(run, given)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _silence()
        return CUT_OFF
    except (KeyboardInterrupt, EOFError, typer.Abort):
        sys.stderr.write("\n")
        return INTERRUPTED
    except OSError as fault:
        _silence()
        return _faulted(run, fault)
    finally:
        run.close()


def _run(run: Run, given: list[str]) -> int:
    root = command()
    try:
        with root.make_context("cellbank", hoisted(given)) as context:
            root.invoke(context)
        return run.exit_code
    except typer.Exit as ending:
        return ending.exit_code
    except CellbankError as error:
        return _refused(run, error)
    except typer.TyperException as error:
        return _refused(run, _usage(error))
    except (BrokenPipeError, EOFError, typer.Abort):
        raise
    except Exception as fault:
        return _faulted(run, fault)


def _usage(error: typer.TyperException) -> WrongInput:
    """What the parser found wrong, under a code of our own."""
    param = getattr(error, "param", None)
    named = "" if param is None else (param.opts[0] if param.param_type_name == "option" else param.display_name_raw)
    kind = type(error).__name__
    if kind == "MissingParameter":
        return WrongInput("cli.usage.missing", named=named)
    if kind == "NoSuchOption":
        near = ", ".join(getattr(error, "possibilities", None) or ()) or "--help"
        return WrongInput("cli.usage.option", value=getattr(error, "option_name", ""), expected=near)
    if kind == "BadOptionUsage":
        return WrongInput("cli.usage.value_missing", option=getattr(error, "option_name", ""))
    if kind == "BadParameter":
        return WrongInput("cli.usage.value", named=named, why=error.message)
    return WrongInput("cli.usage.other", why=error.format_message())


def _refused(run: Run, error: CellbankError) -> int:
    """Say a refusal with all its findings: the sentence on stderr, and with `--json` the object on stdout."""
    try:
        paper = run.paper
    except CellbankError:
        run.language_given = BASE
        paper = run.paper
    said = paper.wording.error(error)
    if run.json:
        from cellbank.cli.run import print_json

        findings = [paper.finding(finding) for finding in error.findings]
        print_json({"error": type(error).__name__, "code": error.code, "message": said, "findings": findings})
        sys.stdout.flush()
    run.tell(said)
    for line in paper.findings(error.findings):
        run.tell(line)
    return error.exit_code


def _faulted(run: Run, fault: Exception) -> int:
    """An unexpected fault: one sentence, and the trace only where it was asked for."""
    if os.environ.get("CELLBANK_DEBUG"):
        import traceback

        traceback.print_exception(fault)
    try:
        return _refused(run, CellbankError("cli.fault", kind=type(fault).__name__, why=str(fault).split("\n", 1)[0]))
    except Exception:
        sys.stderr.write(f"cellbank: {type(fault).__name__}. Set CELLBANK_DEBUG=1 to see where.\n")
        return CellbankError.exit_code


def _silence() -> None:
    """Let Python end without a second complaint about a stdout that takes nothing any more."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
