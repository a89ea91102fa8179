from __future__ import annotations

import pytest

from gateway.emulator.validation.phones import e164


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1-212-444-4240", "+12124444240"),
        ("4086577161", "+14086577161"),
        ("+1-212-555-4240", "+12125554240"),
        ("+1 (206) 222-3333", "+12062223333"),
        ("  408.657.7161 ", "+14086577161"),
        ("212\u2010555\u20134240", "+12125554240"),
        ("+44 20 7946 0958", "+442079460958"),
        ("٤٠٨٦٥٧٧١٦١", "+14086577161"),
        ("123456789", "+123456789"),
        ("1234567890123456", "+1234567890123456"),
        ("+999123456789", "+999123456789"),
        ("+000000000", "+000000000"),
    ],
)
def test_numbers_of_nine_to_sixteen_digits_have_an_e164_form(text, number):
    assert e164(text) == number


def test_a_number_without_a_country_is_read_in_its_region():
    assert e164("020 7946 0958", "GB") == "+442079460958"


@pytest.mark.parametrize("text", ["", "12345678", "12345678901234567", "call me maybe", "4086577161 ext 5", "²" * 10])
def test_anything_else_has_no_e164_form(text):
    assert e164(text) is None
