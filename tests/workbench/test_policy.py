"""What a page's policy allows: what stands in it, and nothing else."""

import base64
import hashlib

from qkvlib.workbench import hosting, policy

MARK = '<meta name="workbench" content="{}">'


def named(code):
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def part(text, name):
    return next(p.split()[1:] for p in text.split("; ") if p.startswith(f"{name} "))


def test_scripts_and_handlers_of_the_page_are_named_and_data_is_not():
    page = """<script>a = 1</script><script src="b.js"></script><script defer>
c</script><script type="application/json">{}</script><p onclick="go(&quot;x&quot;)">x</p>"""
    allowed = part(policy.page_policy(page), "script-src")
    assert set(allowed) == {
        "'self'",
        "'unsafe-hashes'",
        named("a = 1"),
        named("\nc"),
        named('go("x")'),
    }
    assert part(policy.page_policy("<p>Text</p>"), "script-src") == ["'self'"]


def test_only_a_plain_build_lets_its_worker_ask_another_server(tmp_path):
    (tmp_path / "a.html").write_text(MARK)
    (tmp_path / "slides.html").write_text("<script>other()</script>")
    (tmp_path / "workbench_worker.js").write_text("")
    found = policy.policies(tmp_path)
    assert set(found) == {"/a.html", "/workbench_worker.js"}
    assert part(found["/workbench_worker.js"], "connect-src") == ["'self'"]
    (tmp_path / "a.html").write_text(MARK.format(hosting.CDN.format(version="1")))
    worker = policy.policies(tmp_path)["/workbench_worker.js"]
    assert part(worker, "connect-src") == ["'self'", "https://cdn.jsdelivr.net"]
    assert "'unsafe-eval'" not in worker
