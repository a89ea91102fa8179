"""The shape of Square's Address (https://developer.squareup.com/docs/build-basics/common-data-types/working-with-addresses).

Only types and the country code are checked: whether a place exists is nobody's business here.
"""

from __future__ import annotations

from gateway.emulator.validation.shapes import Choice, Object, String

# ISO 3166 codes of Square's Country enum; ZZ is an unknown country.
_CODES = """
ZZ AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO
JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""

COUNTRIES = frozenset(_CODES.split())
COUNTRY = Choice(COUNTRIES)

_LINES = (
    "address_line_1",
    "address_line_2",
    "address_line_3",
    "locality",
    "sublocality",
    "sublocality_2",
    "sublocality_3",
    "administrative_district_level_1",
    "administrative_district_level_2",
    "administrative_district_level_3",
    "postal_code",
    "first_name",
    "last_name",
)

ADDRESS = Object({"country": COUNTRY, **{line: String() for line in _LINES}})

# Square ignores the recipient's names in a customer's address.
CUSTOMER_ADDRESS = Object(
    {name: shape for name, shape in ADDRESS.fields.items() if name not in {"first_name", "last_name"}},
    read_only=frozenset({"first_name", "last_name"}),
)
