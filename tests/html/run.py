"""The HTML report in a browser: run.py HEDDLE [--pictures FOLDER]. What a reader does is done with the keys a reader has."""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Page, installed
from traces import trace

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCE = os.path.join(ROOT, "checker", "report", "columns.cpp")
passed, failed = 0, []


def check(what, holds, found=None):
    global passed
    if holds:
        passed += 1
    else:
        failed.append(what)
        print(f"FAILED: {what}" + (f" ({found!r})" if found is not None else ""))


class Reports:
    """HTML files made by heddle."""

    def __init__(self, heddle, folder):
        self.heddle, self.folder = heddle, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def of_trace(self, name, document):
        with open(self.path(name + ".json"), "w") as out:
            json.dump(document, out)
        self.run("report", self.path(name + ".json"), "--report", self.path(name + ".html"))
        return self.path(name + ".html")

    def of_check(self, name, *words):
        self.run("check", *words, "--trace-dir", self.folder, "--report", self.path(name + ".html"))
        return self.path(name + ".html")

    def run(self, *words):
        subprocess.run([self.heddle, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300, cwd=ROOT)


def stands_at(page):
    return page.value("page.view.at + 1")


def test_keys(page, path, steps):
    page.open(path)
    check("the page opens at the violation", stands_at(page) == steps, stands_at(page))
    page.press("f")
    page.press("Home")
    check("Home goes to the first step", stands_at(page) == 1, stands_at(page))
    page.press("ArrowDown")
    page.press("ArrowRight")
    check("arrow keys step", stands_at(page) == 3, stands_at(page))
    page.press("ArrowUp")
    check("arrow up steps back", stands_at(page) == 2, stands_at(page))
    thread = page.value("page.view.story.steps[page.view.at].t")
    page.press("ArrowDown", shift=True)
    check("with shift a step of the same thread follows", page.value("page.view.story.steps[page.view.at].t") == thread)
    check("the address says which step it is", page.value("location.hash") == f"#1.{stands_at(page)}", page.value("location.hash"))
    page.press("End")
    check("End goes to the last step", stands_at(page) == steps, stands_at(page))
    active = page.value("document.querySelector('.steps').getAttribute('aria-activedescendant')")
    check("screen readers are told of the step", active == f"s{steps - 1}", active)
    label = page.value(f"document.getElementById('s{steps - 1}').getAttribute('aria-label')")
    check("… in words", label.startswith(f"Step {steps}, T"), label)


# Each arrow begins at its first step's dot and ends at its second's, give or take what it keeps away from them.
ARROWS = """(() => {
  const wrong = [], d = page.view.diagram;
  let seen = 0;
  for (const path of document.querySelectorAll('svg .link')) {
    const from = Number(path.dataset.from), to = Number(path.dataset.to), length = path.getTotalLength();
    const begin = path.getPointAtLength(0), end = path.getPointAtLength(length);
    const near = (p, step) => Math.abs(p.x - d.x(step)) <= 8 && Math.abs(p.y - d.y(step)) <= 8;
    const dot = step => [...document.querySelectorAll('svg .dot')].some(c => Math.abs(c.cx.baseVal.value - d.x(step)) < 1 && Math.abs(c.cy.baseVal.value - d.y(step)) < 1);
    if (!near(begin, from) || !near(end, to) || !dot(from) || !dot(to)) wrong.push([from, to]);
    ++seen;
  }
  return {seen, wrong};
})()"""


def test_arrows(page, path, document):
    page.open(path)
    page.value("page.view.diagram.foldAll(false)")
    arrows = page.value(ARROWS)
    check("arrows connect their steps", arrows["seen"] > 10 and not arrows["wrong"], arrows)
    expected = {(s["reads_from"], i) for i, s in enumerate(document["steps"]) if "reads_from" in s}
    drawn = {tuple(pair) for pair in page.value("[...document.querySelectorAll('svg .link:not(.creates):not(.joins):not(.conflicts)')].map(p => [Number(p.dataset.from), Number(p.dataset.to)])")}
    check("each step that reads from another has its arrow, and no other has one", drawn == expected, drawn ^ expected)
    check("the race is an arrow too", page.value("document.querySelectorAll('svg .conflicts').length") == 1)


def test_panes(page, path, document):
    page.open(path, "#1.30")
    step = document["steps"][29]
    here = page.value("document.querySelector('.source li.here .line').textContent")
    check("the source pane shows the step's line", here == str(step["site"]["line"]), here)
    text = page.value("document.querySelector('.source li.here .text').textContent")
    with open(SOURCE) as source:
        check("… as it is in the file", text.rstrip() == source.read().split("\n")[step["site"]["line"] - 1].rstrip(), text)
    check("other threads' lines are marked", page.value("document.querySelectorAll('.source .who b').length") >= 2)
    check("values are shown", page.value("document.querySelectorAll('.values tr').length") >= 1)
    check("the stack is shown", "work" in page.value("document.querySelector('.stack .inside').textContent"))


def test_folding_and_search(page, path):
    page.open(path)
    rows = "document.querySelectorAll('.row:not(.fold)').length"
    folded = page.value(rows)
    page.press("f")
    unfolded = page.value(rows)
    steps = page.value("page.view.story.steps.length")
    check("f unfolds everything", folded < unfolded == steps, (folded, unfolded, steps))
    page.press("f")
    check("f folds again", page.value(rows) == folded, page.value(rows))
    page.press("/")
    check("/ goes to the search", page.value("document.activeElement.type") == "search")
    for letter in "counter":
        page.press(letter)
    hits = page.value("page.view.hits.length")
    check("a search finds steps", hits == page.value("page.view.story.steps.filter(s => s.head.includes('counter')).length") > 0, hits)
    page.press("Enter")
    check("Enter goes to one", page.value("page.view.story.steps[page.view.at].head.includes('counter')"))
    width = "document.querySelector('.row').offsetHeight"
    before = page.value(width)
    page.value("document.activeElement.blur()")
    page.press("+")
    check("+ enlarges", page.value(width) > before)


def test_speed(page, path):
    took = min(page.open(path) for _ in range(3))
    check("2,000 steps of 16 threads load in under a second", took < 1 or os.cpu_count() * 1.5 < os.getloadavg()[0], took)
    print(f"2,000 steps: {took:.2f} s")


def test_hostile(reports):
    nasty = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>{{data}}"
    document = trace(20, 3, SOURCE)
    document["file"], document["output"] = nasty, nasty
    document["violation"]["message"] = document["violation"]["hint"] = document["violation"]["parts"][0]["what"] = nasty
    document["threads"][1]["name"] = nasty
    for step in document["steps"]:
        step["object"] = step["note"] = nasty
        step["site"]["function"] = nasty
    path = reports.of_trace("hostile", document)
    with Page() as page:
        page.open(path)
        page.press("f")
        page.press("ArrowUp")
        check("what a program says is never markup", page.value("window.hacked") is None and page.errors == [], page.errors)
        check("… and is shown as it is", "onerror" in page.value("document.querySelector('h1').textContent"))


def test_index(page, path):
    page.open(path)
    names = page.value("[...document.querySelectorAll('table.results tbody tr')].map(r => r.children[1].textContent)")
    verdicts = page.value("[...document.querySelectorAll('table.results tbody tr .badge')].map(r => r.textContent)")
    check("a folder's report lists every pattern with its verdict", len(names) == len(verdicts) == 4 and set(verdicts) == {"deadlock", "data-race", "verified"}, (names, verdicts))
    page.value("document.querySelector('table.results a').click()")
    page.value("new Promise(done => setTimeout(done, 100))")
    check("… each leads to its story", page.value("document.querySelectorAll('.row').length") > 0)
    check("the circle of waiting is drawn", page.value("document.querySelectorAll('.circle .edge.closed').length") == 3)
    check("the replay command is there", page.value("document.querySelector('.about code').textContent").startswith("heddle replay "))
    bars = page.value("[document.querySelectorAll('svg .holds').length, document.querySelectorAll('svg .waits').length]")
    check("bars show who holds and who waits", bars == [3, 4], bars)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("heddle")
    parser.add_argument("--pictures", help="screenshots of everything in both schemes go to this folder")
    arguments = parser.parse_args()
    if not installed():
        sys.exit("no Chromium is installed")
    with tempfile.TemporaryDirectory() as folder:
        reports = Reports(os.path.abspath(arguments.heddle), folder)
        middle, large = trace(80, 4, SOURCE), trace(2000, 16, SOURCE)
        pages = {"two": reports.of_trace("two", trace(4, 2, SOURCE)), "middle": reports.of_trace("middle", middle),
                 "large": reports.of_trace("large", large), "index": reports.of_check("index", "patterns/dining_philosophers")}
        for scheme in ("light", "dark"):
            with Page(scheme=scheme) as page:
                for name, path in pages.items():
                    page.open(path)
                    if arguments.pictures:
                        page.picture(os.path.join(arguments.pictures, f"{name}_{scheme}.png"))
                test_keys(page, pages["middle"], 80)
                test_arrows(page, pages["middle"], middle)
                test_panes(page, pages["middle"], middle)
                test_folding_and_search(page, pages["middle"])
                test_index(page, pages["index"])
                if scheme == "light":
                    test_speed(page, pages["large"])
                check(f"no errors on the console ({scheme})", page.errors == [], page.errors)
        test_hostile(reports)
    print(f"{passed} passed, {len(failed)} failed")
    sys.exit(bool(failed))


main()
