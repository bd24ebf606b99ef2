"""Work plans and risks. See tests/access/__init__.py."""

from tests.access.roles import LOGIN

GET = {
    **dict.fromkeys(
        (f"partnerships:workplan-{page}" for page in ("detail", "quarters", "timeline", "versions")),
        (LOGIN, 200, 404, 200, 200, 404, 200),
    ),
    **dict.fromkeys(
        (f"partnerships:{page}" for page in ("activity-detail", "risk-list")), (LOGIN, 200, 404, 200, 200, 404, 200)
    ),
    **dict.fromkeys(
        (
            f"partnerships:{page}"
            for page in (
                "workplan-edit",
                "workplan-grid",
                "objective-create",
                "objective-edit",
                "activity-edit",
                "risk-create",
                "risk-edit",
            )
        ),
        (LOGIN, 200, 404, 403, 403, 404, 200),
    ),
    # No version is approved yet: tests/partnerships/test_plan_pages.py opens them.
    "partnerships:workplan-version": (LOGIN, 404, 404, 404, 404, 404, 404),
    "partnerships:workplan-compare": (LOGIN, 404, 404, 404, 404, 404, 404),
    "toolkit:workplan-export": (LOGIN, 200, 404, 200, 200, 404, 200),
}
POST = {
    "partnerships:workplan-start": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:workplan-propose": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:workplan-take-back": (LOGIN, 409, 404, 403, 403, 404, 409),
    # Alice and the administrator stand for no side, Hana and Rolf are neither lead nor coordinator.
    "partnerships:workplan-approve": (LOGIN, 403, 404, 403, 403, 404, 403),
    "partnerships:workplan-return": (LOGIN, 403, 404, 403, 403, 404, 403),
    "partnerships:workplan-amend": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:workplan-donor": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:workplan-end-amendment": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:objective-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:objective-shift": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:objective-remove": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:activity-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:risk-move": (LOGIN, 400, 404, 403, 403, 404, 400),
}
# tests/toolkit/test_plan_paper.py opens them as each role.
PAPERS = {"toolkit:workplan-pdf", "toolkit:workplan-version-pdf"}
