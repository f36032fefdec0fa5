"""Fields in words that anybody understands: for the notice to those whom the data are about."""

from earlyhelp.governance.tables import spaced

PLAINLY = {
    "occurred_on": "the day",
    "occurred_at": "the hour",
    "uprn": "which home it was (its national reference number)",
    "address": "the address",
    "account": "the number of the account",
    "incident": "the number of the event",
    "category": "what kind of call it was",
    "harm": "how serious it was",
    "police_initiated": "whether the police came by themselves",
    "domestic_abuse": "whether it was about domestic abuse, to keep people safe",
    "person": "the number by which the agency knows you",
    "other_person": "the number by which the agency knows the other person",
    "event": "what happened: an appointment kept or missed, an order begun or ended",
    "arrears": "how much is overdue",
    "stage": "how far recovery has gone",
    "discount": "whether one adult lives there",
    "arrangement": "whether it is being paid off as agreed",
    "benefit": "which help it is",
    "weekly_amount": "how much a week",
    "role": "whether you suffered it or it was said to come from your home",
    "nuisance": "what kind of nuisance",
    "outcome": "what came of the visit",
    "pupil": "the number by which the school knows the child",
    "possible_sessions": "half days the child could have come",
    "missed_sessions": "half days missed",
    "unauthorised_sessions": "half days missed without leave",
    "enrolled_on": "since when the child has been at that school",
    "started_on": "when the tenancy began",
    "ended_on": "when it ended",
    "tenant": "the landlord's number for you",
    "joint_tenant": "the landlord's number for whoever rents it with you",
    "forename": "first name",
    "surname": "last name",
    "former_surname": "earlier last name",
    "date_of_birth": "date of birth",
    "sex": "sex",
    "nhs_number": "NHS number",
    "entry": "what it was: rent charged, a payment, an agreement",
    "amount": "how much",
    "payment_cycle": "how often rent is due",
    "booked_on": "when it was booked",
    "starts_at": "when it was to begin",
    "status": "whether it was kept",
}
"""Every field of every kind of rows that is about people; a test asks of new ones."""
ROWS = {
    "antisocial_report": "Reports of anti-social behaviour",
    "appointment": "Your appointments, and never with whom or what for",
    "benefit_award": "Help with rent and council tax",
    "council_tax_account": "Your council tax account",
    "fire_visit": "Visits of the fire service, and small fires",
    "person": "Who you are",
    "police_callout": "Calls to the police",
    "rent_transaction": "Your rent account",
    "school_attendance": "School attendance",
    "supervision": "Supervision by probation, and never what it is for",
    "tenancy": "Your tenancy",
}
"""Every kind of rows that is about people."""


def fields(names: tuple[str, ...]) -> str:
    """Fields in a row, as one says them."""
    return "; ".join(PLAINLY.get(name, spaced(name)) for name in names)
