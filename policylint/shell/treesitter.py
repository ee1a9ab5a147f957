"""Build nodes from the concrete tree of tree-sitter-bash, refusing every shape that we do not know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylint.shell.repair import CHAINS, NOT_UNDERSTOOD, is_complete, negated_starts
from policylint.shell.repair import repaired as read_repaired
from policylint.shell.syntax import (
    RESERVED,
    AndOr,
    Assignment,
    Branch,
    Case,
    CaseItem,
    Condition,
    Declaration,
    For,
    Function,
    Group,
    If,
    Item,
    Link,
    Literal,
    Negation,
    Node,
    Pipeline,
    Redirected,
    Sequence,
    Simple,
    Subshell,
    Substitution,
    Unevaluated,
    Unparsable,
    Unsupported,
    While,
    Word,
)
from policylint.shell.word_trees import WordReader, substitutions

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node as Tree

_SEPARATORS = (";", "&", "\n")
_REDIRECTS = {"file_redirect", "heredoc_redirect", "herestring_redirect"}
_OPERATORS = {"&&", "||", "|", "|&"}
_HEREDOC_PARTS = {"<<", "<<-", "heredoc_start", "heredoc_body", "heredoc_end", "file_descriptor"}
_EXPRESSIONS = {"binary_expression", "unary_expression", "parenthesized_expression"}
_QUOTES = re.compile(r"['\"\\]")


def parse_bash(text: str) -> Sequence:
    """The nodes of a command line; raises Unparsable for what bash would reject or we cannot read safely."""
    source = text.encode()
    repaired = read_repaired(source)
    if repaired.root.has_error or not is_complete(source, repaired):
        raise Unparsable(NOT_UNDERSTOOD)
    converter = _Converter(source, negated_starts(source, repaired.negations), repaired.line_ends)
    sequence = converter.sequence(repaired.root.children)
    if converter.negated:
        raise Unparsable(NOT_UNDERSTOOD)
    return sequence


class _Operand:
    """One command of a list or pipeline, with the redirections that belong to it."""

    __slots__ = ("redirects", "tree")

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.redirects: list[Tree] = []

    @property
    def end(self) -> int:
        """The byte after its last."""
        return max(tree.end_byte for tree in (self.tree, *self.redirects))


class _Converter(WordReader):
    """Walks one tree.

    `negated` holds the start bytes of the commands that still need their `!`, `line_ends` the offsets of the `;` that
    are line ends in the source.
    """

    def __init__(self, source: bytes, negated: set[int], line_ends: set[int]) -> None:
        super().__init__(source)
        self.line_ends = line_ends
        self.negated = negated

    # Commands

    def sequence(self, trees: list[Tree]) -> Sequence:
        """The commands among the trees; anything but commands, comments and separators is refused."""
        items: list[Item] = []
        end = 0
        for tree in trees:
            if tree.type == "comment":
                continue
            if tree.is_named:
                self.check_separated(items, end, tree.start_byte)
                items.append(Item(self.command(tree), "\n"))
                end = tree.end_byte
            elif tree.type in _SEPARATORS and items:
                separator = "\n" if tree.start_byte in self.line_ends else tree.type
                items[-1] = Item(items[-1].node, separator)
                end = -1
            else:
                raise Unparsable(NOT_UNDERSTOOD)
        if items and items[-1].separator == "\n":
            items[-1] = Item(items[-1].node, "")
        return Sequence(tuple(items))

    def check_separated(self, items: list[Item], end: int, start: int) -> None:
        """Refuse two commands without a separator or line end (an `end` of -1 means a separator) between them."""
        if items and end >= 0 and b"\n" not in self.source[end - 1 : start]:
            raise Unparsable(NOT_UNDERSTOOD)

    def command(self, tree: Tree) -> Node:
        """A command of any kind; lists and pipelines are put together anew by the precedence that bash has."""
        self.descend()
        pipelines: list[list[_Operand]] = [[]]
        operators: list[str] = []
        for member in _members(tree):
            if isinstance(member, _Operand):
                pipelines[-1].append(member)
            elif member in ("&&", "||"):
                pipelines.append([])
                operators.append(member)
        first, *others = pipelines
        links = [self.link(operator, pipeline) for operator, pipeline in zip(operators, others, strict=True)]
        node = self.pipeline(first)
        self.depth -= 1
        return AndOr(node, tuple(links)) if links else node

    def link(self, operator: str, pipeline: list[_Operand]) -> Link:
        node = self.pipeline(pipeline)
        if operator == "&&":
            return Link(operator, node, "")
        return Link(operator, node, self.text(pipeline[0].tree.start_byte, pipeline[-1].end).strip())

    def pipeline(self, operands: list[_Operand]) -> Node:
        if not operands:
            raise Unparsable(NOT_UNDERSTOOD)
        start = operands[0].tree.start_byte
        is_negated = start in self.negated
        self.negated.discard(start)
        elements = tuple(self.operand(operand) for operand in operands)
        node = Pipeline(elements) if len(elements) > 1 else elements[0]
        return Negation(node) if is_negated else node

    def operand(self, operand: _Operand) -> Node:
        tree = operand.tree
        if tree.type in _REDIRECTS:
            return self.redirected(Simple((), ()), operand.redirects)
        convert = _COMMANDS.get(tree.type)
        if convert is None:
            raise Unparsable(NOT_UNDERSTOOD)
        return self.redirected(convert(self, tree), operand.redirects)

    def simple(self, tree: Tree) -> Node:
        assignments: list[Assignment] = []
        words: list[Word] = []
        targets: list[Word] = []
        for child in tree.children:
            if child.type == "variable_assignment" and not words:
                assignments.append(self.assignment(child))
            elif child.type in _REDIRECTS:
                target, arguments = self.redirection(child)
                targets += target
                words += arguments
            elif child.type == "command_name":
                words.append(self.command_name(child))
            else:
                words.append(self.word(child))
        return _redirected(Simple(tuple(assignments), tuple(words)), targets)

    def command_name(self, tree: Tree) -> Word:
        word = self.word(tree.children[0])
        # A reserved word here means that tree-sitter took a compound command apart.
        if word.source in RESERVED - {"time"} or word.source == "coproc":
            raise Unparsable(NOT_UNDERSTOOD)
        return word

    def redirected(self, body: Node, redirects: list[Tree]) -> Node:
        targets: list[Word] = []
        for redirect in redirects:
            target, arguments = self.redirection(redirect)
            targets += target
            if arguments and not isinstance(body, Simple):
                raise Unparsable(NOT_UNDERSTOOD)
            if isinstance(body, Simple):
                body = body.replace(words=(*body.words, *arguments))
        return _redirected(body, targets)

    def redirection(self, tree: Tree) -> tuple[list[Word], list[Word]]:
        """The target and, since tree-sitter reads on, the arguments of the command that follow it."""
        if tree.type == "heredoc_redirect":
            self.check_heredoc(tree)
            bodies = [child for child in tree.children if child.type == "heredoc_body"]
            arguments = [self.word(child) for child in tree.children_by_field_name("argument")]
            return [Word((self.unevaluated(body, quoted=True),), "<<") for body in bodies], arguments
        words = [self.word(child) for child in tree.children if child.is_named and child.type != "file_descriptor"]
        return words[:1], words[1:]

    def check_heredoc(self, tree: Tree) -> None:
        """Refuse a here-document that does not start on the next line or end where bash would see its end, and
        backticks in it, which tree-sitter takes for text.
        """
        parts = {child.type: child for child in tree.children}
        start, end = parts.get("heredoc_start"), parts.get("heredoc_end")
        if start is None or end is None:
            raise Unparsable(NOT_UNDERSTOOD)
        first_line = self.source.find(b"\n", start.end_byte) + 1
        body, last_line = self.source[first_line : end.end_byte].rpartition(b"\n")[::2]
        follower = self.source[end.end_byte : end.end_byte + 1]
        if tree.children[0].type == "<<-":
            last_line = last_line.lstrip(b"\t")
        is_right = last_line.decode() == _QUOTES.sub("", self.text_of(start)) and follower in (b"", b"\n")
        begins = parts.get("heredoc_body", end).start_byte <= first_line + len(body) - len(body.lstrip())
        if not is_right or not begins or b"`" in body:
            raise Unparsable(NOT_UNDERSTOOD)

    def declaration(self, tree: Tree) -> Node:
        keyword, *rest = tree.children
        assignments: list[Assignment] = []
        for child in rest:
            if child.type == "variable_assignment":
                assignments.append(self.assignment(child))
            elif child.is_named:
                assignments.append(Assignment("", self.word(child), exact=False))
            else:
                raise Unparsable(NOT_UNDERSTOOD)
        return Declaration(keyword.type, tuple(assignments))

    def bare_assignments(self, tree: Tree) -> Node:
        trees = [tree] if tree.type == "variable_assignment" else tree.children
        return Simple(tuple(self.assignment(child) for child in trees), ())

    def assignment(self, tree: Tree) -> Assignment:
        name = tree.child_by_field_name("name")
        value = tree.child_by_field_name("value")
        if name is None:
            raise Unparsable(NOT_UNDERSTOOD)
        exact = name.type == "variable_name" and any(child.type == "=" for child in tree.children)
        if value is not None and value.type == "array":
            return Assignment(self.text_of(name), Word((self.unevaluated(value, quoted=False),), ""), exact=False)
        word = Word((), "") if value is None else self.word(value)
        return Assignment(self.text_of(name.children[0] if name.type == "subscript" else name), word, exact)

    def unset(self, tree: Tree) -> Node:
        words = [self.word(child) for child in tree.children[1:]]
        return Simple((), (Word((Literal("unset", quoted=False),), "unset"), *words))

    def group(self, tree: Tree) -> Node:
        if tree.children[0].type == "((":
            return self.condition(tree)
        return Group(self.between(tree, "{", "}"))

    def subshell(self, tree: Tree) -> Node:
        return Subshell(self.between(tree, "(", ")"))

    def between(self, tree: Tree, opening: str, closing: str) -> Sequence:
        first, *inner, last = tree.children
        if first.type.strip() != opening or last.type != closing:
            raise Unparsable(NOT_UNDERSTOOD)
        return self.sequence(inner)

    def if_statement(self, tree: Tree) -> Node:
        clauses = [child for child in tree.children if child.type in ("elif_clause", "else_clause")]
        branches = [self.branch([child for child in tree.children if child not in clauses][:-1])]
        otherwise = None
        for clause in clauses:
            if clause.type == "elif_clause":
                branches.append(self.branch(clause.children))
            else:
                otherwise = self.sequence(clause.children[1:])
        return If(tuple(branches), otherwise)

    def branch(self, trees: list[Tree]) -> Branch:
        """`if` or `elif`, a condition, `then` and a body."""
        then = next((place for place, tree in enumerate(trees) if tree.type == "then" and not tree.is_named), None)
        if then is None:
            raise Unparsable(NOT_UNDERSTOOD)
        return Branch(self.sequence(trees[1:then]), self.sequence(trees[then + 1 :]))

    def while_statement(self, tree: Tree) -> Node:
        keyword, *condition, body = tree.children
        if body.type != "do_group":
            raise Unparsable(NOT_UNDERSTOOD)
        return While(self.sequence(condition), self.between(body, "do", "done"), keyword.type == "until")

    def for_statement(self, tree: Tree) -> Node:
        variable = tree.child_by_field_name("variable")
        body = tree.child_by_field_name("body")
        if tree.children[0].type != "for" or variable is None or body is None or body.type != "do_group":
            return Unsupported("a `select` or `for` loop")
        words = None
        if any(child.type == "in" for child in tree.children):
            words = tuple(self.word(child) for child in tree.children_by_field_name("value"))
        source = self.text(tree.start_byte, body.start_byte).strip(" \t\n;")
        return For(self.text_of(variable), words, self.between(body, "do", "done"), source)

    def case(self, tree: Tree) -> Node:
        subject = tree.child_by_field_name("value")
        if subject is None:
            raise Unparsable(NOT_UNDERSTOOD)
        items = [child for child in tree.children if child.type == "case_item"]
        if any(child.type in (";&", ";;&") for item in items for child in item.children):
            return Unsupported("a `case` that falls through")
        return Case(self.word(subject), tuple(map(self.case_item, items)), f"case {self.text_of(subject)}")

    def case_item(self, tree: Tree) -> CaseItem:
        closing = next((place for place, child in enumerate(tree.children) if child.type == ")"), None)
        if closing is None:
            raise Unparsable(NOT_UNDERSTOOD)
        patterns = tuple(self.word(child) for child in tree.children[:closing] if child.is_named)
        body = [child for child in tree.children[closing + 1 :] if child.type != ";;"]
        return CaseItem(patterns, self.sequence(body))

    def function(self, tree: Tree) -> Node:
        name = tree.child_by_field_name("name")
        body = tree.child_by_field_name("body")
        redirects = tree.children_by_field_name("redirect")
        if name is None or body is None or any(substitutions(redirect) for redirect in redirects):
            raise Unparsable(NOT_UNDERSTOOD)
        return Function(self.text_of(name), self.command(body))

    def condition(self, tree: Tree) -> Node:
        inner = tree.children[1:-1]
        source = self.text_of(tree)
        words = self.operands(inner) if tree.children[0].type != "((" else None
        if words is None:
            return Condition((Word((self.unevaluated(tree, quoted=True),), source),), flat=False, source=source)
        return Condition(tuple(words), flat=True, source=source)

    def operands(self, trees: list[Tree]) -> list[Word] | None:
        """The words of a test expression in the order they are written; None when it has another structure."""
        self.descend()
        words: list[Word] = []
        for tree in trees:
            if tree.type in _EXPRESSIONS:
                inner = None if tree.type == "parenthesized_expression" else self.operands(tree.children)
                if inner is None:
                    self.depth -= 1
                    return None
                words += inner
            elif tree.is_named and tree.type != "test_operator":
                words.append(self.word(tree))
            else:
                words.append(Word((Literal(self.text_of(tree), quoted=False),), self.text_of(tree)))
        self.depth -= 1
        return words


def _members(tree: Tree) -> list[_Operand | str]:
    """The operands and operators of a list or pipeline in the order they are written.

    tree-sitter nests them in ways that bash does not, and hides what follows `<<EOF` inside the here-document.
    """
    members: list[_Operand | str] = []
    pending = [tree]
    while pending:
        current = pending.pop()
        if current.type in CHAINS:
            pending.extend(child for child in reversed(current.children) if child.type != "comment")
        elif current.type in _REDIRECTS:
            _attach(members, current)
            pending.extend(reversed(_after_heredoc(current)))
        elif current.is_named:
            members.append(_Operand(current))
        elif current.type in _OPERATORS and members and isinstance(members[-1], _Operand):
            members.append(current.type)
        else:
            raise Unparsable(NOT_UNDERSTOOD)
    return members


def _attach(members: list[_Operand | str], redirect: Tree) -> None:
    """Give a redirection to the command before it, or make it a command of its own."""
    if not members or isinstance(members[-1], str):
        members.append(_Operand(redirect))
    operand = members[-1]
    if isinstance(operand, _Operand):
        operand.redirects.append(redirect)


def _after_heredoc(tree: Tree) -> list[Tree]:
    """The rest of the line after `<<EOF`: redirections, operators and commands, as far as they are ours to place."""
    if tree.type != "heredoc_redirect":
        return []
    known = {*_HEREDOC_PARTS, *CHAINS, *_REDIRECTS, *_OPERATORS}
    arguments = tree.children_by_field_name("argument")
    right = tree.children_by_field_name("right")
    rest = [child for child in tree.children if child.type not in _HEREDOC_PARTS and child not in arguments]
    if any(child.type not in known and child not in right for child in rest):
        raise Unparsable(NOT_UNDERSTOOD)
    return rest


def _redirected(body: Node, targets: list[Word]) -> Node:
    active = tuple(target for target in targets if _runs_something(target))
    if not active:
        return body
    return Redirected(body, active)


def _runs_something(word: Word) -> bool:
    return any(isinstance(part, Substitution) or (isinstance(part, Unevaluated) and part.inner) for part in word.parts)


_COMMANDS: dict[str, Callable[[_Converter, Tree], Node]] = {
    "command": _Converter.simple,
    "declaration_command": _Converter.declaration,
    "variable_assignment": _Converter.bare_assignments,
    "variable_assignments": _Converter.bare_assignments,
    "unset_command": _Converter.unset,
    "compound_statement": _Converter.group,
    "subshell": _Converter.subshell,
    "if_statement": _Converter.if_statement,
    "while_statement": _Converter.while_statement,
    "for_statement": _Converter.for_statement,
    "c_style_for_statement": lambda _converter, _tree: Unsupported("a `for ((...))` loop"),
    "case_statement": _Converter.case,
    "function_definition": _Converter.function,
    "test_command": _Converter.condition,
}
