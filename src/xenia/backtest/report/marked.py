"""Pieces of the page: cards, tables, tiles and bars of words; every text is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape

from xenia.backtest.report.rows import Rows
from xenia.backtest.report.scales import pixel


def card(id_: str, heading: str, note: str, *parts: str, tone: str = "", badge: str = "") -> str:
    """A part of the page with a heading and a sentence of what it means."""
    sign = f' <span class="badge">{escape(badge)}</span>' if badge else ""
    said = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'<section class="card {tone}" id="{id_}" aria-labelledby="{id_}-h">'
        f'<header><h2 id="{id_}-h">{escape(heading)}{sign}</h2>{said}</header>'
        f"{''.join(parts)}</section>"
    )


def table(rows: Rows) -> str:
    """A table that scrolls by itself where it is too wide."""
    heads = "".join(
        f'<th scope="col"{_words(rows, at)}>{escape(head)}</th>'
        for at, head in enumerate(rows.heads)
    )
    body = "".join(_row(rows, at, row) for at, row in enumerate(rows.rows))
    return _scrolled(rows.caption, "stack" if rows.stacked else "plain", heads, body)


def _scrolled(caption: str, kind: str, heads: str, body: str) -> str:
    """The caption stands outside of what scrolls."""
    said = escape(caption)
    return (
        f'<p class="caption" aria-hidden="true">{said}</p>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{said}">'
        f'<table class="{kind}" aria-label="{said}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def folded(rows: Rows) -> str:
    """The table behind a chart."""
    return f"<details><summary>Table</summary>{table(rows)}</details>"


def _row(rows: Rows, at: int, row: Sequence[str]) -> str:
    kind = "sum" if at in rows.sums else "here" if at in rows.here else ""
    cells = "".join(
        f'<td{_words(rows, place)} data-head="{escape(rows.heads[place])}">{escape(cell)}</td>'
        for place, cell in enumerate(row[1:], 1)
    )
    mark = f' class="{kind}"' if kind else ""
    return f'<tr{mark}><th scope="row"{_words(rows, 0)}>{escape(row[0])}</th>{cells}</tr>'


def _words(rows: Rows, at: int) -> str:
    return ' class="words"' if at in rows.words else ""


def tile(name: str, value: str, unit: str, more: str) -> str:
    """One number that matters."""
    small = f" <small>{escape(unit)}</small>" if unit else ""
    return (
        f'<div class="tile"><div class="name">{escape(name)}</div>'
        f'<div class="value">{escape(value)}{small}</div>'
        f'<div class="more">{escape(more)}</div></div>'
    )


def sentences(told: Sequence[str]) -> str:
    """Some sentences, one below the other."""
    return f'<ul class="points">{"".join(f"<li>{escape(one)}</li>" for one in told)}</ul>'


def plain_list(told: Sequence[str]) -> str:
    """A list of what is to be done."""
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in told)}</ul>"


def meters(bars: Sequence[tuple[str, str, Fraction, int]]) -> str:
    """Bars with words: a name, what it is told as, its length (of the longest), its colour."""
    longest = max((length for _, _, length, _ in bars), default=Fraction(1)) or Fraction(1)
    return (
        '<div class="meters">'
        + "".join(
            f'<div class="meter"><div class="what"><span>{escape(name)}</span>'
            f"<b>{escape(told)}</b></div>"
            f'<div class="rail k{tone}" aria-hidden="true">'
            f'<i style="width:{pixel(max(Fraction(0), length) * 100 / longest)}%"></i></div></div>'
            for name, told, length, tone in bars
        )
        + "</div>"
    )


def terms(pairs: Sequence[tuple[str, str]]) -> str:
    """Names with their values."""
    return (
        '<dl class="two">'
        + "".join(
            f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs
        )
        + "</dl>"
    )


def heat(
    caption: str, heads: Sequence[str], rows: Sequence[tuple[Sequence[str], Sequence[Fraction]]]
) -> str:
    """A triangle of shares: each row begins with texts, then its shares, coloured by size."""
    width = max((len(shares) for _, shares in rows), default=0)
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    ages = "".join(f'<th scope="col">{age}</th>' for age in range(width))
    top = max((share for _, shares in rows for share in shares), default=Fraction(1)) or Fraction(1)
    body = "".join(
        f'<tr><th scope="row">{escape(texts[0])}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in texts[1:])
        + "".join(_cell(share, top) for share in shares)
        + f"{'<td></td>' * (width - len(shares))}</tr>"
        for texts, shares in rows
    )
    return _scrolled(caption, "heat", f"{head}{ages}", body)


def _cell(share: Fraction, top: Fraction) -> str:
    depth = share / top
    deep = " deep" if depth > Fraction(3, 4) else ""
    return f'<td class="h{deep}" style="--s:{pixel(depth * 100)}%">{round(100 * share)}</td>'
