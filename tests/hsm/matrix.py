#!/usr/bin/python3
"""The table of docs/hsm.md, whose columns tests/hsm/matrix finds out.

matrix.py results DIRECTORY MODULE           a line for each row of DIRECTORY/MODULE/outcomes: ok, skipped with its reason, FAILED
matrix.py compare PAGE DIRECTORY MODULE      whether the page's column of the module says what was found
matrix.py write PAGE DIRECTORY MODULE...     puts those columns there, and leaves the others
"""
import sys

TITLES = {"softhsm": "SoftHSM", "opencryptoki": "openCryptoki", "nss": "NSS", "tpm2": "TPM 2.0", "p11kit": "p11-kit remote"}
BEGIN, END = "<!-- tests/hsm/matrix --write makes this table -->", "<!-- end of the table -->"


def outcomes(directory, module):
    """[outcome, row, cell] of each row that was tried."""
    try:
        with open(f"{directory}/{module}/outcomes", encoding="utf-8") as lines:
            return [line.rstrip("\n").split("\t", 2) for line in lines]
    except FileNotFoundError:
        return []


def results(directory, module):
    tried = outcomes(directory, module)
    for outcome, row, cell in tried or [("FAILED", "nothing was tried", "the tests did not begin")]:
        outcome = outcome.replace("untried", "skipped")
        print(f"{outcome:8}{module}: {row}" + (f": {cell}" if outcome != "ok" else ""))
    return bool(tried)


def column(directory, module):
    return {row: cell for outcome, row, cell in outcomes(directory, module) if outcome in ("ok", "skipped")}


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def table(page):
    """Rows by name, each a cell by title."""
    text = open(page, encoding="utf-8").read()
    lines = text.split(BEGIN)[1].split(END)[0].strip().splitlines() if BEGIN in text else []
    if len(lines) < 3:
        return {}
    titles = cells(lines[0])[1:]
    return {row[0]: dict(zip(titles, row[1:])) for row in map(cells, lines[2:])}


def compare(page, directory, module):
    title, said, found = TITLES[module], table(page), column(directory, module)
    version = said.get("library", {}).get(title)
    if version and version != found.get("library"):
        print(f"the page tells of '{version}', this machine has '{found.get('library')}': write the table anew")
    untried = {row for outcome, row, _ in outcomes(directory, module) if outcome == "untried"}
    differences = [
        f"{row}: the page says '{said.get(row, {}).get(title)}', this run '{found.get(row)}'"
        for row in [*found, *(row for row in said if row not in found)]
        if row not in untried and said.get(row, {}).get(title) != found.get(row)
    ]
    print("\n".join(differences))
    return not differences


def write(page, directory, modules):
    rows = table(page)
    for module in modules:
        for row, cell in column(directory, module).items():
            rows.setdefault(row, {})[TITLES[module]] = cell
    titles = list(TITLES.values())
    lines = ["| | " + " | ".join(titles) + " |", "|---" * (len(titles) + 1) + "|"]
    lines += ["| " + row + " | " + " | ".join(told.get(title, "") for title in titles) + " |" for row, told in rows.items()]
    text = open(page, encoding="utf-8").read()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    with open(page, "w", encoding="utf-8") as out:
        out.write(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)
    return True


ACTIONS = {
    "results": lambda a: results(a[0], a[1]),
    "compare": lambda a: compare(a[0], a[1], a[2]),
    "write": lambda a: write(a[0], a[1], a[2:]),
}
sys.exit(0 if ACTIONS[sys.argv[1]](sys.argv[2:]) else 1)
