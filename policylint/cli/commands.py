"""The commands as click sees them: help and options."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from policylint import __version__
from policylint.cli import check as check_command
from policylint.cli import exit_codes, options
from policylint.cli.refusals import Choice, Group, Number, in_our_words
from policylint.trace_reports import RENDERERS

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def invoke(arguments: list[str]) -> int:
    """Run a command line through click and give back its exit code. Raises PolicylintError."""
    if not arguments:
        click.echo(main.make_context("policylint", [], resilient_parsing=True).get_help(), err=True)
        return exit_codes.ERROR
    try:
        code = main.main(arguments, prog_name="policylint", standalone_mode=False)
    except click.ClickException as error:
        raise in_our_words(error, main, arguments) from None
    except click.Abort:
        return exit_codes.INTERRUPTED
    return code if isinstance(code, int) else exit_codes.CLEAN


@click.group(cls=Group, context_settings=_CONTEXT)
@click.version_option(__version__, "--version", message="policylint %(version)s")
def main() -> None:
    """Check how software is released: policies for release documents, as code.

    \b
    Examples:
      policylint check .                      everything below this folder
      policylint check netlify.toml docs/     these paths
      policylint explain missing-owner        what a rule asks, and why

    Exit codes: 0 clean, 1 violations, 2 usage, configuration or internal error, 3 nothing to check.
    """


def _with_check_options(command: Any) -> Any:
    for option in reversed(options.OPTIONS):
        choice = Choice(option.choices) if option.choices else None
        command = click.option(
            option.flag,
            option.field,
            type=Number(options.MOST_JOBS) if option.is_count else choice,
            multiple=option.many,
            is_flag=option.is_flag or None,
            help=option.help,
            metavar=option.metavar or None,
        )(command)
    return command


@main.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@_with_check_options
@click.option("-v", "--verbose", is_flag=True, help="Also say which rules were skipped, and why.")
def check(**values: Any) -> int:
    """Check files and folders (default: the folder you are in).

    \b
    Examples:
      policylint check
      policylint check --select netlify,deployment --output-format concise
      policylint check docs --fail-level warning
      policylint check --diff --unsafe-fixes
      policylint check --fix
    """
    return check_command.run(options.from_values(values), os.environ)


@main.command()
@click.argument("words", nargs=-1, metavar="[ID] [PATHS]...")
@click.option(
    "--format",
    "output_format",
    type=Choice(list(RENDERERS)),
    default="text",
    help="How to print.",
)
@click.option("--depth", type=Number(), metavar="N", help="How many links away from ID; 1 if not given.")
@click.option("--jobs", type=Number(options.MOST_JOBS), metavar="N", help="As for check.")
@click.option("--no-cache", is_flag=True, help="As for check.")
def trace(words: tuple[str, ...], output_format: str, depth: int | None, jobs: int | None, *, no_cache: bool) -> int:
    """Show what links what: the entry ID with what is around it, the entries in PATHS, or all of the repository.

    \b
    Examples:
      policylint trace DEP-003                       an entry, what it links and what links it
      policylint trace DEP-003 --depth 3 --format mermaid
      policylint trace                               all entries, with counts of orphans and dangling references
      policylint trace --format matrix > matrix.md
      policylint trace docs/release --format csv     the entries that this folder defines

    Exit codes: 0 shown, 1 ID is referred to but not defined, 2 usage or configuration error, 3 nothing to trace.
    """
    from policylint.cli import trace as trace_command

    return trace_command.run(
        trace_command.TraceOptions(words, output_format, depth or 0, jobs or 0, no_cache), os.environ
    )


@main.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Explain RULE: what it asks, why, and how to fix what it finds; of a category, list its rules.

    \b
    Examples:
      policylint explain netlify/missing-test-gate
      policylint explain netlify
    """
    from policylint.cli import rule_commands

    click.echo(rule_commands.explanation(rule, os.environ), nl=False)


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--output-format", type=Choice(["text", "json"]), default="text", help="How to print.")
def rules(names: tuple[str, ...], output_format: str) -> None:
    """List rules, shipped and your own: all of them, or those that each NAME means, a rule or a category.

    What is marked 'opt-in' is judged only when it is selected by its own name, 'stage release' only with
    'check --stage release'.

    \b
    Examples:
      policylint rules netlify deployment
      policylint rules --output-format json
    """
    from policylint.cli import rule_commands

    click.echo(rule_commands.listing(names, output_format, os.environ), nl=False)


@main.command("test")
@click.argument("names", nargs=-1, metavar="[RULE]...")
def test_rules(names: tuple[str, ...]) -> int:
    """Run the examples of rules: all of them, or those of each RULE.

    \b
    Examples:
      policylint test
      policylint test missing-owner
    """
    from policylint.cli import rule_commands

    passed = rule_commands.run_examples(names, os.environ, sys.stdout)
    return exit_codes.CLEAN if passed else exit_codes.VIOLATIONS


@main.command()
def clean() -> int:
    """Remove what policylint keeps between runs: compiled definitions, and results of files.

    \b
    Example:
      policylint clean
    """
    from policylint.cli import clean as clean_command

    return clean_command.run(os.environ)
