import pytest

from earlyhelp.web.pages.your_cases import first_of

RENT = "Rent: 8.4 weeks of rent are owed; no payment for 2 weeks."
POLICE = "Police: called on 3 days since 15 August 2026; no calls known before that."
REPORTS = "Anti-social behaviour: 2 reports."
SILENT = "Not known: nothing new from fire or health lately."


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ((RENT,), RENT),
        ((RENT, POLICE), f"{RENT} Also: police."),
        (
            (RENT, POLICE, "Anti-social behaviour: 2 reports."),
            f"{RENT} Also: police and anti-social behaviour.",
        ),
        ((RENT, SILENT), f"{RENT} {SILENT}"),
        ((RENT, POLICE, SILENT), f"{RENT} Also: police. {SILENT}"),
        ((f"{RENT} Known for only 9 weeks.", SILENT), f"{RENT} There is more. {SILENT}"),
    ],
)
def test_the_list_says_the_first_reason_names_the_others_and_keeps_what_is_not_known(said, shown):
    assert first_of(" ".join(said)) == shown
