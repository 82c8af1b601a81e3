"""Tables as spreadsheets. XlsxWriter is loaded when the first one is written."""

from __future__ import annotations

import io

from petitions.message import Page, Table

WIDEST = 40
"""Characters of a column at most."""


def xlsx(table: Table) -> bytes:
    """A workbook with a sheet for each page: texts as texts, numbers as numbers, shares in
    percent; a formula among the texts stays a text."""
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    head = book.add_format({"bold": True, "bg_color": "#e4eeec", "border": 1})
    share = book.add_format({"num_format": "0.00%"})
    for number, page in enumerate(table.pages, 1):
        sheet = book.add_worksheet(_name(page.title, number))
        for column, title in enumerate(page.head):
            sheet.write_string(0, column, title, head)
            sheet.set_column(column, column, _width(page, column))
        for row, values in enumerate(page.rows, 1):
            for column, value in enumerate(values):
                if value is None:
                    sheet.write_string(row, column, table.none)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                else:
                    form = share if column in page.percents else None
                    sheet.write_number(row, column, value, form)
        sheet.freeze_panes(1, 1)
    book.close()
    return held.getvalue()


def _name(title: str, number: int) -> str:
    """A sheet's name as spreadsheet programs allow it."""
    clean = "".join(c for c in title if c not in "[]:*?/\\'")
    return clean[:31] or str(number)


def _width(page: Page, column: int) -> int:
    texts = [page.head[column], *(str(row[column]) for row in page.rows if row[column] is not None)]
    # A Chinese character is as wide as two others.
    widest = max(sum(2 if ord(c) > 0x2E80 else 1 for c in text) for text in texts)
    return min(WIDEST, widest + 2)
