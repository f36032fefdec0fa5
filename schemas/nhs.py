"""NHS numbers: whether one can be somebody's at all."""


def nhs_number_is_right(number: str) -> bool:
    """Whether ten digits bear out their check digit (NHS Data Dictionary, NHS NUMBER; domain.md 3.2).

    The first nine weigh ten down to two; with the tenth the sum must divide by eleven. One digit ten times
    over passes that, whichever it is, and is what forms are filled with when nobody knows the number: taken
    for one it would make one person of many, so that it is wrong here.
    """
    if len(number) != 10 or not (number.isascii() and number.isdecimal()) or number == number[0] * 10:
        return False
    # The digits' codes will do: that each is 48 more adds 48 times 55, which divides by eleven as well.
    a, b, c, d, e, f, g, h, i, check = number.encode()
    return (10 * a + 9 * b + 8 * c + 7 * d + 6 * e + 5 * f + 4 * g + 3 * h + 2 * i + check) % 11 == 0
