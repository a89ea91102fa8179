// The fields of an address, at a path of a body.
const LINES = [["address_line_1", "Address line 1"], ["address_line_2", "Address line 2"], ["locality", "City"], ["administrative_district_level_1", "State or region"], ["postal_code", "Postal code"]];

export const addressFields = (at) => [
  ...LINES.map(([name, label]) => ({ at: `${at}.${name}`, label })),
  { at: `${at}.country`, label: "Country", hint: "Two letters, such as US" },
];
