"""What click refuses, in our words: every wrong use of the command line reads the same, whoever found it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from policylint.errors import UsageError
from policylint.suggestions import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable


class Choice(click.Choice[str]):
    """One of some words; names the nearest for a wrong one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word. Fails with what follows the name of the option."""
        if value not in self.choices:
            allowed = ", ".join(self.choices)
            self.fail(_with_hint(f"is '{value}', not one of {allowed}", did_you_mean(str(value), self.choices)))
        return super().convert(value, param, ctx)


class Number(click.IntRange):
    """A whole number from 1, to a largest one if there is one."""

    def __init__(self, largest: int | None = None) -> None:
        super().__init__(1, largest)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number. Fails with what follows the name of the option."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            end = f"to {self.max}" if self.max else "on"
            self.fail(f"is '{value}', not a number from 1 {end}")


class Command(click.Command):
    """A command that names the first argument that it has no use for."""

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is left over, which must be nothing."""
        super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            ctx.fail(f"argument '{ctx.args[0]}' is one too many")
        return ctx.args


class Group(click.Group):
    """Commands; names the nearest for a wrong one."""

    command_class = Command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that the first argument names."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            hint = did_you_mean(args[0], self.list_commands(ctx))
            ctx.fail(_with_hint(f"no command is named '{args[0]}'", hint))
        return super().resolve_command(ctx, args)


def in_our_words(error: click.ClickException, group: click.Group, arguments: list[str]) -> UsageError:
    """The error that says what click refused, and which help to read."""
    name = arguments[0] if arguments and arguments[0] in group.commands else ""
    options = _options(group.commands[name] if name else group)
    help_line = f"policylint {name} --help" if name else "policylint --help"
    return UsageError(_message(error, options), see=f"see '{help_line}'")


def _options(command: click.Command) -> dict[str, click.Option]:
    """The options of a command by every name they have, but for its help."""
    options = [each for each in command.params if isinstance(each, click.Option)]
    return {name: option for option in options for name in option.opts}


def _message(error: click.ClickException, options: dict[str, click.Option]) -> str:
    if isinstance(error, click.NoSuchOption):
        return _with_hint(f"no option is named '{error.option_name}'", _meant(error.option_name, options))
    if isinstance(error, click.BadOptionUsage):
        option = options.get(error.option_name)
        is_flag = option is None or option.is_flag
        return f"option '{error.option_name}' {'takes no value' if is_flag else 'has no value'}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"argument '{error.param.human_readable_name}' is missing"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"option '{error.param.opts[0]}' {error.message}"
    text = error.format_message().rstrip(".")
    return text[:1].lower() + text[1:]


def _meant(name: str, options: Iterable[str]) -> str:
    """As `did_you_mean`; without the dashes, which make any two options alike."""
    by_word = {option.lstrip("-"): option for option in (*options, "--help")}
    meant = nearest(name.lstrip("-"), by_word)
    return f"did you mean '{by_word[meant]}'?" if meant else ""


def _with_hint(message: str, hint: str) -> str:
    return f"{message}; {hint}" if hint else message
