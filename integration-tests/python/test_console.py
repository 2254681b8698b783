"""The console in a real Chromium: the page of the demo, with the default bundle."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import TOKEN, Demo
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, Route, expect, sync_playwright
from proxy import Proxy

CAPITAL = "What is the capital of Mongolia?"
MOST_BYTES = 200 * 1024
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KEEP_TOKEN = f"if (location.host) sessionStorage.setItem('refrag.token', {json.dumps(TOKEN)})"
# Where a browser allows no storage: what Chromium does, and what Firefox does.
NO_STORAGE = {
    "throws": "get() { throw new DOMException('not allowed', 'SecurityError'); }",
    "is null": "value: null",
}
# The server has a question, query `asked`, and says no more of it: until it is stopped, or because the connection breaks.
SAYS_NO_MORE = """(breaks) => {
  const real = window.fetch;
  window.fetch = (path, options) => {
    if (path !== '/v1/ask') return real(path, options);
    const start = (stream) => {
      stream.enqueue(new TextEncoder().encode('event: question\\ndata: {"query_id": "asked", "passages": []}\\n\\n'));
      if (breaks) setTimeout(() => stream.error(new TypeError('broken')));
      else options.signal.addEventListener('abort', () => stream.error(options.signal.reason));
    };
    return Promise.resolve(new Response(new ReadableStream({ start })));
  };
}"""
# Charts keep this many values.
KEPT = 300
# Seconds that a tab is left open for, and between two readings of the meters.
HOUR, INTERVAL = 3_600, 2

expect.set_options(timeout=120_000)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium on the path (Debian: apt-get install chromium): the console is not tested in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, and holds them to what must be so whatever they do: no errors, no request that leaves this machine."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []
    hosts: set[str] = set()

    def open_page(address: str, token: bool = True, **options: Any) -> Page:
        context = chromium.new_context(**options)
        contexts.append(context)
        if token:
            context.add_init_script(KEEP_TOKEN)
        context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc.partition(":")[0]))
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
    assert hosts - {""} == {"127.0.0.1"}


@pytest.fixture
def page(server: str, open_page: Callable[..., Page]) -> Page:
    return open_page(f"{server}/console/")


def ask(page: Page, question: str = CAPITAL) -> None:
    page.get_by_label("Question", exact=True).fill(question)
    page.get_by_label("Question", exact=True).press("Enter")


def post(server: str, path: str, body: object) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    try:
        with urlopen(Request(server + path, json.dumps(body).encode(), headers)) as response:
            return response.status, json.load(response)
    except HTTPError as refused:
        return refused.code, json.load(refused)


def test_an_answer_comes_piece_by_piece_with_all_that_is_known_of_it(page: Page, demo: Demo, figures: list[str]) -> None:
    page.evaluate(
        """() => {
          window.pieces = 0;
          new MutationObserver((changes) => changes.forEach((change) => {
            if (change.target.matches('.coming .text')) window.pieces += change.addedNodes.length;
          })).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    page.get_by_role("button", name=CAPITAL).click()
    turn = page.get_by_role("article")
    expect(turn.locator(".stats")).to_contain_text("First token")
    expect(turn.locator(".said")).to_contain_text("Ulaanbaatar")
    figures.append(f"first answer in the console {time.monotonic() - demo.started:.1f} s after `refrag demo`, start of Chromium included")
    assert page.evaluate("window.pieces") > 1
    expect(page.get_by_role("status").filter(has_text="Answer: Ulaanbaatar")).to_have_count(1)
    expect(turn.get_by_label("Citations")).to_contain_text("Mongolia")
    for stage in ("encode", "queue", "policy", "prefill", "decode"):
        expect(turn.locator(".duration")).to_contain_text(stage)
    expect(turn.locator(".chunk.cited")).not_to_have_count(0)
    raw = turn.locator(".chunk.raw").count()
    assert 0 < raw < turn.locator(".chunk").count()
    expect(turn.locator(".stats")).to_contain_text(f"{raw} of {turn.locator('.chunk').count()} raw")


def test_a_chunk_that_is_pointed_at_says_what_it_holds_and_why(page: Page) -> None:
    ask(page)
    page.locator(".chunk.raw").first.hover()
    detail = page.locator(".detail")
    expect(detail).to_contain_text(re.compile(r"Kept raw: score -?[\d.]+, place \d+ of \d+"))
    expect(detail.locator("mark.raw")).not_to_be_empty()
    page.locator(".chunk:not(.raw)").first.hover()
    expect(detail).to_contain_text("Read as one vector")


def test_options_are_those_of_the_answer(page: Page) -> None:
    page.get_by_label("4", exact=True).check(force=True)
    page.get_by_label("Chunks that stay raw").fill("0")
    ask(page)
    expect(page.locator(".stats")).to_contain_text(re.compile(r"0 of \d+ raw"))
    expect(page.locator(".chunk.raw")).to_have_count(0)
    few = page.locator(".chunk").count()
    page.get_by_label("16", exact=True).check(force=True)
    ask(page)
    expect(page.get_by_role("article")).to_have_count(2)
    second = page.get_by_role("article").last
    expect(second.locator(".stats")).to_be_visible()
    assert second.locator(".chunk").count() < few


def test_chunks_that_are_not_chosen_can_be_left_out(page: Page) -> None:
    page.get_by_label("Passages are read").select_option("SELECTED")
    ask(page)
    page.locator(".chunk.out").first.hover()
    expect(page.locator(".detail")).to_contain_text(re.compile(r"Left out: score -?[\d.]+, place \d+ of \d+"))
    expect(page.locator(".chunk.raw")).not_to_have_count(0)
    expect(page.locator(".chunk.vector, .chunk.cached")).to_have_count(0)
    page.get_by_label("Passages are read").select_option("FULL")
    expect(page.get_by_label("Chunks that stay raw")).to_be_disabled()


def test_full_context_is_compared_side_by_side(page: Page) -> None:
    page.get_by_label("Compare with full context").check()
    ask(page)
    table = page.get_by_role("table")
    expect(table).to_contain_text("First token")
    expect(table.get_by_role("row", name="Positions")).to_contain_text(re.compile(r"[2-9]\.\d×"))
    answers = page.locator(".answer")
    expect(answers).to_have_count(2)
    expect(answers.last.locator(".chunk:not(.raw)")).to_have_count(0)
    expect(answers.last.locator(".chunk").first).to_be_visible()


@pytest.mark.parametrize(("limit", "most", "turns"), [("history_turns", 1, 1), ("history_chars", 10, 0)])
def test_a_comparison_brings_no_more_turns_along_than_it_may(server: str, open_page: Callable[..., Page], limit: str, most: int, turns: int) -> None:
    page = open_page(f"{server}/console/")
    page.route("**/console/api/settings", lambda route: route.fulfill(json=route.fetch().json() | {limit: most}))
    page.reload()
    for asked in range(2):
        ask(page)
        expect(page.locator(".stats")).to_have_count(asked + 1)
    page.get_by_label("Compare with full context").check()
    with page.expect_request(lambda request: request.url.endswith("/v1/ask") and '"FULL"' in (request.post_data or "")) as compared:
        ask(page, "And its population?")
    assert len(json.loads(compared.value.post_data or "{}")["history"]) == turns
    expect(page.get_by_role("table")).to_contain_text("First token")


def test_the_second_of_two_answers_is_asked_for_again_by_itself(page: Page) -> None:
    modes: list[str | None] = []

    def answer(route: Route) -> None:
        modes.append(json.loads(route.request.post_data or "{}")["options"].get("mode"))
        if modes.count("FULL") == 1 and modes[-1] == "FULL":
            route.fulfill(status=503, json={"detail": "too much to do"})
        else:
            route.continue_()

    page.route("**/v1/ask", answer)
    page.get_by_label("Compare with full context").check()
    ask(page)
    expect(page.locator(".answer").last).to_contain_text("Refused: too much to do")
    page.get_by_role("button", name="Ask again").press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    expect(page.get_by_role("table")).to_contain_text("First token")
    expect(page.get_by_role("article")).to_have_count(1)
    assert modes == [None, "FULL", "FULL"]


def test_tokens_can_be_shown_before_they_are_committed(page: Page) -> None:
    page.get_by_label("Show tokens before they are committed").check()
    with page.expect_request("**/v1/ask") as asked:
        ask(page)
    assert json.loads(asked.value.post_data or "{}")["uncommitted"] is True
    expect(page.locator(".said")).to_contain_text("Ulaanbaatar")


def test_a_conversation_goes_on_and_outlives_a_reload(page: Page) -> None:
    ask(page)
    expect(page.locator(".stats")).to_be_visible()
    ask(page, "And its population?")
    second = page.get_by_role("article").last
    expect(second.locator(".stats")).to_contain_text("1 turn")
    page.reload()
    expect(page.get_by_role("article")).to_have_count(2)
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("article")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="Ask, and see what was read.")).to_be_visible()


@pytest.mark.parametrize("storage", NO_STORAGE.values(), ids=NO_STORAGE)
def test_a_browser_that_keeps_nothing_will_do(server: str, open_page: Callable[..., Page], storage: str) -> None:
    page = open_page("about:blank", token=False)
    page.add_init_script(f"for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {{ {storage} }})")
    page.goto(f"{server}/console/")
    page.get_by_label("Bearer token").fill(TOKEN)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Theme: system").click()
    expect(page.get_by_role("button", name="Theme: light")).to_be_visible()
    ask(page)
    expect(page.locator(".said")).to_contain_text("Ulaanbaatar")


def test_everything_is_reached_with_the_keyboard(page: Page) -> None:
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "question":
            break
    page.keyboard.type(CAPITAL)
    page.keyboard.press("Enter")
    expect(page.locator(".chunk").first).to_be_visible()
    page.keyboard.press("Shift+Tab")
    for _ in range(20):
        if page.evaluate("document.activeElement.matches('.chunk')"):
            break
        page.keyboard.press("Shift+Tab")
    row = page.get_by_role("listbox").last
    expect(row.get_by_role("option").first).to_be_focused()
    page.keyboard.press("End")
    expect(row.get_by_role("option").last).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(row.get_by_role("option").nth(-2)).to_be_focused()
    expect(row.get_by_role("option", selected=True)).to_have_count(1)
    expect(page.locator(".detail blockquote")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("listbox").nth(-2).get_by_role("option").first).to_be_focused()


def test_addresses_that_are_no_view_lead_to_one(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server}/console/#main")
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("#/ask$"))
    page.get_by_role("navigation").get_by_role("link", name="Live").click()
    page.locator("body").press("Tab")
    page.get_by_role("link", name="Skip to content").press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Live")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(server: str, open_page: Callable[..., Page], scheme: str) -> None:
    # axe itself needs what the page's policy forbids.
    page = open_page(f"{server}/console/", color_scheme=scheme, bypass_csp=True)
    assert "rgb(23, 22, 20)" == page.evaluate("getComputedStyle(document.body).backgroundColor") or scheme == "light"
    assert_accessible(page)
    page.get_by_label("Compare with full context").check()
    ask(page)
    expect(page.get_by_role("table")).to_be_visible()
    page.locator(".chunk").first.focus()
    assert_accessible(page)
    page.get_by_role("link", name="timeline and events").first.click()
    expect(page.locator(".record").first).to_be_visible()
    assert_accessible(page)
    for view in ("Live", "Requests", "Dead letters"):
        page.get_by_role("navigation").get_by_role("link", name=view).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(view)
        expect(page.get_by_text("Reading the topic")).to_have_count(0)
        assert_accessible(page)


def assert_accessible(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_a_broken_connection_is_said_and_mended(server: str, open_page: Callable[..., Page]) -> None:
    with Proxy(server) as proxy:
        page = open_page(f"{proxy.address}/console/")
        expect(page.locator("#state")).to_contain_text("smollm2")
        proxy.cut_after(b"event: question")
        ask(page)
        expect(page.get_by_text("The connection was lost.")).to_be_visible()
        expect(page.locator("#state")).to_contain_text("Connection lost")
        proxy.mend()
        expect(page.locator("#state")).to_contain_text("smollm2")
        turn = page.get_by_role("article")
        again = turn.get_by_role("button", name="Ask again")
        expect(turn.locator(".stats").or_(again)).to_be_visible()
        if again.is_visible():
            again.click()
        expect(turn.locator(".said")).to_contain_text("Ulaanbaatar")
        expect(turn.locator(".stats")).to_be_visible()


def test_a_lost_connection_is_said_where_the_page_is_narrow(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server}/console/", viewport={"width": 320, "height": 640})
    # It has no room for what is as it should be, but still tells it.
    expect(page.get_by_role("status").filter(has_text="smollm2")).to_have_count(1)
    page.route("**/console/api/meters", lambda route: route.abort())
    expect(page.get_by_role("status").filter(has_text="Connection lost")).to_be_in_viewport(ratio=1)
    page.unroute("**/console/api/meters")
    expect(page.get_by_role("status").filter(has_text="smollm2")).to_have_css("width", "1px")


def test_a_question_can_be_stopped(page: Page) -> None:
    # The server says nothing at all.
    page.route("**/v1/ask", lambda route: None)
    ask(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("article")).to_contain_text("Stopped before the server said that it has the question")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, {"state": "cancelled"}, "Stopped; the question was taken back."),
        (200, {"state": "answered"}, "Stopped; the question had been answered by then."),
        (404, {"detail": "there is no query"}, "Stopped; the server did not say"),
    ],
)
def test_what_has_become_of_a_stopped_question_is_what_the_server_says(page: Page, status: int, body: object, said: str) -> None:
    page.route("**/v1/requests/asked", lambda route: route.fulfill(status=status, json=body))
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    page.evaluate(SAYS_NO_MORE, False)
    ask(page)
    with page.expect_request("**/v1/requests/asked") as request:
        page.keyboard.press("Escape")
    assert request.value.method == "DELETE"
    expect(page.get_by_role("article")).to_contain_text(said)
    expect(page.get_by_role("button", name="Ask again")).to_be_visible()


def test_the_focus_stays_in_the_page_when_a_question_is_asked_again(page: Page) -> None:
    page.route("**/v1/ask", lambda route: route.fulfill(status=503, json={"detail": "too much to do"}))
    ask(page)
    page.get_by_role("button", name="Ask again").press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()


def test_times_of_other_days_have_their_date(page: Page) -> None:
    letter = {"id": "0@0", "code": "EMPTY_TEXT", "stage": "intake", "source": "rag.passages-0@0", "key": None}
    letters = [letter | {"time": time} for time in (datetime.now(UTC).isoformat(), "2001-02-03T12:00:00Z")]
    page.route("**/console/api/dead-letters", lambda route: route.fulfill(json=letters))
    page.get_by_role("navigation").get_by_role("link", name="Dead letters").click()
    expect(page.locator("time").first).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(page.locator("time").last).to_have_text(re.compile(r"^Feb [34], 2001, \d\d:\d\d:\d\d$"))


def test_escape_that_ends_something_else_does_not_stop_the_answer(page: Page) -> None:
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    page.evaluate(SAYS_NO_MORE, False)
    ask(page)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_label("Passages are read").press("Escape")
    page.get_by_label("Question", exact=True).evaluate(
        "(input) => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true }))"
    )
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_text("Stopped")).to_have_count(0)


def test_a_question_that_is_refused_while_the_connection_is_lost_says_why(page: Page) -> None:
    failed = {"state": "failed", "problem": {"detail": "options.chunk_tokens is 3"}}
    page.route("**/v1/requests/asked", lambda route: route.fulfill(json=failed))
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    page.evaluate(SAYS_NO_MORE, True)
    ask(page)
    expect(page.get_by_role("article")).to_contain_text("Refused: options.chunk_tokens is 3")


def test_a_server_that_hangs_is_said_to_be_lost(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page("about:blank")
    page.route("**/console/api/meters", lambda route: None)
    page.clock.install()
    page.goto(f"{server}/console/")
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    with page.expect_request("**/console/api/meters"):
        page.clock.run_for(100)
    page.clock.run_for(11_000)
    expect(page.locator("#state")).to_contain_text("Connection lost")


def test_enter_does_not_stop_the_answer_that_is_coming(page: Page) -> None:
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    page.evaluate(SAYS_NO_MORE, False)
    ask(page)
    expect(page.get_by_role("article")).to_have_count(1)
    ask(page, "And its population?")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_text("Stopped")).to_have_count(0)
    page.get_by_role("button", name="Stop").click()
    # What was written meanwhile is still there.
    page.get_by_label("Question", exact=True).press("Enter")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("article").last).to_contain_text("And its population?")


def test_an_answer_to_what_was_stopped_is_no_turn_of_the_next_conversation(server: str, page: Page) -> None:
    _, answer = post(server, "/v1/ask", {"question": CAPITAL})
    waiting: list[Route] = []
    page.route("**/v1/requests/asked", lambda route: waiting.append(route) if route.request.method == "GET" else route.abort())
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    page.evaluate(SAYS_NO_MORE, True)
    with page.expect_request("**/v1/requests/asked"):
        ask(page)
    page.get_by_role("button", name="New conversation").click()
    # The page may not listen any more.
    with contextlib.suppress(Error):
        waiting[0].fulfill(json={"state": "answered", "answer": answer})
    page.evaluate("fetch('/console/api/settings').then((response) => response.text())")
    assert page.evaluate("JSON.parse(sessionStorage.getItem('refrag.conversation')).turns") == []
    expect(page.get_by_role("heading", name="Ask, and see what was read.")).to_be_visible()


def test_scripts_in_questions_and_passages_stay_text(page: Page) -> None:
    hostile = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'> The capital of Mongolia is Ulaanbaatar."
    page.get_by_label("Answer from passages of mine").check()
    page.get_by_label("Passages", exact=True).fill(hostile)
    ask(page, f"{CAPITAL}<img src=x onerror='window.hacked = 3'>")
    turn = page.get_by_role("article")
    turn.locator(".chunk").first.hover()
    expect(turn.locator("blockquote")).to_contain_text("<script>window.hacked = 1</script>")
    expect(turn.get_by_role("heading", level=2)).to_contain_text("<img src=x")
    page.get_by_role("link", name="timeline and events").click()
    page.get_by_text("rag.passages", exact=True).last.click()
    expect(page.locator("pre").filter(has_text="<script>")).to_be_visible()
    assert page.locator("main script, main img").count() == 0
    assert page.evaluate("window.hacked === undefined")


def test_the_page_is_small_and_forbids_what_it_does_not_need(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page("about:blank")
    files: list[Response] = []
    page.on("response", lambda response: files.append(response) if "/api/" not in response.url else None)
    page.goto(f"{server}/console/")
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    assert len(files) > 5
    assert sum(len(file.body()) for file in files) <= MOST_BYTES
    policy = files[0].headers["content-security-policy"]
    assert "default-src 'none'" in policy and "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy and "*" not in policy


def test_charts_follow_the_meters_and_keep_the_last_minutes_only(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page("about:blank")
    answers = 0

    def meters() -> str:
        nonlocal answers
        answers += 1
        return (
            f"refrag_answer_first_token_seconds_count {answers}\nrefrag_answer_first_token_seconds_sum {answers * 0.25}\n"
            f'refrag_encode_cache_lookups_total{{result="hit"}} {3 * answers}\n'
            f'refrag_encode_cache_lookups_total{{result="miss"}} {answers}\n'
            f'refrag_answer_requests{{state="waiting"}} {answers % 7}\nrefrag_answer_requests{{state="ready"}} 1\n'
        )

    page.route("**/console/api/meters", lambda route: route.fulfill(body=meters()))
    page.clock.install()
    page.goto(f"{server}/console/#/live")
    expect(page.locator("[data-chart=ttft]")).to_be_visible()
    for _ in range(HOUR // INTERVAL):
        with page.expect_response("**/console/api/meters"):
            page.clock.run_for(1_000 * INTERVAL)
    expect(page.locator("[data-chart=ttft]")).to_contain_text("250 ms")
    expect(page.locator("[data-chart=cache]")).to_contain_text("75 %")
    expect(page.locator("[data-chart=degradation]")).to_contain_text("–")
    path = page.locator("[data-chart=queue] path.line").get_attribute("d")
    assert path is not None
    assert KEPT / 2 < path.count("H") <= KEPT + 1
    assert page.evaluate("document.querySelectorAll('*').length") < 200


def test_meters_of_the_process_are_shown(page: Page) -> None:
    ask(page)
    expect(page.locator(".stats")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Live").click()
    expect(page.locator("[data-chart=ttft]")).to_contain_text(re.compile(r"[\d,]+ ms"))
    expect(page.locator("[data-chart=batch]")).to_contain_text(re.compile(r"\d"))


def test_a_request_has_a_page_with_its_records(page: Page) -> None:
    ask(page)
    page.get_by_role("link", name="timeline and events").click()
    for topic in ("rag.queries-0", "rag.passages-0", "rag.answer-tokens-0", "rag.answers-0", "intake", "prefill", "emit"):
        expect(page.locator(".lane").filter(has_text=topic)).to_be_visible()
    page.locator(".record").filter(has_text="rag.answers").last.click()
    expect(page.locator("pre").filter(has_text='"generation_id"').last).to_be_visible()
    page.get_by_role("link", name="All requests").click()
    row = page.get_by_role("row").filter(has_text=CAPITAL).first
    expect(row).to_contain_text("complete")


def test_dead_letters_are_listed_explained_and_sent_again(server: str, page: Page) -> None:
    refused, problem = post(server, "/v1/ask", {"question": "k?", "passages": [], "options": {"chunk_tokens": 3}})
    assert (refused, problem["code"]) == (422, "unsupported-chunk-tokens")
    page.get_by_role("navigation").get_by_role("link", name="Dead letters").click()
    letters = page.get_by_role("row").filter(has_text="UNSUPPORTED_CHUNK_TOKENS")
    expect(letters).to_have_count(1)
    page.get_by_role("link", name="UNSUPPORTED_CHUNK_TOKENS").click()
    expect(page.locator(".lead")).to_contain_text("options.chunk_tokens is 3")
    expect(page.get_by_label("Payload")).to_contain_text('"question": "k?"')
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("Sent again")).to_be_visible()
    page.get_by_role("link", name="All dead letters").click()
    # It is refused again, after a while.
    deadline = time.monotonic() + 60
    while letters.count() < 2:
        assert time.monotonic() < deadline, "it is not refused again"
        page.get_by_role("button", name="Refresh").click()
        expect(letters.first).to_be_visible()
    page.get_by_label(re.compile("^Select ")).first.check()
    page.get_by_role("button", name="Replay selected").click()
    expect(page.get_by_text("Sent again: 0@")).to_be_visible()


def test_a_server_with_tokens_is_asked_with_one(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{server}/console/", token=False)
    refused = page.get_by_role("dialog").get_by_role("alert")
    expect(page.get_by_role("heading", name="This server asks for a token")).to_be_visible()
    expect(refused).to_have_count(0)
    page.get_by_label("Bearer token").fill("no token of this server")
    page.get_by_role("button", name="Continue").click()
    expect(refused).to_have_text("The server has refused the token.")
    page.get_by_label("Bearer token").fill(TOKEN)
    page.get_by_role("button", name="Continue").click()
    ask(page)
    expect(page.locator(".said")).to_contain_text("Ulaanbaatar")


def test_a_new_token_leaves_the_page_as_it_is(page: Page) -> None:
    question = page.get_by_label("Question", exact=True)
    expect(question).to_be_visible()
    question.evaluate("(element) => (element.dataset.first = 'yes')")
    question.fill("And its population?")
    # As if the server had other tokens now: the meters find out.
    page.evaluate("sessionStorage.setItem('refrag.token', 'the token of yesterday')")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("The server has refused the token.")
    page.get_by_label("Bearer token").fill(TOKEN)
    with page.expect_response(lambda response: response.url.endswith("/console/api/meters") and response.ok):
        page.get_by_role("button", name="Continue").click()
    expect(question).to_have_attribute("data-first", "yes")
    expect(question).to_have_value("And its population?")
