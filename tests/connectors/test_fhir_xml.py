"""FHIR in XML becomes what it would have been in JSON; the official pairs are in test_fhir_examples."""

import pytest

from earlyhelp.connecting.fhir.xml import from_xml

FHIR = 'xmlns="http://hl7.org/fhir"'


def read(inside, kind="Patient"):
    return from_xml(f"<{kind} {FHIR}>{inside}</{kind}>".encode())


def patient(**fields):
    return {"resourceType": "Patient"} | fields


def test_what_may_repeat_is_a_list_and_the_rest_is_not():
    name = '<name><family value="F"/><given value="A"/></name>'
    assert read(name) == patient(name=[{"family": "F", "given": ["A"]}])
    assert read(f"<contact>{name}</contact>") == patient(contact=[{"name": {"family": "F", "given": ["A"]}}])


def test_numbers_and_truths_are_not_text_and_identifiers_are():
    inside = (
        '<identifier><value value="0123"/></identifier><active value="true"/><deceasedBoolean value="false"/>'
        '<multipleBirthInteger value="2"/><extension url="u"><valueDecimal value="1.5"/></extension>'
    )
    assert read(inside) == patient(
        identifier=[{"value": "0123"}], active=True, deceasedBoolean=False, multipleBirthInteger=2,
        extension=[{"url": "u", "valueDecimal": 1.5}],
    )  # fmt: skip


def test_what_is_said_of_a_value_stands_beside_it_in_step():
    said = '<extension url="u"><valueCode value="c"/></extension>'
    told = {"extension": [{"url": "u", "valueCode": "c"}]}
    assert read(f'<birthDate value="1980-03">{said}</birthDate>') == patient(
        birthDate="1980-03", _birthDate=told
    )
    assert read(f"<birthDate>{said}</birthDate>") == patient(_birthDate=told)
    assert read('<gender id="g" value="male"/>') == patient(gender="male", _gender={"id": "g"})
    given = f'<name><given value="A"/><given value="B">{said}</given><given value="C"/></name>'
    assert read(given) == patient(name=[{"given": ["A", "B", "C"], "_given": [None, told, None]}])


def test_resources_within():
    inside = '<contained><Patient><id value="p"/></Patient></contained>'
    assert read(inside, "Appointment")["contained"] == [patient(id="p")]
    entry = '<entry><resource><Patient><id value="p"/></Patient></resource></entry>'
    assert read(entry, "Bundle") == {"resourceType": "Bundle", "entry": [{"resource": patient(id="p")}]}


def test_of_what_is_not_declared_that_which_is_there_twice_is_a_list():
    aliases = "".join(f'<alias value="{one}"/>' for one in "abc")
    inside = f'<name value="N"/>{aliases}<position><x value="1"/></position>'
    assert read(inside, "Location") == {
        "resourceType": "Location", "name": "N", "alias": ["a", "b", "c"], "position": {"x": "1"},
    }  # fmt: skip


def test_narratives_comments_and_strange_attributes_are_left_out():
    inside = (
        '<!-- said aside --><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">'
        'Marigold</div></text><name extension="x" value2="y"><family value="F"/></name>'
    )
    assert read(inside) == patient(text={"status": "generated"}, name=[{"family": "F"}])


def test_with_a_mark_at_its_beginning_or_in_another_alphabet():
    body = f'<?xml version="1.0" encoding="UTF-8"?><Patient {FHIR}><id value="é"/></Patient>'
    assert from_xml(b"\xef\xbb\xbf" + body.encode()) == patient(id="é")
    assert from_xml(body.replace("UTF-8", "UTF-16").encode("utf-16")) == patient(id="é")


def with_type(document_type, inside=""):
    return f"<!DOCTYPE p {document_type}><Patient {FHIR}>{inside}</Patient>"


GROWING = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
LONG = "x" * 9999
ATTACKS = {
    "entities that grow": with_type(f'[<!ENTITY e0 "ha">{GROWING}]', "<id value='&e11;'/>"),
    "one long entity": with_type(f'[<!ENTITY e "{LONG}">]', "<id value='&e;'/>" * 99),
    "a file of ours": with_type('[<!ENTITY e SYSTEM "file:///etc/hostname">]', "&e;"),
    "a server inside": with_type('SYSTEM "http://127.0.0.1:9/x.dtd"'),
    "a parameter entity": with_type('[<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;]'),
    "a harmless document type": with_type(""),
    "an entity nobody declared": f"<Patient {FHIR}><id value='&e;'/></Patient>",
    "a bottomless pit": f"<Patient {FHIR}>{'<a>' * 100_000}{'</a>' * 100_000}</Patient>",
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("alphabet", ["utf-8", "utf-16"])
def test_what_would_harm_us_is_not_read(attack, alphabet):
    with pytest.raises(ValueError, match=r"^not a FHIR resource in XML$") as harm:
        from_xml(ATTACKS[attack].encode(alphabet))
    assert harm.value.__suppress_context__


@pytest.mark.parametrize(
    "body",
    [
        "", "<", "{}", f"<Patient {FHIR}>", "<html><body>busy</body></html>",
        "<Patient><id value='1'/></Patient>",
        f"<Patient {FHIR}><active value='perhaps'/></Patient>",
        f"<Bundle {FHIR}><total value='many'/></Bundle>",
        f"<Bundle {FHIR}><entry><resource/></entry></Bundle>",
        f"<HumanName {FHIR}><_given value='x'/><given value='y'><extension/></given></HumanName>",
    ],
)  # fmt: skip
def test_what_is_not_fhir_is_said_without_quoting_it(body):
    with pytest.raises(ValueError, match=r"^not a FHIR resource in XML$"):
        from_xml(body.encode())


def test_what_calls_itself_something_else_stays_what_it_is():
    assert read('<resourceType value="Appointment"/>')["resourceType"] == "Patient"
