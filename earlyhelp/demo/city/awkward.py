"""The twenty most awkward families of the invented city, and how each is to be handled.

Every agency writes them down in its own way, and each line below is one entry of one agency:

    places    key | usage in the gazetteer, or only written | address
    people    key | agency | forename surname (surname of before) | born | where
    told      what is told of them, in the words of `earlyhelp.demo.agencies.awkwardly`
    expected  what must be so after the night, checked by ``tests/demo/test_awkward_families.py``

Where somebody lives is a place's key or ``nowhere``. A place that is only ``written`` is an address as
somebody put it, and stands in no gazetteer. Of ``told``, days are counted back from the first night.
``expected`` knows these sentences:

    KEY at PLACE · KEY nowhere        what is said of them belongs to the household there, or to nobody's
    KEY is KEY · KEY apart KEY        they are one person; they are not, and nobody is asked
    KEY asked KEY                     a reviewer is asked whether they are
    PLACE quiet · PLACE raised        no case is raised; one is
    PLACE restricted · PLACE nobody   only a holder trained for domestic abuse may see it; it is no household

The same events raise a case for the lodger's household: what stays quiet elsewhere stays quiet because of
who and where it is about.

Nobody here is real, the street is not, and none of them is in the worlds on which the checks are measured.
"""

from dataclasses import dataclass

STREET, POSTCODE = "Patchwork Row", "ZZ98 9XY"


@dataclass(frozen=True, slots=True)
class Family:
    """One family: ``handled`` says in a sentence what is right, the rest as the module has it."""

    name: str
    handled: str
    places: str
    people: str
    told: str
    expected: str

    def lines(self, part: str) -> list[list[str]]:
        """The lines of a part, each in its cells; of what is told and expected in its words."""
        rows = [line.strip() for line in getattr(self, part).strip().splitlines()]
        return [[cell.strip() for cell in row.split("|")] if "|" in row else row.split() for row in rows]


FAMILIES = (
    Family(
        "Twins who live apart",
        "What is said of one is never told of the other, though birthday and surname are the same.",
        """first | dwelling | 1
           second | dwelling | 3""",
        """h1 | health    | Adela Marrowby | 1990-05-17 F | first
           h2 | health    | Imogen Marrowby | 1990-05-17 F | second
           p1 | probation | Imogen Marrowby | 1990-05-17 F | nowhere""",
        "contacts p1 good",
        "p1 is h2\np1 apart h1\np1 at second",
    ),
    Family(
        "Father and son of one name at one address",
        "The son's supervision is the son's; the father is not taken for him.",
        """home | dwelling | 5""",
        """h1 | health    | Leonard Pikestaff | 1961-02-08 M | home
           h2 | health    | Leonard Pikestaff | 1989-11-23 M | home
           p1 | probation | Leonard Pikestaff | 1989-11-23 M | nowhere""",
        "contacts p1 good",
        "p1 is h2\np1 apart h1\np1 at home",
    ),
    Family(
        "Fled to a refuge",
        "Nothing tells the old home where she is: no household is made of the refuge, a trained reviewer is "
        "asked before her records are joined, and only a trained holder may see the old home's case.",
        """old | dwelling | 7
           refuge | institution | The Larches, 9""",
        """t1 | housing   | Corwin Thackery | 1984-01-19 M | old
           t2 | housing   | Petra Thackery | 1986-06-02 F | old
           h1 | health    | Corwin Thackery | 1984-01-19 M | old
           h2 | health    | Petra Thackery | 1986-06-02 F | refuge
           h3 | health    | Isolde Thackery | 2016-09-09 F | refuge
           s1 | schools   | Isolde Thackery | 2016-09-09 F | refuge""",
        "tenancy A1 old t1 t2 2400\nabuse old\nschool s1 good",
        "h2 asked t2\nh2 nowhere\nh3 nowhere\ns1 nowhere\nrefuge nobody\nold restricted",
    ),
    Family(
        "Lives in a hostel",
        "A hostel is nobody's household: what is said of the house and of who stays there raises nothing.",
        """hostel | institution | The Gables, 11""",
        "p1 | probation | Barnaby Quillon | 1979-12-30 M | hostel",
        "calls hostel\nreports hostel\ncontacts p1 bad",
        "p1 nowhere\nhostel nobody\nhostel quiet",
    ),
    Family(
        "Moved twice within a month",
        "One household, wherever it slept: all three tenancies are theirs, and so is what school still says "
        "of the second home.",
        """first | dwelling | 13
           second | dwelling | 15
           third | dwelling | 17""",
        """t1 | housing   | Saffron Dunmore | 1992-04-11 F | third
           s1 | schools   | Jasper Dunmore | 2014-08-21 M | second""",
        """tenancy A1 first t1 - 900 29
           tenancy A2 second t1 - 29 13
           tenancy A3 third t1 - 13
           school s1 good""",
        "A1 at third\nA2 at third\nA3 at third\ns1 at third",
    ),
    Family(
        "Joint tenants, a marker on one",
        "The marker restricts the home; nobody joins the records of either without a trained reviewer.",
        """home | dwelling | 19""",
        """t1 | housing   | Merrick Foxley | 1981-10-03 M | home
           t2 | housing   | Yolande Foxley | 1983-07-28 F | home
           p1 | probation | Merrick Foxley | 1981-10-03 M | nowhere""",
        "tenancy A1 home t1 t2 1500\nabuse home\ncontacts p1 good",
        "home restricted\np1 asked t1\np1 nowhere",
    ),
    Family(
        "Separated parents, a child at two schools",
        "Each school's record stays with the parent whose address it bears.",
        """mother | dwelling | 21
           father | dwelling | 23""",
        """h1 | health    | Tabitha Wrenfield | 1985-03-15 F | mother
           h2 | health    | Rowan Wrenfield | 2013-01-27 M | mother
           h3 | health    | Gideon Wrenfield | 1982-09-06 M | father
           s1 | schools   | Rowan Wrenfield | 2013-01-27 M | mother
           s2 | schools   | Rowan Wrenfield | 2013-01-27 M | father""",
        "school s1 good\nschool s2 bad",
        "s1 at mother\ns2 at father",
    ),
    Family(
        "Of no fixed abode",
        "Where nobody knows a home nobody is guessed: the rows are kept and counted, and wait.",
        "",
        "p1 | probation | Crispin Ashgrove | 1974-08-14 M | nowhere",
        "contacts p1 bad",
        "p1 nowhere",
    ),
    Family(
        "Two strangers of one name and birthday",
        "Neither is guessed: a reviewer is asked, with both sides shown, and until then it is nobody's.",
        """one | dwelling | 25
           other | dwelling | 27""",
        """h1 | health    | Dorian Hesketh | 1988-05-06 M | one
           h2 | health    | Dorian Hesketh | 1988-05-06 M | other
           p1 | probation | Dorian Hesketh | 1988-05-06 M | nowhere""",
        "contacts p1 bad",
        "p1 asked h1\np1 asked h2\np1 nowhere\none quiet\nother quiet",
    ),
    Family(
        "Adopted, with another surname",
        "The surname of before, where the school tells it, finds the child; the records are one child's.",
        """home | dwelling | 29""",
        """h1 | health    | Peregrine Lumsden | 2012-06-18 M | home
           s1 | schools   | Peregrine Harrowell (Lumsden) | 2012-06-18 M | nowhere""",
        "school s1 good",
        "s1 is h1\ns1 at home",
    ),
    Family(
        "Names the other way round",
        "One agency writes the surname first; it is the same person.",
        """home | dwelling | 31""",
        """h1 | health    | Chidubem Okonjo | 1987-04-09 M | home
           p1 | probation | Okonjo Chidubem | 1987-04-09 M | nowhere""",
        "contacts p1 good",
        "p1 is h1\np1 at home",
    ),
    Family(
        "A flat whose number was lost",
        "The building's address is nobody's home: calls to it are told of no flat, and the child is found by "
        "who she is and not by the house.",
        """said | written | Teal House, 33
           house | building | Teal House, 33
           flat1 | dwelling of house | Flat 1, Teal House, 33
           flat2 | dwelling of house | Flat 2, Teal House, 33""",
        """h1 | health    | Verity Coltrane | 1990-02-02 F | flat1
           h2 | health    | Saskia Bellweather | 2015-10-19 F | flat2
           s1 | schools   | Saskia Bellweather | 2015-10-19 F | said""",
        "calls said\nreports house\nschool s1 good",
        "s1 is h2\ns1 at flat2\nflat1 quiet\nflat2 quiet",
    ),
    Family(
        "A house split into flats",
        "35a and Flat B, 35 are two homes, however they are written, and the house itself is none.",
        """saida | written | 35a
           saidb | written | Flat B, 35
           house | building | 35
           a | dwelling of house | Flat A, 35
           b | dwelling of house | Flat B, 35""",
        """h1 | health    | Ottoline Marsh | 1983-01-05 F | a
           h2 | health    | Phineas Grote | 1979-06-24 M | b
           s1 | schools   | Clementine Marsh | 2014-03-30 F | saida
           s2 | schools   | Hector Grote | 2013-11-11 M | saidb""",
        "school s1 good\nschool s2 good",
        "s1 at a\ns2 at b",
    ),
    Family(
        "A care leaver",
        "The first home of one's own is a household of its own; the foster family is not told of it.",
        """foster | dwelling | 37
           own | dwelling | 39""",
        """h1 | health    | Beatrix Ormerod | 1968-12-12 F | foster
           h2 | health    | Tamsin Vale | 2008-06-15 F | foster
           t1 | housing   | Tamsin Vale | 2008-06-15 F | own
           p1 | probation | Tamsin Vale | 2008-06-15 F | own""",
        "tenancy A1 own t1 - 60\ncontacts p1 good",
        "t1 at own\np1 at own\nh1 at foster",
    ),
    Family(
        "A lodger",
        "Who lives together is one household, whatever the surname; the tenant is not the lodger.",
        """home | dwelling | 41""",
        """t1 | housing   | Winifred Castell | 1957-05-29 F | home
           p1 | probation | Ambrose Tolliver | 1986-02-17 M | home""",
        "tenancy A1 home t1 - 3000\ncalls home\nreports home\ncontacts p1 bad",
        "p1 at home\np1 apart t1\nhome raised",
    ),
    Family(
        "Raised by grandparents",
        "Absence is told where the child lives by the school's word, and not of the mother's home.",
        """mother | dwelling | 43
           grand | dwelling | 45""",
        """h1 | health    | Jessamy Penhallow | 1994-07-07 F | mother
           h2 | health    | Florian Penhallow | 2015-05-05 M | mother
           h3 | health    | Millicent Tregenza | 1959-03-21 F | grand
           s1 | schools   | Florian Penhallow | 2015-05-05 M | grand""",
        "school s1 bad",
        "s1 at grand\nh1 at mother\nmother quiet",
    ),
    Family(
        "A tenant has died and another succeeds",
        "The account goes on under another name and stays with the household.",
        """home | dwelling | 47""",
        """t1 | housing   | Ebenezer Strand | 1941-11-02 M | home
           t2 | housing   | Rosalind Strand | 1969-04-25 F | home""",
        "tenancy A1 home t1 - 4000\nsuccession A1 t2 40",
        "A1 at home\nt2 at home\nhome quiet",
    ),
    Family(
        "A nickname, and day and month changed round",
        "Known to one agency as Tony, born on the 4th of March, and as Anthony, born on the 3rd of April: "
        "that is asked or known, and never guessed to be somebody else.",
        """home | dwelling | 49""",
        """h1 | health    | Anthony Ferrandine | 1979-04-03 M | home
           p1 | probation | Tony Ferrandine | 1979-03-04 M | nowhere""",
        "contacts p1 good",
        "p1 is h1\np1 at home",
    ),
    Family(
        "A flat above a public house",
        "Calls to the public house are not about who lives above it; what names the flat is.",
        """inn | institution | The Anchor Inn, 51
           above | dwelling of inn | Flat Above, The Anchor Inn, 51""",
        """h1 | health    | Thaddeus Mellor | 1977-01-31 M | above
           s1 | schools   | Ottilie Mellor | 2013-08-08 F | above""",
        "calls inn\nreports inn\nschool s1 bad",
        "s1 at above\ninn nobody\nabove quiet",
    ),
    Family(
        "A person who objected",
        "From the objection on nothing is concluded about the home, though what is told would raise a case.",
        """home | dwelling | 53""",
        """h1 | health    | Cordelia Vane | 1980-10-10 F | home
           p1 | probation | Lysander Vane | 1978-03-03 M | home""",
        "objects h1\ncalls home later\nreports home later\ncontacts p1 bad later",
        "h1 at home\np1 at home\nhome quiet",
    ),
)  # fmt: skip
"""In the order of issue and memory; a name is used once, and so is a house number."""
