"""What the invented people, streets and wards are called. Lists only; the drawing is done elsewhere."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = _words(
    """
    Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White
    Roberts Green Hall Wood Jackson Clarke Khan Patel Hussain Ahmed Ali Begum Singh Kaur Akhtar Mahmood
    Harris Lewis Martin Cooper Clark Ward Turner Hill Hughes Edwards Moore Baker Morris Harrison Morgan
    Allen Scott Ellis Bennett Parker Shaw Price Cook Young Watson Bailey Carter Richardson Mitchell
    Simpson Marshall Anderson Collins Foster Mason Barnes Powell Lloyd Mills Palmer Chapman Knight Holmes
    Barker Fletcher Gibson Pearson Webb Rowley Bloor Colclough Machin Mountford Salt Sherratt Tams Bourne
    Kowalski Nowak Wisniewski Popescu Ionescu Okafor Adeyemi Mensah Nkosi Osei Haile Tesfaye Chen Wong
    Nguyen Silva Costa Fernandes O'Brien O'Connor O'Neill O'Shea D'Souza McDonald MacKenzie McCarthy
    Smith-Jones Taylor-Brown Hall-Davies Khan-Lewis Bailey-Cole Price-Evans
    """
)
"""Commonest first: they are drawn with falling weight, so that namesakes occur as they do in life."""

FORENAMES = {
    ("female", "old"): _words(
        """
        Margaret Jean Mary Joan Patricia Sheila Barbara Doreen June Shirley Dorothy Joyce Maureen Elizabeth
        Audrey Brenda Kathleen Sylvia Eileen Pamela Betty Beryl Ann Irene Christine Susan Linda Carol Gillian
        Nasreen Surinder Zofia
        """
    ),
    ("female", "middle"): _words(
        """
        Susan Julie Karen Jacqueline Deborah Tracey Jane Helen Diane Sharon Tracy Angela Sarah Alison Caroline
        Amanda Sandra Nicola Catherine Joanne Lisa Claire Emma Rachel Victoria Samantha Jennifer Rebecca
        Shabana Agnieszka Ioana Abena
        """
    ),
    ("female", "young"): _words(
        """
        Chloe Emily Jessica Sophie Megan Charlotte Hannah Bethany Olivia Amelia Isla Ava Grace Ella Ruby Poppy
        Lily Freya Evie Daisy Abigail Katherine Holly Courtney Paige Aisha Zara Maryam Zuzanna Amara Elif Mia
        """
    ),
    ("male", "old"): _words(
        """
        John William Ronald Kenneth James Peter Derek Brian Raymond Dennis Roy George Thomas Robert Arthur
        Gordon Frank Alan Leonard Norman Geoffrey Terence Keith Michael David Anthony Trevor Graham Malcolm
        Mohammed Gurdev Stanislaw
        """
    ),
    ("male", "middle"): _words(
        """
        David Paul Mark Andrew Stephen Ian Gary Kevin Steven Neil Martin Simon Philip Christopher Darren Lee
        Jason Stuart Matthew Richard Anthony Craig Wayne Carl Jonathan Daniel Michael Mohammed Imran Piotr
        Kwame Robert
        """
    ),
    ("male", "young"): _words(
        """
        Thomas Jack Joshua Daniel Matthew Oliver Harry George Noah Muhammad Jacob Charlie Alfie Oscar Leo
        Theodore Samuel Benjamin Alexander Callum Connor Kieran Ryan Liam Nathan Zayn Yusuf Kacper Jakub
        Tobi Archie Edward
        """
    ),
}

NICKNAMES = {
    "Margaret": "Maggie",
    "Patricia": "Pat",
    "Barbara": "Babs",
    "Elizabeth": "Liz",
    "Kathleen": "Kath",
    "Christine": "Chris",
    "Susan": "Sue",
    "Gillian": "Gill",
    "Pamela": "Pam",
    "Jacqueline": "Jackie",
    "Deborah": "Debbie",
    "Catherine": "Cathy",
    "Amanda": "Mandy",
    "Nicola": "Nicky",
    "Joanne": "Jo",
    "Victoria": "Vicky",
    "Samantha": "Sam",
    "Jennifer": "Jenny",
    "Rebecca": "Becky",
    "Jessica": "Jess",
    "Charlotte": "Lottie",
    "Bethany": "Beth",
    "Abigail": "Abbie",
    "Katherine": "Kate",
    "William": "Bill",
    "Ronald": "Ron",
    "Kenneth": "Ken",
    "James": "Jim",
    "Peter": "Pete",
    "Raymond": "Ray",
    "Thomas": "Tom",
    "Robert": "Bob",
    "Arthur": "Artie",
    "Leonard": "Len",
    "Geoffrey": "Geoff",
    "Terence": "Terry",
    "Michael": "Mick",
    "David": "Dave",
    "Anthony": "Tony",
    "Andrew": "Andy",
    "Stephen": "Steve",
    "Steven": "Steve",
    "Philip": "Phil",
    "Christopher": "Chris",
    "Stuart": "Stu",
    "Matthew": "Matt",
    "Richard": "Rick",
    "Jonathan": "Jon",
    "Daniel": "Dan",
    "Joshua": "Josh",
    "Oliver": "Ollie",
    "Jacob": "Jake",
    "Theodore": "Theo",
    "Samuel": "Sam",
    "Benjamin": "Ben",
    "Alexander": "Alex",
    "Nathan": "Nate",
    "Edward": "Ted",
    "Mohammed": "Mo",
    "Muhammad": "Mohammad",
}
"""How people are called at the counter when their papers say otherwise."""

STREETS = _words(
    """
    Saltglaze Lanternfield Kilnmoor Bobbin Cinderbank Marlpit Heronsgate Larkrise Tallow Quillfeather
    Weaversholm Millrace Foxbarrow Thimble Candlewick Rooksgate Pennywort Harebell Oatcake Sawyers Dovetail
    Ropewalk Mossend Barleyfold Clogmakers Winterbourn Ashlar Bellringers Corncrake Damson Elderholm
    Flaxmill Gorsehill Hazelbeck Inkwell Junipergate Kestrelmoor Limeburners Mapleholt Nettlefold Orchardside
    Pipistrelle Quarryman Redstart Siskin Teaselmoor Umberfield Vetchling Whinmoor Yarrowby
    """
)
STREET_TYPES = ("Street", "Road", "Avenue", "Close", "Lane", "Grove", "Terrace", "Way")
BUILDINGS = _words("Kingfisher Otter Heron Plover Curlew Linnet Wagtail Osprey Sandpiper Dunlin")
BUILDING_TYPES = ("Court", "House", "Point")

WARD_BEGINNINGS = _words(
    """
    Aldren Birkel Corvin Dunnock Ember Farrow Gannis Hollin Ivel Jarrow Kestle Lark Marram Nidder Osier Pender
    Quern Ravel Sallow Tarn Umber Varley Wrenna Yarrow Ashlen Brindle Cobbler Drover Elvern Fennel Garth
    Harrier
    """
)
WARD_ENDINGS = _words(
    """
    beck by cote dale den fold garth gate ham haugh holm holt keld ley mere moss mouth rigg scar shaw side
    slack stead thorpe thwaite toft ton wath wick worth wray wold
    """
)
"""Halves of 1,024 made-up ward names of the made-up city; a likeness to a real ward is chance."""
