#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a run's page as a person does, in headless Chromium: nothing is fetched, the console is quiet, the
heat map is reached and read by keyboard, and its numbers are those of the JSON report.

usage: page.py DIR      DIR holds report.html and report.json; prints the milliseconds to the first paint
"""
import collections
import json
import pathlib
import re
import sys

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def browser(width):
    options = Options()
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--window-size={width},900"):
        options.add_argument(flag)
    options.binary_location = "/usr/bin/chromium"
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def requests(driver, page):
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            if url.split("#")[0] != page and not url.startswith("data:"):
                yield url


def check_counts(driver, report):
    shown = {e.get_attribute("data-count"): int(e.text) for e in driver.find_elements(By.CSS_SELECTOR, "[data-count]")}
    tally = report["tally"]
    assert shown["cases"] == tally["cases"], (shown, tally)
    for name, number in shown.items():
        assert tally[name] == number, (name, number, tally)
    assert {name for name, number in tally.items() if number and name != "news"} <= set(shown), (shown, tally)


def column(case):
    suite, rest = case["id"].split("/", 1)
    return suite if suite == "kernel_log" else (suite, re.sub(r",?size=\d+\]$", "]", rest))


def check_fields(driver, report):
    """Every field's numbers, row by row: all cases of the cell, and how many of them are like the worst."""
    rows = driver.execute_script("""
        return [...document.querySelectorAll(".heat tbody tr")].map(row => [row.querySelector("th").innerText,
            [...row.querySelectorAll("td a")].map(a => [a.parentElement.className, a.innerText])]);""")
    assert len(rows) == len(report["kernels"]), (len(rows), len(report["kernels"]))
    by_name = dict(rows)
    for kernel in report["kernels"]:
        cells = collections.defaultdict(list)
        for case in kernel["cases"]:
            cells[column(case)].append(case)
        name = " ".join(kernel["name"].split())
        found = [fields for shown, fields in rows if shown == name] or [by_name.get(kernel["name"])]
        if found[0] is None:  # a hostile name is shown repaired
            continue
        assert len(found[0]) == len(cells), (name, len(found[0]), len(cells))
        totals = sorted(int(re.split(r"[ /]", text)[-1]) for _, text in found[0])
        assert totals == sorted(len(cases) for cases in cells.values()), (name, totals)
        good = sum(all(c["outcome"] == "passed" and "standing" not in c for c in cases) for cases in cells.values())
        assert good == sum(style == "passed" for style, _ in found[0]), (name, good)


def check_keyboard(driver):
    body = driver.find_element(By.TAG_NAME, "body")
    focused = lambda: driver.switch_to.active_element
    in_heat = lambda: driver.execute_script("return !!document.activeElement.closest('.heat td a')")
    body.send_keys(Keys.TAB)
    assert focused().get_attribute("class") == "skip", "the first stop is not the way past the heat map"
    for _ in range(300):
        if in_heat():
            break
        focused().send_keys(Keys.TAB)
    assert in_heat(), "no field of the heat map is reached by Tab"
    first = focused()
    first.send_keys(Keys.ARROW_RIGHT)
    second = focused()
    assert in_heat() and second != first, "ArrowRight does not move"
    second.send_keys(Keys.END)
    focused().send_keys(Keys.HOME)
    focused().send_keys(Keys.ARROW_DOWN)
    assert in_heat() and focused() != first, "ArrowDown does not move"
    assert re.search(r"\w+ \d", focused().text), f"a field says nothing in words: {focused().text}"
    target = focused().get_attribute("href").split("#")[1]
    focused().send_keys(Keys.ENTER)
    row = driver.find_element(By.ID, target)
    assert row.is_displayed(), "Enter does not open the sizes behind a field"


def check_markup(driver):
    bad = driver.execute_script("""
        return [...document.querySelectorAll("table")].filter(t => !t.querySelector("th[scope]")).length
             + [...document.querySelectorAll(".heat td[class]")].filter(td => !td.innerText.trim()).length;""")
    assert bad == 0, f"{bad} tables without scopes, or fields that are colour alone"
    ids = driver.execute_script("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids)), "an id is there twice"
    links = driver.execute_script("""return [...document.querySelectorAll("a[href^='#']")]
        .filter(a => !document.getElementById(a.getAttribute("href").slice(1))).length""")
    assert links == 0, f"{links} links lead nowhere"


def main(folder):
    folder = pathlib.Path(folder).resolve()
    report = json.loads((folder / "report.json").read_text())
    page = (folder / "report.html").as_uri()
    driver = browser(1200)
    try:
        driver.get(page)
        assert driver.title.startswith("refrag: "), driver.title
        check_counts(driver, report)
        check_fields(driver, report)
        check_markup(driver)
        check_keyboard(driver)
        driver.set_window_size(500, 900)  # as narrow as a headless window gets
        wide = driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"on a phone the page is {wide} pixels too wide"
        left = list(requests(driver, page))
        assert not left, f"requests left the page: {left}"
        errors = [e for e in driver.get_log("browser") if e["level"] in ("SEVERE", "WARNING")]
        assert not errors, errors
        paint = driver.execute_script("return performance.getEntriesByName('first-contentful-paint')[0].startTime")
        print(f"{paint:.0f}")
    finally:
        driver.quit()


if __name__ == "__main__":
    main(sys.argv[1])
